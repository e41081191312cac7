package io.tributary.sink.redshift;

import io.tributary.change.Column;
import io.tributary.change.RecordFields;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.jspecify.annotations.Nullable;

/**
 * All that differs between Redshift and the PostgreSQL that stands in for it in tests and in the demo. Whatever is not in
 * this class is the same text in both, the merge's statements above all.
 */
public enum WarehouseDialect {
    /** Amazon Redshift. What only this instance generates has not run in our tests: it follows the documentation. */
    REDSHIFT {
        @Override
        int longestName() {
            return RecordFields.LONGEST_NAME;
        }

        @Override
        String superType() {
            return "SUPER";
        }

        @Override
        String bytesType() {
            return "VARBYTE(65535)";
        }

        @Override
        String recordType() {
            return "VARBYTE(16777216)";
        }

        @Override
        String scalar(String payload, String attribute) {
            return payload + "." + WarehouseNames.quote(attribute);
        }

        @Override
        String nested(String payload, String attribute) {
            return scalar(payload, attribute);
        }

        /** A cast from SUPER does not read numbers from strings, and NaN and the infinities come as strings. */
        @Override
        String floating(String payload, String attribute, String type) {
            String value = scalar(payload, attribute);
            return "CASE WHEN JSON_TYPEOF(" + value + ") = 'string' THEN " + value + "::VARCHAR(32)::" + type + " ELSE "
                    + value + "::" + type + " END";
        }

        /** JSON_SERIALIZE makes the word null of a NULL. */
        @Override
        String anyAsText(String payload, String attribute) {
            String value = scalar(payload, attribute);
            return "CASE WHEN " + value + " IS NULL OR JSON_TYPEOF(" + value + ") = 'null' THEN NULL WHEN JSON_TYPEOF("
                    + value + ") = 'string' THEN " + value + "::" + ColumnTypes.TEXT + " ELSE JSON_SERIALIZE(" + value
                    + ")::"
                    + ColumnTypes.TEXT
                    + " END";
        }

        @Override
        String serialized(String column) {
            return "CASE WHEN " + column + " IS NOT NULL THEN JSON_SERIALIZE(" + column + ")::" + ColumnTypes.TEXT
                    + " END";
        }

        @Override
        String word(String payload, String attribute, int bytes) {
            String value = scalar(payload, attribute);
            return "CASE WHEN JSON_TYPEOF(" + value + ") = 'string' THEN " + value + "::VARCHAR(" + bytes + ") END";
        }

        @Override
        String count(String payload, String attribute) {
            String value = scalar(payload, attribute);
            return "CASE WHEN JSON_TYPEOF(" + value + ") = 'number' THEN " + value + "::BIGINT END";
        }

        @Override
        String strictCasts() {
            return " SET cast_super_null_on_error TO OFF";
        }

        @Override
        String millisBetween(String from, String to) {
            return "DATEDIFF(millisecond, " + from + ", " + to + ")";
        }

        @Override
        String layout(TableLayout layout) {
            String distribution = layout.distributionKey() == null
                    ? "\nDISTSTYLE AUTO"
                    : "\nDISTSTYLE KEY DISTKEY (" + WarehouseNames.quote(layout.distributionKey()) + ")";
            return distribution
                    + (layout.sortKeys().isEmpty()
                            ? "\nSORTKEY AUTO"
                            : "\nCOMPOUND SORTKEY (" + WarehouseNames.quoted(layout.sortKeys()) + ")");
        }

        @Override
        List<String> beforeLanding(WarehouseNames names, RedshiftSettings settings) {
            return List.of("CREATE EXTERNAL SCHEMA IF NOT EXISTS " + names.externalSchema() + " FROM KINESIS IAM_ROLE "
                    + (settings.iamRole().equals("default") ? "default" : WarehouseNames.literal(settings.iamRole())));
        }

        @Override
        List<String> landing(WarehouseNames names, RedshiftSettings settings) {
            return List.of("CREATE MATERIALIZED VIEW " + names.landing() + " AUTO REFRESH "
                    + (settings.autoRefresh() ? "YES" : "NO") + " AS\n"
                    + "SELECT approximate_arrival_timestamp, partition_key, shard_id, sequence_number, refresh_time,\n"
                    + "       CASE WHEN CAN_JSON_PARSE(kinesis_data) THEN JSON_PARSE(kinesis_data) END AS payload,\n"
                    + "       CASE WHEN CAN_JSON_PARSE(kinesis_data) THEN NULL ELSE kinesis_data END AS undecoded\n"
                    + "FROM " + names.externalSchema() + "." + WarehouseNames.quote(settings.stream()));
        }

        @Override
        @Nullable
        String refresh(WarehouseNames names, RedshiftSettings settings) {
            return settings.autoRefresh() ? null : "REFRESH MATERIALIZED VIEW " + names.landing();
        }
    },

    /** PostgreSQL 16 or newer, reached through the Redshift driver. */
    POSTGRES {
        @Override
        int longestName() {
            return 63;
        }

        @Override
        String superType() {
            return "JSONB";
        }

        @Override
        String bytesType() {
            return "BYTEA";
        }

        @Override
        String recordType() {
            return "BYTEA";
        }

        @Override
        String scalar(String payload, String attribute) {
            return "(" + payload + "->>" + WarehouseNames.literal(attribute) + ")";
        }

        @Override
        String nested(String payload, String attribute) {
            return "NULLIF(" + payload + "->" + WarehouseNames.literal(attribute) + ", 'null'::JSONB)";
        }

        @Override
        String floating(String payload, String attribute, String type) {
            return scalar(payload, attribute) + "::" + type;
        }

        @Override
        String anyAsText(String payload, String attribute) {
            return scalar(payload, attribute) + "::" + ColumnTypes.TEXT;
        }

        @Override
        String serialized(String column) {
            return column + "::" + ColumnTypes.TEXT;
        }

        @Override
        String word(String payload, String attribute, int bytes) {
            return scalar(payload, attribute) + "::VARCHAR(" + bytes + ")";
        }

        @Override
        String count(String payload, String attribute) {
            String text = scalar(payload, attribute);
            return "CASE WHEN " + text + " ~ '^[0-9]{1,18}$' THEN " + text + "::BIGINT END";
        }

        @Override
        String strictCasts() {
            return "";
        }

        @Override
        String millisBetween(String from, String to) {
            return "(EXTRACT(EPOCH FROM " + to + " - " + from + ") * 1000)::BIGINT";
        }

        @Override
        String layout(TableLayout layout) {
            return "";
        }

        @Override
        List<String> beforeLanding(WarehouseNames names, RedshiftSettings settings) {
            return StandIn.functions();
        }

        @Override
        List<String> landing(WarehouseNames names, RedshiftSettings settings) {
            return StandIn.landing(names);
        }

        @Override
        @Nullable
        String refresh(WarehouseNames names, RedshiftSettings settings) {
            return null;
        }
    };

    /** The longest string of Redshift, in bytes. A longer one cannot stand in a SUPER either: it lands undecoded. */
    static final int MAX_STRING_BYTES = 65_535;

    /** In bytes of UTF-8. The warehouse cuts longer names, so that the catalog has them otherwise than we do. */
    abstract int longestName();

    abstract String superType();

    abstract String bytesType();

    /** Bytes as long as a record of the stream. */
    abstract String recordType();

    /** An attribute of a landed record, ready to be cast to a number, a boolean or a string. */
    abstract String scalar(String payload, String attribute);

    /** An attribute of a landed record as it is. */
    abstract String nested(String payload, String attribute);

    abstract String floating(String payload, String attribute, String type);

    /** An attribute of a landed record, of whatever type, as text: a string without quotes, what is nested as JSON. */
    abstract String anyAsText(String payload, String attribute);

    /** A column of {@link #superType} as JSON text. */
    abstract String serialized(String column);

    /** One of the attributes that all records of ours have: a string, or NULL, since the record may be anybody's. */
    abstract String word(String payload, String attribute, int bytes);

    /** One of the attributes that all records of ours have: a number, or NULL, since the record may be anybody's. */
    abstract String count(String payload, String attribute);

    /** Redshift casts what does not fit to NULL unless a procedure says otherwise, and we write no NULL in silence. */
    abstract String strictCasts();

    abstract String millisBetween(String from, String to);

    /** Distribution and sort order; PostgreSQL has neither. */
    abstract String layout(TableLayout layout);

    /** Redshift maps the stream; PostgreSQL gets the functions that it lacks. */
    abstract List<String> beforeLanding(WarehouseNames names, RedshiftSettings settings);

    /** Redshift lands the stream in a materialized view; in PostgreSQL a feeder lands it in a table of the same shape. */
    abstract List<String> landing(WarehouseNames names, RedshiftSettings settings);

    /** Null where nothing has to be run. */
    abstract @Nullable String refresh(WarehouseNames names, RedshiftSettings settings);

    /** The types that columns have here. */
    final ColumnTypes types() {
        return new ColumnTypes(this);
    }

    /** An attribute of a landed record as a string of at most so many bytes. */
    final String text(String payload, String attribute, int bytes) {
        return scalar(payload, attribute) + "::VARCHAR(" + bytes + ")";
    }

    /** An attribute of a landed record as a value of its column. */
    final String value(String payload, String attribute, Column column) {
        LogicalType type = column.type();
        if (column.isJson()) {
            return nested(payload, attribute);
        }
        if (column.isInferred() && type.is(LogicalTypeFamily.CHARACTER_STRING)) {
            return anyAsText(payload, attribute);
        }
        if (column.isInferred() && type.is(LogicalTypeFamily.BINARY_STRING)) {
            return "TO_VARBYTE(" + text(payload, attribute, MAX_STRING_BYTES) + ", 'base64')";
        }
        return value(payload, attribute, type);
    }

    private String value(String payload, String attribute, LogicalType type) {
        String column = types().of(type);
        switch (type.getTypeRoot()) {
            case FLOAT:
            case DOUBLE:
                return floating(payload, attribute, column);
            case DATE:
            case TIME_WITHOUT_TIME_ZONE:
            case TIMESTAMP_WITHOUT_TIME_ZONE:
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE:
                return text(payload, attribute, 64) + "::" + column;
            case BINARY:
            case VARBINARY:
                return "TO_VARBYTE(" + text(payload, attribute, MAX_STRING_BYTES) + ", 'hex')";
            case ARRAY:
            case MAP:
            case MULTISET:
            case ROW:
                return nested(payload, attribute);
            default:
                return scalar(payload, attribute) + "::" + column;
        }
    }

    /** Why no column can have this name; null if one can. */
    @Nullable
    final String nameProblem(String column) {
        int bytes = column.getBytes(StandardCharsets.UTF_8).length;
        return bytes <= longestName()
                ? null
                : "Column " + column + " has a name of " + bytes + " bytes, and the warehouse takes " + longestName()
                        + ": give it a shorter one in the source, in the settings of its table or in a SQL file";
    }
}
