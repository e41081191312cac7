package io.tributary.capture.postgres;

/** Names and texts as they stand in SQL. */
public final class Sql {

    private Sql() {}

    public static String identifier(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    public static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
