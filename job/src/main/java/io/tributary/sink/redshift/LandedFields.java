package io.tributary.sink.redshift;

import io.tributary.change.RecordFields;
import java.util.HashMap;
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

    /** Those that every record has, and those that records of rows have. */
    static Map<String, String> all(WarehouseDialect dialect) {
        return Map.of(
                "table_name", dialect.word(PAYLOAD, RecordFields.TABLE, LONGEST_TABLE),
                "operation", operation(PAYLOAD, dialect),
                "version", version(PAYLOAD, dialect),
                "timestamp", dialect.count(PAYLOAD, RecordFields.TIMESTAMP),
                "schema_number", dialect.count(PAYLOAD, RecordFields.SCHEMA));
    }

    /** Of records whose table is known already, also where the table of the records has no other name. */
    static Map<String, String> ofTable(WarehouseDialect dialect) {
        Map<String, String> fields = new HashMap<>(all(dialect));
        fields.remove("table_name");
        fields.put("own_operation", operation("payload", dialect));
        fields.put("own_version", version("payload", dialect));
        return fields;
    }

    private static String operation(String payload, WarehouseDialect dialect) {
        return dialect.word(payload, RecordFields.OPERATION, 8);
    }

    private static String version(String payload, WarehouseDialect dialect) {
        return dialect.word(payload, RecordFields.VERSION, 32);
    }
}
