package io.tributary.sink.redshift;

import java.util.List;

/**
 * What PostgreSQL needs to stand in for Redshift: the functions that the generated statements use, and a landing table in
 * the place of the streaming view. Only {@link WarehouseDialect#POSTGRES} uses it.
 *
 * <p>The landing table takes a record as the stream holds it and decodes it by itself, guarded as the view's definition is.
 */
final class StandIn {

    private StandIn() {}

    /** In the schema public, since the statements name them without a schema. */
    static List<String> functions() {
        return List.of(
                function(
                        "getdate() RETURNS TIMESTAMP LANGUAGE sql VOLATILE",
                        "SELECT clock_timestamp() AT TIME ZONE 'UTC'"),
                function(
                        "to_varbyte(value TEXT, format TEXT) RETURNS BYTEA LANGUAGE sql IMMUTABLE",
                        "SELECT decode(value, format)"),
                // PostgreSQL breaks base64 into lines.
                function(
                        "from_varbyte(value BYTEA, format TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE",
                        "SELECT replace(encode(value, format), E'\\n', '')"),
                // A string longer than VARCHAR holds cannot be part of a SUPER, so such a record does not parse.
                function(
                        "can_json_parse(data BYTEA) RETURNS BOOLEAN LANGUAGE plpgsql IMMUTABLE",
                        "DECLARE parsed JSONB;\n"
                                + "BEGIN\n"
                                + "  parsed := convert_from(data, 'UTF8')::JSONB;\n"
                                + "  RETURN octet_length(data) <= " + WarehouseDialect.MAX_STRING_BYTES + "\n"
                                + "      OR NOT EXISTS (SELECT 1 FROM jsonb_path_query(parsed,"
                                + " 'strict $.** ? (@.type() == \"string\")') AS text(value)\n"
                                + "                     WHERE octet_length(value #>> '{}') > "
                                + WarehouseDialect.MAX_STRING_BYTES + ");\n"
                                + "EXCEPTION WHEN data_exception OR syntax_error OR program_limit_exceeded THEN\n"
                                + "  RETURN FALSE;\n"
                                + "END"),
                function(
                        "json_parse(data BYTEA) RETURNS JSONB LANGUAGE sql IMMUTABLE",
                        "SELECT convert_from(data, 'UTF8')::JSONB"));
    }

    static List<String> landing(WarehouseNames names) {
        return List.of(
                "CREATE TABLE IF NOT EXISTS " + names.landing() + " (\n"
                        + "  approximate_arrival_timestamp TIMESTAMP NOT NULL,\n"
                        + "  partition_key VARCHAR(256) NOT NULL,\n"
                        + "  shard_id VARCHAR(64) NOT NULL,\n"
                        + "  sequence_number VARCHAR(128) NOT NULL,\n"
                        + "  refresh_time TIMESTAMP NOT NULL,\n"
                        + "  kinesis_data BYTEA NOT NULL,\n"
                        + "  payload JSONB GENERATED ALWAYS AS\n"
                        + "    (CASE WHEN CAN_JSON_PARSE(kinesis_data) THEN JSON_PARSE(kinesis_data) END) STORED,\n"
                        + "  undecoded BYTEA GENERATED ALWAYS AS\n"
                        + "    (CASE WHEN CAN_JSON_PARSE(kinesis_data) THEN NULL ELSE kinesis_data END) STORED,\n"
                        + "  PRIMARY KEY (shard_id, sequence_number))",
                "CREATE INDEX IF NOT EXISTS _landing_refresh_time ON " + names.landing() + " (refresh_time)");
    }

    private static String function(String signature, String body) {
        return "CREATE OR REPLACE FUNCTION public." + signature + " AS $body$\n" + body + "\n$body$";
    }
}
