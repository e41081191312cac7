package io.tributary.capture.postgres;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A type as the database's catalog describes it. */
final class CatalogType {

    private static final String FIND = "SELECT t.typname, t.typtype, t.typcategory, t.typlen, t.typstorage, t.typelem,"
            + " t.typbasetype, t.typtypmod, t.typdelim, t.typrelid, r.rngsubtype,"
            + " pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(o.proname) AS output,"
            + " CASE o.prolang WHEN 12 THEN o.prosrc ELSE o.probin || ' ' || o.prosrc END AS prints,"
            + " CASE s.prolang WHEN 12 THEN s.prosrc ELSE s.probin || ' ' || s.prosrc END AS sends"
            + " FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid"
            + " JOIN pg_catalog.pg_proc o ON o.oid = t.typoutput JOIN pg_catalog.pg_namespace n ON n.oid = o.pronamespace"
            + " LEFT JOIN pg_catalog.pg_proc s ON s.oid = t.typsend WHERE t.oid = ?";

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

    /** Whether an UPDATE may leave out a value that it did not change: it may be stored out of line. */
    boolean isOmissible() {
        return length == VARIABLE && storage != 'p';
    }

    private static String function(@Nullable String name) {
        return name == null ? "" : name;
    }
}
