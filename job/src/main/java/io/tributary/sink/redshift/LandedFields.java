package io.tributary.sink.redshift;

import io.tributary.change.RecordFields;
import java.util.Map;

/**
 * What a landed record says beside its row, as expressions over {@code l.payload}. Each is NULL where the record does not say
 * it in the form in which records of ours do, since anybody may write into a stream.
 */
final class LandedFields {

    private static final String PAYLOAD = "l.payload";

    /** As long as a table's name may be in the bookkeeping. */
    private static final int LONGEST_TABLE = 128;

    private LandedFields() {}

    /** Those that every record has. */
    static Map<String, String> ofAll(WarehouseDialect dialect) {
        return Map.of(
                "table_name", dialect.word(PAYLOAD, RecordFields.TABLE, LONGEST_TABLE),
                "operation", operation(dialect),
                "schema_number", schemaNumber(dialect));
    }

    /** Those that records of rows have. */
    static Map<String, String> ofRows(WarehouseDialect dialect) {
        return Map.of(
                "table_name", dialect.word(PAYLOAD, RecordFields.TABLE, LONGEST_TABLE),
                "operation", operation(dialect),
                "version", dialect.word(PAYLOAD, RecordFields.VERSION, 64),
                "timestamp", dialect.count(PAYLOAD, RecordFields.TIMESTAMP),
                "schema_number", schemaNumber(dialect));
    }

    static String operation(WarehouseDialect dialect) {
        return dialect.word(PAYLOAD, RecordFields.OPERATION, 8);
    }

    static String schemaNumber(WarehouseDialect dialect) {
        return dialect.count(PAYLOAD, RecordFields.SCHEMA);
    }
}
