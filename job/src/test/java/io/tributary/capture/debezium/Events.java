package io.tributary.capture.debezium;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** Events as Debezium's connectors and Kafka Connect's JsonConverter write them. Public for the tests that have a broker. */
public final class Events {

    private static final String SOURCE = """
        {"type":"struct","fields":[{"type":"string","optional":false,"field":"connector"},\
        {"type":"string","optional":true,"field":"db"},{"type":"string","optional":true,"field":"table"},\
        {"type":"int64","optional":true,"field":"lsn"}],"optional":false,\
        "name":"io.debezium.connector.postgresql.Source","field":"source"}\
        """;

    private Events() {}

    /** A field of a schema. */
    public static String field(String name, String type) {
        return "{\"type\":\"" + type + "\",\"optional\":true,\"field\":\"" + name + "\"}";
    }

    /** One whose meaning is in its schema's name. */
    public static String field(String name, String type, String logical) {
        return field(name, type, logical, "{}");
    }

    public static String field(String name, String type, String logical, String parameters) {
        return "{\"type\":\"" + type + "\",\"optional\":true,\"name\":\"" + logical + "\",\"version\":1,\"parameters\":"
                + parameters + ",\"field\":\"" + name + "\"}";
    }

    public static String array(String name, String item) {
        return "{\"type\":\"array\",\"items\":" + item + ",\"optional\":true,\"field\":\"" + name + "\"}";
    }

    /** The schema of an event whose rows have these fields. */
    public static String schema(List<String> fields) {
        String rows = "{\"type\":\"struct\",\"fields\":[" + String.join(",", fields)
                + "],\"optional\":true,\"name\":\"s.public.t.Value\",\"field\":\"%s\"}";
        return "{\"type\":\"struct\",\"fields\":[" + rows.formatted("before") + "," + rows.formatted("after") + ","
                + SOURCE + ",{\"type\":\"string\",\"optional\":false,\"field\":\"op\"},"
                + "{\"type\":\"int64\",\"optional\":true,\"field\":\"ts_ms\"}],\"optional\":false,"
                + "\"name\":\"s.public.t.Envelope\",\"version\":1}";
    }

    public static String keySchema(String... fields) {
        return "{\"type\":\"struct\",\"fields\":[" + String.join(",", fields)
                + "],\"optional\":false,\"name\":\"s.public.t.Key\"}";
    }

    public static String withSchema(String schema, String payload) {
        return "{\"schema\":" + schema + ",\"payload\":" + payload + "}";
    }

    public static String event(String operation, String before, String after, String source) {
        return "{\"before\":" + before + ",\"after\":" + after + ",\"source\":" + source + ",\"op\":\"" + operation
                + "\",\"ts_ms\":1719828000999,\"transaction\":null}";
    }

    /** Of table public.t of PostgreSQL. */
    public static String postgres(long lsn, String snapshot) {
        return postgres("t", lsn, snapshot);
    }

    public static String postgres(String table, long lsn, String snapshot) {
        return """
            {"version":"2.7.0.Final","connector":"postgresql","name":"s","ts_ms":1719828000123,"snapshot":"%s",\
            "db":"shop","sequence":"[null,\\"%d\\"]","schema":"public","table":"%s","txId":771,"lsn":%d,"xmin":null}\
            """.formatted(snapshot, lsn, table, lsn);
    }

    /** Of a row of table public.t that an incremental snapshot of PostgreSQL has read, which has no LSN. */
    public static String incremental(String sequence) {
        return """
            {"version":"2.7.3.Final","connector":"postgresql","name":"s","ts_ms":1719828000123,"snapshot":"incremental",\
            "db":"shop","sequence":%s,"schema":"public","table":"t","txId":null,"lsn":null,"xmin":null}\
            """.formatted(sequence == null ? "null" : "\"" + sequence.replace("\"", "\\\"") + "\"");
    }

    /** Of table shop.t of MySQL. */
    public static String mysql(String file, long place, int row, String gtid, String snapshot) {
        return """
            {"version":"2.7.0.Final","connector":"mysql","name":"s","ts_ms":1719828000000,"snapshot":"%s",\
            "db":"shop","sequence":null,"table":"t","server_id":223344,"gtid":%s,"file":"%s","pos":%d,"row":%d,\
            "thread":7,"query":null}\
            """.formatted(snapshot, gtid == null ? "null" : "\"" + gtid + "\"", file, place, row);
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String lines(List<String> lines) {
        return lines.stream().collect(Collectors.joining("\n"));
    }
}
