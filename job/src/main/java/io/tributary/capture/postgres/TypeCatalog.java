package io.tributary.capture.postgres;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The types of one database, by their numbers, as far as they were asked for. From a column's type number and modifier,
 * which the catalog and the slot's relation messages give alike, it says what the column becomes.
 *
 * <p>A binary form is known by the number that a type has in every database, or by the functions that print and send its values. Where
 * neither is known only the text can be read.
 *
 * <p>Assumes that a type never changes what it is; types are added and dropped. Composites do change: see {@link Composite}.
 */
final class TypeCatalog {

    private static final String FIND = "SELECT t.typname, t.typtype, t.typcategory, t.typlen, t.typstorage, t.typelem,"
            + " t.typbasetype, t.typtypmod, t.typdelim, t.typrelid, r.rngsubtype, o.function AS prints, s.function AS sends,"
            + " (SELECT quote_ident(nspname) || '.' || quote_ident(proname) FROM pg_catalog.pg_proc p"
            + " JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE p.oid = t.typoutput) AS output"
            + " FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid"
            // What is in the server itself (12: internal) has no library.
            + " LEFT JOIN LATERAL (SELECT CASE prolang WHEN 12 THEN prosrc ELSE probin || ' ' || prosrc END AS function"
            + " FROM pg_catalog.pg_proc WHERE oid = t.typoutput) o ON true"
            + " LEFT JOIN LATERAL (SELECT CASE prolang WHEN 12 THEN prosrc ELSE probin || ' ' || prosrc END AS function"
            + " FROM pg_catalog.pg_proc WHERE oid = t.typsend) s ON true"
            + " WHERE t.oid = ?";
    private static final String RANGE = "SELECT rngtypid FROM pg_catalog.pg_range WHERE rngmultitypid = ?";
    private static final String ATTRIBUTES = "SELECT attname, atttypid, atttypmod FROM pg_catalog.pg_attribute WHERE"
            + " attrelid = ? AND attnum > 0 AND NOT attisdropped ORDER BY attnum";

    /** Functions that print a value, with those that send the same text. */
    private static final Set<String> TEXTS = Set.of(
            "textout textsend",
            "varcharout varcharsend",
            "nameout namesend",
            "enum_out enum_send",
            "json_out json_send",
            "xml_out xml_send");

    private static final int VARIABLE = -1;
    private static final int TIMESTAMPTZ = 1184;
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
        switch (row.kind) {
            case 'd':
                return columnType(row.base, modifier == -1 ? row.modifier : modifier);
            case 'c':
                return composite(row);
            case 'r':
                return range(row);
            case 'm':
                return multirange(oid, row);
            default:
                return row.isArray(oid) ? array(row, modifier) : scalar(oid, modifier, row);
        }
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

    private static ColumnType scalar(long oid, int modifier, Row row) {
        ColumnType type = ScalarTypes.of(oid, modifier);
        if (type == null) {
            type = PrintedTypes.of(oid, row.sends);
        }
        if (type == null) {
            boolean isText = TEXTS.contains(row.prints + " " + row.sends);
            type = ColumnType.string(isText ? Scalar.STRING : null);
        }
        return type;
    }

    private ColumnType array(Row row, int modifier) throws SQLException {
        ColumnType array = ColumnType.array(columnType(row.element, modifier));
        return row.sends.equals("array_send") ? array : array.textOnly();
    }

    private ColumnType composite(Row row) throws SQLException {
        List<Attribute> attributes = new ArrayList<>();
        try (PreparedStatement statement = database.connection().prepareStatement(ATTRIBUTES)) {
            statement.setLong(1, row.relation);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    attributes.add(new Attribute(result.getString(1), result.getLong(2), result.getInt(3)));
                }
            }
        }
        ColumnType[] types = new ColumnType[attributes.size()];
        for (int i = 0; i < types.length; i++) {
            types[i] = columnType(attributes.get(i).type(), attributes.get(i).modifier());
        }
        return ColumnType.composite(new Composite(row.name, attributes, types));
    }

    private ColumnType range(Row row) throws SQLException {
        ValueForm bound = columnType(row.bound, -1).binary();
        return ColumnType.string(
                isMoment(row.bound) ? Scalar.turned(Moments::printRange) : Scalar.STRING,
                bound == null ? null : Scalar.printed(Ranges.one(bound::print)));
    }

    private ColumnType multirange(long oid, Row row) throws SQLException {
        try (PreparedStatement statement = database.connection().prepareStatement(RANGE)) {
            statement.setLong(1, oid);
            try (ResultSet result = statement.executeQuery()) {
                if (!result.next()) {
                    return scalar(oid, -1, row);
                }
                ColumnType range = columnType(result.getLong(1), -1);
                ValueForm binary = range.binary();
                return ColumnType.string(
                        range.text(), binary == null ? null : Scalar.printed(Ranges.several(binary::print)));
            }
        }
    }

    private boolean isMoment(long oid) throws SQLException {
        Row row = find(oid);
        return row.kind == 'd' ? isMoment(row.base) : oid == TIMESTAMPTZ;
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
        private final String name;
        private final char kind;
        private final char category;
        private final int length;
        private final char storage;
        private final char delimiter;
        private final long element;
        private final long base;
        private final int modifier;
        private final long relation;
        private final long bound;
        private final String output;
        private final String prints;
        private final String sends;

        private Row() {
            name = "";
            kind = 'b';
            category = 'X';
            length = VARIABLE;
            storage = 'x';
            delimiter = ',';
            element = 0;
            base = 0;
            modifier = -1;
            relation = 0;
            bound = 0;
            output = "pg_catalog.textout";
            prints = "";
            sends = "";
        }

        private Row(ResultSet result) throws SQLException {
            name = result.getString("typname");
            kind = result.getString("typtype").charAt(0);
            category = result.getString("typcategory").charAt(0);
            length = result.getInt("typlen");
            storage = result.getString("typstorage").charAt(0);
            delimiter = result.getString("typdelim").charAt(0);
            element = result.getLong("typelem");
            base = result.getLong("typbasetype");
            modifier = result.getInt("typtypmod");
            relation = result.getLong("typrelid");
            bound = result.getLong("rngsubtype");
            output = result.getString("output");
            prints = function(result.getString("prints"));
            sends = function(result.getString("sends"));
        }

        /** Empty: there is none. */
        private static String function(@Nullable String name) {
            return name == null ? "" : name;
        }

        private boolean isArray(long oid) {
            return category == 'A'
                    && element != 0
                    && length == VARIABLE
                    && delimiter == ','
                    && oid != INT2VECTOR
                    && oid != OIDVECTOR;
        }
    }
}
