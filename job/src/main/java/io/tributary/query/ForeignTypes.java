package io.tributary.query;

import java.util.Locale;
import java.util.Map;

/** Types that PostgreSQL calls otherwise than Flink SQL. */
final class ForeignTypes {

    private static final Map<String, String> FLINK = Map.ofEntries(
            Map.entry("bool", "BOOLEAN"),
            Map.entry("bytea", "BYTES"),
            Map.entry("float4", "FLOAT"),
            Map.entry("float8", "DOUBLE"),
            Map.entry("int2", "SMALLINT"),
            Map.entry("int4", "INT"),
            Map.entry("int8", "BIGINT"),
            Map.entry("integer", "INT"),
            Map.entry("json", "STRING"),
            Map.entry("jsonb", "STRING"),
            Map.entry("text", "STRING"),
            Map.entry("timestamptz", "TIMESTAMP_LTZ(6)"),
            Map.entry("uuid", "STRING"));

    private ForeignTypes() {}

    static String instead(String type) {
        String flink = FLINK.get(type.toLowerCase(Locale.ROOT));
        return flink == null ? "" : "; write " + flink;
    }
}
