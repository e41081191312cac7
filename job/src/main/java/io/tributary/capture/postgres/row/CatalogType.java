package io.tributary.capture.postgres.row;

import io.tributary.capture.postgres.Sql;
import io.tributary.capture.postgres.server.Connected;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A type as the database's catalog describes it. */
final class CatalogType {

    private static final String FIND = Sql.statement(CatalogType.class, "type.sql");

    /** Functions that print a value, with those that send the same text. */
    private static final Set<String> TEXTS = Set.of(
            "textout textsend",
            "varcharout varcharsend",
            "nameout namesend",
            "enum_out enum_send",
            "json_out json_send",
            "xml_out xml_send");

    private static final int VARIABLE = -1;
    private static final int INT2VECTOR = 22;
    private static final int NUMERIC = 1700;
    private static final int CHAR = 1042;
    private static final int VARCHAR = 1043;
    private static final int LONGEST_IN_LINE = 24;
    private static final int LONGEST_CHARACTER = 4;
    /** Of every value of variable length; a modifier counts it too. */
    private static final int HEADER = 4;

    private static final int NUMERIC_HEADER = 2;
    private static final int OIDVECTOR = 30;

    final long oid;
    final String name;
    final char kind;
    /** Of an array its elements' type, of a domain what it is made of, of a range its bounds' type. */
    final long element;

    final long base;
    final long bound;
    /** The modifier that a domain gives to its base. */
    final int modifier;
    /** The relation that has a composite's attributes. */
    final long relation;
    /** The function that prints a value, as SQL names it. */
    final String output;
    /** The code that sends a value, with its library where it is not the server itself; empty if there is none. */
    final String sends;

    private final String prints;
    private final char category;
    private final int length;
    private final char storage;
    private final char delimiter;

    private CatalogType(long oid, ResultSet row) throws SQLException {
        this.oid = oid;
        name = row.getString("typname");
        kind = row.getString("typtype").charAt(0);
        element = row.getLong("typelem");
        base = row.getLong("typbasetype");
        bound = row.getLong("rngsubtype");
        modifier = row.getInt("typtypmod");
        relation = row.getLong("typrelid");
        output = row.getString("output");
        prints = function(row.getString("prints"));
        sends = function(row.getString("sends"));
        category = row.getString("typcategory").charAt(0);
        length = row.getInt("typlen");
        storage = row.getString("typstorage").charAt(0);
        delimiter = row.getString("typdelim").charAt(0);
    }

    /** Null: it was dropped. */
    static @Nullable CatalogType find(long oid, Connected database) throws SQLException {
        try (PreparedStatement statement = database.connection().prepareStatement(FIND)) {
            statement.setLong(1, oid);
            try (ResultSet result = statement.executeQuery()) {
                return result.next() ? new CatalogType(oid, result) : null;
            }
        }
    }

    boolean isArray() {
        return category == 'A'
                && element != 0
                && length == VARIABLE
                && delimiter == ','
                && oid != INT2VECTOR
                && oid != OIDVECTOR;
    }

    /** Whether what is sent is the text that is printed. */
    boolean isText() {
        return TEXTS.contains(prints + " " + sends);
    }

    /**
     * Whether an UPDATE may leave out a value that it did not change: it may be stored out of line. That is never done to a
     * value which takes no more than the {@value #LONGEST_IN_LINE} bytes of a pointer (heap_toast_insert_or_update).
     *
     * @param typeModifier the column's; -1: none
     */
    boolean isOmissible(int typeModifier) {
        if (length != VARIABLE || storage == 'p') {
            return false;
        }
        int declared = typeModifier - HEADER;
        if (declared < 0) {
            return true;
        }
        if (oid == NUMERIC) {
            int precision = declared >>> 16;
            // Groups of four digits from the point on, to either side.
            int groups = (precision + 6) / 4;
            return HEADER + NUMERIC_HEADER + 2 * groups > LONGEST_IN_LINE;
        }
        return (oid != VARCHAR && oid != CHAR) || HEADER + LONGEST_CHARACTER * declared > LONGEST_IN_LINE;
    }

    private static String function(@Nullable String name) {
        return name == null ? "" : name;
    }
}
