package io.tributary.sink.redshift;

import io.tributary.change.RecordFields;
import io.tributary.store.ObjectStore;
import io.tributary.store.StoreLocation;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
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
        boolean isUnprintable(int character) {
            int type = Character.getType(character);
            return type == Character.CONTROL
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR;
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

        @Override
        String cast(String scalar, String type) {
            return scalar + "::" + type;
        }

        @Override
        String castText(String text, String type) {
            return "TRY_CAST(" + text + " AS " + type + ")";
        }

        /** JSON_SERIALIZE makes the word null of a NULL, and fails where the text is longer than a string may be. */
        @Override
        String anyAsText(String payload, String attribute) {
            String value = scalar(payload, attribute);
            return "CASE WHEN " + value + " IS NULL OR JSON_TYPEOF(" + value + ") = 'null' THEN NULL WHEN JSON_TYPEOF("
                    + value + ") = 'string' THEN " + value + "::" + ColumnTypes.TEXT + " WHEN JSON_SIZE(" + value
                    + ") <= " + MAX_STRING_BYTES + " THEN JSON_SERIALIZE(" + value + ")::" + ColumnTypes.TEXT + " END";
        }

        @Override
        String serialized(String column) {
            return "CASE WHEN " + column + " IS NOT NULL THEN JSON_SERIALIZE(" + column + ")::" + ColumnTypes.TEXT
                    + " END";
        }

        @Override
        String typeOf(String payload, String attribute) {
            return "JSON_TYPEOF(" + scalar(payload, attribute) + ")";
        }

        @Override
        String json(String payload, String attribute) {
            return "JSON_SERIALIZE(" + scalar(payload, attribute) + ")";
        }

        /** As its QUOTE_LITERAL does: a backslash begins an escape there. */
        @Override
        String literal(String text) {
            return quotedString(text.replace("\\", "\\\\"));
        }

        @Override
        String castsToNull() {
            return " SET cast_super_null_on_error TO ON";
        }

        @Override
        String statementsCommit() {
            return " NONATOMIC";
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
            if (!settings.loads().isStreamed()) {
                return List.of();
            }
            return List.of("CREATE EXTERNAL SCHEMA IF NOT EXISTS " + names.externalSchema() + " FROM KINESIS IAM_ROLE "
                    + (settings.iamRole().equals("default") ? "default" : literal(settings.iamRole())));
        }

        @Override
        List<String> landing(WarehouseNames names, RedshiftSettings settings) {
            return LANDING.in(names)
                    .statements(Map.of(
                            "auto_refresh", settings.autoRefresh() ? "YES" : "NO",
                            "external_schema", names.externalSchema(),
                            "stream", WarehouseNames.quote(settings.stream())));
        }

        @Override
        List<String> afterBookkeeping(WarehouseNames names) {
            return List.of();
        }

        @Override
        @Nullable
        String refresh(WarehouseNames names, RedshiftSettings settings) {
            return settings.autoRefresh() ? null : "REFRESH MATERIALIZED VIEW " + names.landing();
        }

        @Override
        void copy(Connection warehouse, String statement, ObjectStore store, StoreLocation location)
                throws SQLException {
            Transaction.execute(warehouse, List.of(statement));
        }

        @Override
        SqlTemplate waits() {
            return SqlTemplate.of("waits-redshift.sql");
        }

        @Override
        String skippedRecords(WarehouseNames names) {
            return "sys_stream_scan_errors";
        }

        @Override
        SqlTemplate grants() {
            return SqlTemplate.of("grants-redshift.sql");
        }

        @Override
        SqlTemplate layouts() {
            return SqlTemplate.of("layout-redshift.sql");
        }
    },

    /** PostgreSQL 16 or newer, reached through the Redshift driver. */
    POSTGRES {
        @Override
        int longestName() {
            return 63;
        }

        @Override
        boolean isUnprintable(int character) {
            return character == 0;
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
            return "(" + payload + "->>" + literal(attribute) + ")";
        }

        @Override
        String nested(String payload, String attribute) {
            return "NULLIF(" + payload + "->" + literal(attribute) + ", 'null'::JSONB)";
        }

        @Override
        String cast(String scalar, String type) {
            return "CASE WHEN PG_INPUT_IS_VALID(" + scalar + ", '" + type + "') THEN " + scalar + "::" + type + " END";
        }

        @Override
        String castText(String text, String type) {
            return cast(text, type);
        }

        @Override
        String anyAsText(String payload, String attribute) {
            return "CASE WHEN OCTET_LENGTH(" + scalar(payload, attribute) + ") <= " + MAX_STRING_BYTES + " THEN "
                    + scalar(payload, attribute) + "::" + ColumnTypes.TEXT + " END";
        }

        @Override
        String serialized(String column) {
            return column + "::" + ColumnTypes.TEXT;
        }

        @Override
        String typeOf(String payload, String attribute) {
            return "JSONB_TYPEOF(" + payload + "->" + literal(attribute) + ")";
        }

        @Override
        String json(String payload, String attribute) {
            return scalar(payload, attribute);
        }

        /** What a backslash is in a plain string depends on a setting of the server. */
        @Override
        String literal(String text) {
            return text.indexOf('\\') < 0 ? quotedString(text) : "E" + quotedString(text.replace("\\", "\\\\"));
        }

        @Override
        String castsToNull() {
            return "";
        }

        /** What fails is rolled back alone there, but all of the round commits at its end. */
        @Override
        String statementsCommit() {
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
        List<String> afterBookkeeping(WarehouseNames names) {
            return List.of(
                    "CREATE INDEX IF NOT EXISTS _stage_table_name ON " + names.stage() + " (table_name)",
                    StandIn.skippedRecords(skippedRecords(names)));
        }

        @Override
        @Nullable
        String refresh(WarehouseNames names, RedshiftSettings settings) {
            return null;
        }

        @Override
        void copy(Connection warehouse, String statement, ObjectStore store, StoreLocation location)
                throws SQLException, IOException {
            StandInCopy.run(warehouse, statement, store, location);
        }

        @Override
        SqlTemplate waits() {
            return SqlTemplate.of("waits-postgres.sql");
        }

        @Override
        String skippedRecords(WarehouseNames names) {
            return names.relation("_stream_scan_errors");
        }

        @Override
        SqlTemplate grants() {
            return SqlTemplate.of("grants-postgres.sql");
        }

        @Override
        @Nullable
        SqlTemplate layouts() {
            return null;
        }
    };

    private static final SqlTemplate LANDING = SqlTemplate.of("landing-redshift.sql");

    /** When a key was deleted, in the table of those. */
    static final String DELETED_AT = "_deleted_at";

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

    /** A number or a boolean of a landed record as a value of the type; NULL where that cannot be. */
    abstract String cast(String scalar, String type);

    /** A string as a value of the type; NULL where that cannot be. */
    abstract String castText(String text, String type);

    /** An attribute of a landed record, of whatever type, as text: a string without quotes, what is nested as JSON. */
    abstract String anyAsText(String payload, String attribute);

    /** A column of {@link #superType} as JSON text. */
    abstract String serialized(String column);

    /** The type of an attribute of a landed record as JSON has it, in lower case; NULL where it is missing. */
    abstract String typeOf(String payload, String attribute);

    /** An attribute of a landed record, which is a number, as JSON text. */
    abstract String json(String payload, String attribute);

    /** The one way of a text into SQL: as a string that means this text whatever it holds. */
    abstract String literal(String text);

    /** Says in a procedure that what does not fit is cast to NULL, whatever the session says. */
    abstract String castsToNull();

    /** Says of a procedure that each of its statements commits by itself. */
    abstract String statementsCommit();

    abstract String millisBetween(String from, String to);

    /** Distribution and sort order; PostgreSQL has neither. */
    abstract String layout(TableLayout layout);

    /** Redshift maps the stream; PostgreSQL gets the functions that it lacks. */
    abstract List<String> beforeLanding(WarehouseNames names, RedshiftSettings settings);

    /** Redshift lands the stream in a materialized view; in PostgreSQL a feeder lands it in a table of the same shape. */
    abstract List<String> landing(WarehouseNames names, RedshiftSettings settings);

    /** What the tables of the bookkeeping need beside themselves. */
    abstract List<String> afterBookkeeping(WarehouseNames names);

    /** Null where nothing has to be run. */
    abstract @Nullable String refresh(WarehouseNames names, RedshiftSettings settings);

    /** Runs a {@link Copy}. */
    abstract void copy(Connection warehouse, String statement, ObjectStore store, StoreLocation location)
            throws SQLException, IOException;

    /** The query that tells which {sessions} wait for locks, and for whom. */
    abstract SqlTemplate waits();

    /** Where the records are told of that refreshes skipped. */
    abstract String skippedRecords(WarehouseNames names);

    /** The query that tells what others may do with a table. */
    abstract SqlTemplate grants();

    /** The query that tells how a table is laid out; null where tables have no layout. */
    abstract @Nullable SqlTemplate layouts();

    /** One of the attributes that all records of ours have: a string, or NULL, since the record may be anybody's. */
    final String word(String payload, String attribute, int bytes) {
        return "CASE WHEN " + typeOf(payload, attribute) + " = 'string' THEN CASE WHEN OCTET_LENGTH("
                + text(payload, attribute, MAX_STRING_BYTES) + ") <= " + bytes + " THEN "
                + text(payload, attribute, bytes) + " END END";
    }

    /** One of the attributes that all records of ours have: a whole number, or NULL, since the record may be anybody's. */
    final String count(String payload, String attribute) {
        return "CASE WHEN " + typeOf(payload, attribute) + " = 'number' THEN CASE WHEN " + json(payload, attribute)
                + " ~ '^[0-9]{1,18}$' THEN " + scalar(payload, attribute) + "::BIGINT END END";
    }

    private static String quotedString(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("No string in SQL holds the character NUL");
        }
        return "'" + text.replace("'", "''") + "'";
    }

    /** How values of columns are read from records. */
    final LandedValues landed() {
        return new LandedValues(this);
    }

    /** The types that columns have here. */
    final ColumnTypes types() {
        return new ColumnTypes(this);
    }

    /** An attribute of a landed record as a string of at most so many bytes. */
    final String text(String payload, String attribute, int bytes) {
        return scalar(payload, attribute) + "::VARCHAR(" + bytes + ")";
    }

    /** Whether no name has this character. */
    abstract boolean isUnprintable(int character);
}
