package io.tributary.capture.postgres;

import static java.util.Objects.requireNonNull;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What can happen to a table beside its rows. The page about PostgreSQL has this list as a table, and a random test makes all of
 * it happen.
 */
enum TableChange {
    ADD_COLUMN("`ADD COLUMN`", "A new column, NULL in the rows that are there.") {
        @Override
        List<String> statements(Tables tables, Random random) {
            return List.of("ALTER TABLE r ADD x" + tables.next() + " " + type(random));
        }
    },
    ADD_COLUMN_WITH_DEFAULT(
            "`ADD COLUMN` with a default",
            "The table is read again: rows that have not been touched since have the default, too.") {
        @Override
        List<String> statements(Tables tables, Random random) {
            return List.of("ALTER TABLE r ADD x" + tables.next() + " int NOT NULL DEFAULT " + random.nextInt(100));
        }
    },
    RENAME_COLUMN(
            "`RENAME COLUMN`",
            "It is the same column: the targets' column gets the name with the table's next change, and keeps its values. Key"
                    + " columns may be renamed.") {
        @Override
        List<String> statements(Tables tables, Random random) throws SQLException {
            return tables.column(random)
                    .map(column -> "ALTER TABLE r RENAME " + column + " TO x" + tables.next())
                    .collect(Collectors.toList());
        }
    },
    SWAP_COLUMNS("Names of two columns swapped", "Each keeps its values, and has the other's name.") {
        @Override
        List<String> statements(Tables tables, Random random) throws SQLException {
            List<String> columns = tables.columns();
            if (columns.size() < 2) {
                return List.of();
            }
            return List.of(
                    "ALTER TABLE r RENAME " + columns.get(0) + " TO swapped",
                    "ALTER TABLE r RENAME " + columns.get(1) + " TO " + columns.get(0),
                    "ALTER TABLE r RENAME swapped TO " + columns.get(1));
        }
    },
    DROP_COLUMN("`DROP COLUMN`", "The column stays in the targets, NULL in rows that change from then on.") {
        @Override
        List<String> statements(Tables tables, Random random) throws SQLException {
            return tables.columns().size() < 3
                    ? List.of()
                    : tables.column(random)
                            .map(column -> "ALTER TABLE r DROP " + column)
                            .collect(Collectors.toList());
        }
    },
    DROP_AND_ADD(
            "`DROP COLUMN`, then `ADD COLUMN` of the same name",
            "A new column. The old one is kept under another name, and none of its values shows under the new one.") {
        @Override
        List<String> statements(Tables tables, Random random) throws SQLException {
            return tables.column(random)
                    .flatMap(column -> Stream.of(
                            "ALTER TABLE r DROP " + column, "ALTER TABLE r ADD " + column + " " + type(random)))
                    .collect(Collectors.toList());
        }
    },
    ALTER_TYPE(
            "`ALTER COLUMN .. TYPE`, with or without `USING`",
            "The table is read again, so that all rows have the new values. The targets' column is changed where that is"
                    + " possible, and replaced by a new one where it is not.") {
        @Override
        List<String> statements(Tables tables, Random random) throws SQLException {
            String type = type(random);
            return tables.column(random)
                    .map(column -> "ALTER TABLE r ALTER " + column + " TYPE " + type + " USING "
                            + (type.equals("text")
                                    ? "reverse(" + column + "::text)"
                                    : "length(" + column + "::text)::" + type))
                    .collect(Collectors.toList());
        }
    },
    EXPAND_AND_CONTRACT(
            "A column replaced by a filled copy that gets its name", "As the statements say: a new column.") {
        @Override
        List<String> statements(Tables tables, Random random) throws SQLException {
            return tables.column(random)
                    .flatMap(column -> Stream.of(
                            "ALTER TABLE r ADD copy text",
                            "ALTER TABLE r ALTER copy SET STORAGE EXTERNAL",
                            "UPDATE r SET copy = 'new' || coalesce(" + column + "::text, '')",
                            "ALTER TABLE r DROP " + column,
                            "ALTER TABLE r RENAME copy TO " + column))
                    .collect(Collectors.toList());
        }
    },
    OTHER_KEY(
            "Another primary key",
            "The rows are deleted from the targets, and the table is read again under its new key. A table that SQL files read"
                    + " stops alone: its changes are not taken until it has the key that they were planned with, and a dead"
                    + " letter and the metric `tablesStale` say so.") {
        @Override
        List<String> statements(Tables tables, Random random) throws SQLException {
            return tables.hasWideKey()
                    ? List.of(
                            "DELETE FROM r WHERE part > 0",
                            "ALTER TABLE r DROP CONSTRAINT " + tables.keyName() + ", ADD PRIMARY KEY (id)",
                            "ALTER TABLE r DROP part")
                    : List.of(
                            "ALTER TABLE r ADD part int NOT NULL DEFAULT 0",
                            "ALTER TABLE r DROP CONSTRAINT " + tables.keyName() + ", ADD PRIMARY KEY (part, id)",
                            "INSERT INTO r (id, part) SELECT id, 1 FROM r WHERE id % 2 = 0");
        }
    },
    OTHER_TYPE_OF_KEY("A key column of another type", "The same.") {
        @Override
        List<String> statements(Tables tables, Random random) throws SQLException {
            return List.of("ALTER TABLE r ALTER id TYPE " + (tables.type("id").equals("integer") ? "bigint" : "int"));
        }
    },
    REWRITE("`VACUUM FULL`, `CLUSTER`", "Nothing: the rows are the same.") {
        @Override
        List<String> statements(Tables tables, Random random) {
            return List.of("VACUUM FULL r");
        }
    },
    TRUNCATE("`TRUNCATE`", "All rows are deleted.") {
        @Override
        List<String> statements(Tables tables, Random random) {
            return List.of("TRUNCATE r", tables.fill(random));
        }
    },
    SWAP_TABLES(
            "Another table gets the name (a swap, or dropped and made again)",
            "The table that has the name now is read, and compared by the names of its columns. Where the job may, it adds it"
                    + " to the publication.") {
        @Override
        List<String> statements(Tables tables, Random random) {
            return random.nextBoolean()
                    ? List.of(
                            "DROP TABLE IF EXISTS r_old",
                            "CREATE TABLE r_new (LIKE r INCLUDING ALL)",
                            "INSERT INTO r_new SELECT * FROM r WHERE id % 3 > 0",
                            "BEGIN",
                            "ALTER TABLE r RENAME TO r_old",
                            "ALTER TABLE r_new RENAME TO r",
                            "COMMIT")
                    : List.of("DROP TABLE r", Tables.CREATE, tables.fill(random));
        }
    },
    ATTACH_PARTITION("`ATTACH PARTITION`", "If it has rows, the table is read again.") {
        @Override
        List<String> statements(Tables tables, Random random) {
            int part = tables.next();
            return List.of(
                    "CREATE TABLE p" + part + " (LIKE p INCLUDING ALL)",
                    "INSERT INTO p" + part + " SELECT i, " + part + ", 'attached' FROM generate_series(1, 10) i",
                    "ALTER TABLE p ATTACH PARTITION p" + part + " FOR VALUES IN (" + part + ")");
        }
    },
    DETACH_PARTITION(
            "`DETACH`, `DROP` or `TRUNCATE` of a partition",
            "The table is read again, and the rows that are gone are deleted.") {
        @Override
        List<String> statements(Tables tables, Random random) throws SQLException {
            return tables.partition(random)
                    .map(part -> List.of(
                                    "ALTER TABLE p DETACH PARTITION " + part, "DROP TABLE " + part, "TRUNCATE " + part)
                            .get(random.nextInt(3)))
                    .collect(Collectors.toList());
        }
    },
    UNPUBLISH(
            "Taken out of the publication and put back",
            "The table is read again when it is back. Until then it is stale: a dead letter and the metric `tablesStale` say"
                    + " so, and its rows stay as they were.") {
        @Override
        List<String> statements(Tables tables, Random random) {
            return List.of(
                    "ALTER PUBLICATION tributary DROP TABLE r",
                    tables.update(random),
                    "DELETE FROM r WHERE id % 7 = 3",
                    "ALTER PUBLICATION tributary ADD TABLE r");
        }
    },
    HOLD_BACK("A row filter or a column list on the publication", "The same.") {
        @Override
        List<String> statements(Tables tables, Random random) throws SQLException {
            if (TestDatabase.version() < 15) {
                // Its publications have whole tables.
                return UNPUBLISH.statements(tables, random);
            }
            String key = tables.hasWideKey() ? "(part, id)" : "(id)";
            return List.of(
                    "ALTER PUBLICATION tributary SET TABLE p, r " + (random.nextBoolean() ? "WHERE (id > 10)" : key),
                    tables.update(random),
                    "DELETE FROM r WHERE id % 7 = 4",
                    "ALTER PUBLICATION tributary SET TABLE p, r");
        }
    },
    PUBLISH_ANEW("The publication dropped and made again", "The same, for all tables, as soon as there is one.") {
        @Override
        List<String> statements(Tables tables, Random random) {
            return List.of(
                    "DROP PUBLICATION tributary",
                    tables.update(random),
                    "CREATE PUBLICATION tributary FOR TABLE r, p WITH (publish_via_partition_root)");
        }
    };

    private static final List<String> TYPES = List.of("text", "int", "bigint", "numeric(12,2)");

    private final String what;
    private final String becomes;

    TableChange(String what, String becomes) {
        this.what = what;
        this.becomes = becomes;
    }

    /** Empty if it cannot happen just now. */
    abstract List<String> statements(Tables tables, Random random) throws SQLException;

    /** A line of the page's table. */
    String line() {
        return "| " + what + " | " + becomes + " |";
    }

    private static String type(Random random) {
        return TYPES.get(random.nextInt(TYPES.size()));
    }

    /** Two tables: {@code r}, which its columns may change of, and {@code p}, which has partitions. */
    static final class Tables {
        static final String CREATE = "CREATE TABLE r (id int PRIMARY KEY, n int, doc text, price numeric(10,2))";

        private final TestDatabase database;
        private int number = 10;

        Tables(TestDatabase database) {
            this.database = database;
        }

        void create(Random random) throws SQLException {
            database.run(
                    CREATE,
                    "ALTER TABLE r ALTER doc SET STORAGE EXTERNAL",
                    fill(random),
                    "CREATE TABLE p (id int, d int, v text, PRIMARY KEY (id, d)) PARTITION BY LIST (d)",
                    "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)",
                    "CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2)",
                    "INSERT INTO p SELECT i, 1 + i % 2, 'v' || i FROM generate_series(1, 20) i");
        }

        private int next() {
            return number++;
        }

        private String fill(Random random) {
            return "INSERT INTO r (id) SELECT i FROM generate_series(1, " + (20 + random.nextInt(30)) + ") i";
        }

        private String update(Random random) {
            return "UPDATE r SET id = id + 1000 WHERE id % 11 = " + random.nextInt(11) + " AND id < 1000";
        }

        /** But for the key. */
        private List<String> columns() throws SQLException {
            String names =
                    database.ask("SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid ="
                            + " 'r'::regclass AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('id', 'part')");
            return names == null ? List.of() : List.of(names.split(","));
        }

        private String type(String column) throws SQLException {
            return requireNonNull(
                    database.ask("SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid ="
                            + " 'r'::regclass AND attname = '" + column + "'"));
        }

        private String keyName() throws SQLException {
            return requireNonNull(
                    database.ask("SELECT conname FROM pg_constraint WHERE conrelid = 'r'::regclass AND contype = 'p'"));
        }

        private boolean hasWideKey() throws SQLException {
            return "2"
                    .equals(database.ask("SELECT indnkeyatts::text FROM pg_index WHERE indrelid = 'r'::regclass AND"
                            + " indisprimary"));
        }

        private Stream<String> column(Random random) throws SQLException {
            List<String> columns = columns();
            return columns.isEmpty() ? Stream.of() : Stream.of(columns.get(random.nextInt(columns.size())));
        }

        private Stream<String> partition(Random random) throws SQLException {
            String names = database.ask(
                    "SELECT string_agg(relid::text, ',' ORDER BY 1) FROM pg_partition_tree('p') WHERE isleaf");
            String[] parts = names == null ? new String[0] : names.split(",");
            return parts.length == 0 ? Stream.of() : Stream.of(parts[random.nextInt(parts.length)]);
        }

        /** Inserts, updates and deletes some rows. */
        List<String> changes(Random random) throws SQLException {
            List<String> statements = new ArrayList<>();
            String expression;
            for (String column : columns()) {
                String type = type(column);
                expression = type.equals("text")
                        ? "repeat(md5(random()::text), " + (random.nextBoolean() ? 1 : 100) + ")"
                        : "(random() * 1000)::" + type;
                if (random.nextInt(3) > 0) {
                    statements.add(
                            "UPDATE r SET " + column + " = " + expression + " WHERE id % 5 = " + random.nextInt(5));
                }
            }
            statements.add("DELETE FROM r WHERE id % 17 = " + random.nextInt(17));
            statements.add("INSERT INTO r (id) SELECT 2000 + max(id) FROM r HAVING max(id) IS NOT NULL");
            statements.add(update(random));
            statements.add("UPDATE p SET v = v || 'x' WHERE id % 3 = " + random.nextInt(3));
            return statements;
        }
    }
}
