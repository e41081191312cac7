package io.tributary.capture.postgres;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/**
 * The types of one database, by their numbers, as far as they were asked for. From a column's type number and modifier,
 * which the catalog and the slot's relation messages give alike, it says what the column becomes.
 *
 * <p>Assumes that a type never changes what it is; types are added and dropped.
 */
final class TypeCatalog {

    private static final String FIND =
            "SELECT typtype, typcategory, typlen, typstorage, typelem, typbasetype, typtypmod, typdelim,"
                    + " (SELECT quote_ident(nspname) || '.' || quote_ident(proname) FROM pg_catalog.pg_proc p"
                    + " JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE p.oid = typoutput) AS typoutput"
                    + " FROM pg_catalog.pg_type WHERE oid = ?";
    private static final int VARIABLE = -1;
    private static final int INT2VECTOR = 22;
    private static final int OIDVECTOR = 30;

    private final Connected database;
    private final Map<Long, Row> known = new HashMap<>();

    TypeCatalog(Connected database) {
        this.database = database;
    }

    /** What a column of this type becomes. */
    ColumnType columnType(long oid, int modifier) throws SQLException {
        Row row = find(oid);
        if (row.base != 0) {
            return columnType(row.base, modifier == -1 ? row.modifier : modifier);
        }
        boolean array = row.category == 'A'
                && row.element != 0
                && row.length == VARIABLE
                && row.delimiter == ','
                && oid != INT2VECTOR
                && oid != OIDVECTOR;
        return array ? ColumnType.array(columnType(row.element, modifier)) : scalar(oid, modifier);
    }

    /**
     * The column as a SELECT has to name it for COPY in the binary format: as it is where its binary form can be read, else as the
     * text that its type's own output function prints, which a cast to text need not be.
     */
    String select(Attribute attribute) throws SQLException {
        String name = Sql.identifier(attribute.name());
        return columnType(attribute.type(), attribute.modifier()).binary() != null
                ? name
                : "pg_catalog.textin(" + find(attribute.type()).output + "(" + name + "))";
    }

    /** Whether an UPDATE may leave out a value of this type that it did not change: it may be stored out of line. */
    boolean isOmissible(long oid) throws SQLException {
        Row row = find(oid);
        return row.length == VARIABLE && row.storage != 'p';
    }

    private static ColumnType scalar(long oid, int modifier) {
        switch ((int) oid) {
            case 16:
                return ColumnType.BOOLEAN;
            case 21:
                return ColumnType.SMALLINT;
            case 23:
                return ColumnType.INT;
            case 20:
            case 26: // oid: 32 bits without a sign
                return ColumnType.BIGINT;
            case 700:
                return ColumnType.FLOAT;
            case 701:
                return ColumnType.DOUBLE;
            case 1700:
                return numeric(modifier);
            case 17:
                return ColumnType.BYTES;
            case 1042:
                return ColumnType.PADDED;
            case 1082:
                return ColumnType.DATE;
            case 1114:
                return ColumnType.TIMESTAMP;
            case 1184:
                return ColumnType.TIMESTAMP_LTZ;
            case 3910: // tstzrange
            case 4534: // tstzmultirange
                return ColumnType.MOMENTS;
            default:
                return ColumnType.STRING;
        }
    }

    /** Where the column says nothing of precision and scale, or more than Flink knows, only text keeps every value. */
    private static ColumnType numeric(int modifier) {
        if (modifier < 4) {
            return ColumnType.STRING;
        }
        int precision = (modifier - 4) >> 16 & 0xffff;
        int scale = (((modifier - 4) & 0x7ff) ^ 1024) - 1024;
        boolean fits = precision <= 38 && scale >= 0 && scale <= precision;
        return fits ? ColumnType.decimal(precision, scale) : ColumnType.STRING;
    }

    private Row find(long oid) throws SQLException {
        Row row = known.get(oid);
        if (row == null) {
            row = load(oid);
            known.put(oid, row);
        }
        return row;
    }

    private Row load(long oid) throws SQLException {
        try (PreparedStatement statement = database.connection().prepareStatement(FIND)) {
            statement.setLong(1, oid);
            try (ResultSet result = statement.executeQuery()) {
                // A type that was dropped since: its values still come as text.
                return result.next() ? new Row(result) : new Row();
            }
        }
    }

    private static final class Row {
        private final char category;
        private final int length;
        private final char storage;
        private final char delimiter;
        private final long element;
        private final long base;
        private final int modifier;
        private final String output;

        private Row() {
            category = 'X';
            length = VARIABLE;
            storage = 'x';
            delimiter = ',';
            element = 0;
            base = 0;
            modifier = -1;
            output = "pg_catalog.textout";
        }

        private Row(ResultSet result) throws SQLException {
            category = result.getString("typcategory").charAt(0);
            length = result.getInt("typlen");
            storage = result.getString("typstorage").charAt(0);
            delimiter = result.getString("typdelim").charAt(0);
            element = result.getLong("typelem");
            base = "d".equals(result.getString("typtype")) ? result.getLong("typbasetype") : 0;
            modifier = result.getInt("typtypmod");
            output = result.getString("typoutput");
        }
    }
}
