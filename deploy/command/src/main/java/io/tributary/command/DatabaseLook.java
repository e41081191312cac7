package io.tributary.command;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the catalog of a PostgreSQL says of its tables, read by a user who need not see the rows. */
final class DatabaseLook {

    private static final String TABLES = """
            SELECT n.nspname, c.relname, c.reltuples::bigint,
              ARRAY(SELECT a.attname FROM pg_attribute a
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum)::text[],
              ARRAY(SELECT a.attname FROM pg_index i, unnest(i.indkey) WITH ORDINALITY AS k(number, place)
                JOIN pg_attribute a ON a.attnum = k.number
                WHERE i.indrelid = c.oid AND i.indisprimary AND a.attrelid = c.oid ORDER BY k.place)::text[]
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence = 'p'
              AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
            ORDER BY 1, 2
            """;

    private static final String FOREIGN_KEYS = """
            SELECT cn.nspname, c.relname, a.attname, pn.nspname, p.relname, b.attname
            FROM pg_constraint k
            JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace cn ON cn.oid = c.relnamespace
            JOIN pg_class p ON p.oid = k.confrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1]
            JOIN pg_attribute b ON b.attrelid = p.oid AND b.attnum = k.confkey[1]
            WHERE k.contype = 'f' AND cardinality(k.conkey) = 1 AND k.conrelid <> k.confrelid
            ORDER BY c.reltuples DESC, 1, 2, 3
            """;

    private final List<FoundTable> tables = new ArrayList<>();
    private final List<ForeignKey> foreignKeys = new ArrayList<>();

    private DatabaseLook() {}

    static DatabaseLook at(Connection connection) throws SQLException {
        DatabaseLook look = new DatabaseLook();
        look.readTables(connection);
        look.readForeignKeys(connection);
        return look;
    }

    private void readTables(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(TABLES);
                ResultSet found = query.executeQuery()) {
            while (found.next()) {
                tables.add(new FoundTable(
                        found.getString(1),
                        found.getString(2),
                        texts(found.getArray(5)),
                        texts(found.getArray(4)),
                        found.getLong(3)));
            }
        }
    }

    private void readForeignKeys(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(FOREIGN_KEYS);
                ResultSet found = query.executeQuery()) {
            while (found.next()) {
                FoundTable child = table(found.getString(1), found.getString(2));
                FoundTable parent = table(found.getString(4), found.getString(5));
                if (child != null && parent != null && parent.key().equals(List.of(found.getString(6)))) {
                    foreignKeys.add(new ForeignKey(child, found.getString(3), parent));
                }
            }
        }
    }

    private static List<String> texts(Array array) throws SQLException {
        return List.of((String[]) array.getArray());
    }

    private @Nullable FoundTable table(String schema, String name) {
        return tables.stream()
                .filter(table -> table.schema().equals(schema) && table.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** All that are not temporary, nor parts of another one. A table without a primary key has an empty key. */
    List<FoundTable> tables() {
        return tables;
    }

    /** Those of the largest tables first. */
    List<ForeignKey> foreignKeys() {
        return foreignKeys;
    }
}
