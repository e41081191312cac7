package io.tributary.sink.redshift;

import static io.tributary.sink.redshift.StandInWarehouse.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.change.Column;
import io.tributary.change.Schema;
import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever a source calls a column or a table: the name is a name, in every statement that is made of it. */
final class HostileNamesTest {

    private static final Deletions HARD = new Deletions(Duration.ofDays(1), Deletes.HARD);

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String CANARY = "create table public.canary (id int)";

    private static final List<String> NAMES = List.of(
            "a\"b",
            "\"; " + CANARY + "; --",
            "\"); " + CANARY + "; --",
            "$$; " + CANARY + "; --",
            "$$ language plpgsql; " + CANARY + "; do $$",
            "$body1$; " + CANARY + ";",
            "$merge$",
            "$1",
            "$",
            "-- comment",
            "/* comment",
            "*/",
            ";",
            "'",
            "''",
            "'; " + CANARY + "; --",
            "\\'; " + CANARY + "; --",
            "back\\slash",
            "\\",
            "\\\"",
            "{table}",
            "{fn now()}",
            "?",
            ":name",
            "%s%n%",
            "_wide",
            "v_read",
            "payload",
            " leading and trailing ",
            "\u00e9\u6f22\ud83d\udc18",
            "x".repeat(63));

    /** Redshift has none of these, the stand-in has. */
    private static final List<String> NOT_PRINTABLE = List.of("a\nb", "a\n;\n" + CANARY + ";\n\n--", "\t\r\u0001");

    private static final List<String> TABLES = List.of("t\"; " + CANARY + "; --", "t$$'; drop", "{table} \\' ? %s");

    @Test
    void everyNameIsAColumnOfThatVeryName() throws Exception {
        List<String> names = new ArrayList<>(NAMES);
        names.addAll(NOT_PRINTABLE);
        try (StandInWarehouse warehouse = StandInWarehouse.open();
                RedshiftRunner runner = new RedshiftRunner(warehouse.settings(), TABLES)) {
            warehouse.apply();
            for (String table : TABLES) {
                warehouse.land(shape(table, names, "INT", 1));
                warehouse.land(row(table, names, "c", 1, 1));
                warehouse.land(row(table, names, "c", 2, 1));
                assertSound(runner.mergeOnce());
                // All of them are widened: the keys by a table that takes the place of the old one.
                warehouse.land(shape(table, names, "BIGINT", 2));
                warehouse.land(row(table, names, "u", 1, 2));
                warehouse.land(row(table, names, "d", 2, 2));
                assertSound(runner.mergeOnce());

                StringBuilder columns = new StringBuilder();
                StringBuilder values = new StringBuilder();
                for (int i = 0; i < names.size(); i++) {
                    columns.append(i == 0 ? "" : ", ").append(WarehouseNames.quote(names.get(i)));
                    values.append(i == 0 ? "" : "|").append(i < 2 ? 1 : 200 + i);
                }
                assertThat(warehouse.query("SELECT " + columns + " FROM " + warehouse.target(table)))
                        .containsExactly(values.toString());
                assertThat(warehouse.query("SELECT " + WarehouseNames.quote(names.get(0)) + " FROM "
                                + warehouse.names().tombstones(table)))
                        .containsExactly("2");
                assertThat(new ExistingTables(warehouse.connection(), warehouse.names())
                                .columns(table)
                                .keySet())
                        .containsAll(names);
            }
            Problems problems = new Problems();
            new RedshiftScript(warehouse.settings()).check(List.of(schema(TABLES.get(0), names)), problems);
            assertThat(problems.sentences()).isEmpty();
            assertThat(warehouse.query("SELECT relname FROM pg_class WHERE relname = 'canary'"))
                    .isEmpty();
        }
    }

    @Test
    void everyNameIsTakenOverByAnotherColumn() throws Exception {
        List<String> names = new ArrayList<>(NAMES);
        names.addAll(NOT_PRINTABLE);
        String table = TABLES.get(0);
        try (StandInWarehouse warehouse = StandInWarehouse.open();
                RedshiftRunner runner = new RedshiftRunner(warehouse.settings(), TABLES)) {
            warehouse.apply();
            warehouse.land(numberedShape(table, names, 0, 1));
            warehouse.land(row(table, names, "c", 1, 1));
            warehouse.land(row(table, names, "c", 2, 1));
            assertSound(runner.mergeOnce());
            // Each gets the next one's name; then each is made anew under its name, and the key is another.
            List<String> moved = new ArrayList<>(names);
            Collections.rotate(moved, -1);
            warehouse.land(numberedShape(table, moved, 0, 2));
            assertSound(runner.mergeOnce());
            StringBuilder values = new StringBuilder("1|1");
            for (int i = 2; i < names.size(); i++) {
                values.append('|').append(100 + i);
            }
            assertThat(warehouse.query("SELECT " + WarehouseNames.quoted(moved) + " FROM " + warehouse.target(table)
                            + " WHERE " + WarehouseNames.quote(moved.get(0)) + " = 1"))
                    .containsExactly(values.toString());

            warehouse.land(numberedShape(table, moved, 1000, 3));
            warehouse.land(row(table, moved, "c", 7, 3));
            assertSound(runner.mergeOnce());
            warehouse.land(row(table, names, "d", 1, 1));
            assertSound(runner.mergeOnce());
            List<String> aside = names.subList(2, names.size() - NOT_PRINTABLE.size()).stream()
                    .map(name -> name.length() > 50 ? name.substring(0, 54) : name)
                    .map(name -> name + "__dropped")
                    .toList();
            assertThat(new ExistingTables(warehouse.connection(), warehouse.names())
                            .columns(table)
                            .keySet())
                    .containsAll(names)
                    .containsAll(aside);
            assertThat(warehouse.query("SELECT relname FROM pg_class WHERE relname = 'canary'"))
                    .isEmpty();
        }
    }

    /** Redshift cannot run here: its statements have the same tokens as those of harmless names, each name one of them. */
    @ParameterizedTest
    @EnumSource(WarehouseDialect.class)
    void everyNameIsOneQuotedNameInEveryStatement(WarehouseDialect dialect) {
        List<String> harmless = new ArrayList<>();
        for (int i = 0; i < NAMES.size(); i++) {
            harmless.add("c" + i);
        }
        List<String> plain = statements(dialect, "t", harmless);
        for (String table : TABLES) {
            List<String> odd = statements(dialect, table, NAMES);
            assertThat(odd).hasSameSizeAs(plain);
            for (int i = 0; i < odd.size(); i++) {
                assertThat(new Tokens(dialect, odd.get(i)).skeleton())
                        .as(odd.get(i))
                        .isEqualTo(new Tokens(dialect, plain.get(i)).skeleton());
            }
            List<String> identifiers = new ArrayList<>();
            odd.forEach(statement -> identifiers.addAll(new Tokens(dialect, statement).identifiers()));
            assertThat(identifiers).containsAll(NAMES).contains(table);
        }
    }

    @ParameterizedTest
    @EnumSource(WarehouseDialect.class)
    void whatNoNameCanBeIsSaid(WarehouseDialect dialect) {
        int longest = dialect.longestName();
        assertThat(new NameProblems(dialect).ofColumn("x".repeat(longest))).isNull();
        assertThat(new NameProblems(dialect).ofColumn("x".repeat(longest + 1)))
                .contains("has a name of " + (longest + 1) + " bytes");
        assertThat(new NameProblems(dialect).ofColumn("\u00e9".repeat(longest / 2 + 1)))
                .contains("bytes");
        assertThat(new NameProblems(dialect).ofColumn("a\0b")).contains("characters that no name in the warehouse has");
        assertThat(new NameProblems(dialect).ofColumn("")).contains("characters that no name in the warehouse has");
        assertThat(new NameProblems(dialect).ofColumn("xmin")).contains("every table of the warehouse has");
        NAMES.forEach(name ->
                assertThat(new NameProblems(dialect).ofColumn(name)).as(name).isNull());
        NOT_PRINTABLE.forEach(name -> assertThat(new NameProblems(dialect).ofColumn(name) == null)
                .as(name)
                .isEqualTo(dialect == WarehouseDialect.POSTGRES));
        assertThatThrownBy(() -> WarehouseNames.quote("a\0b")).hasMessageContaining("NUL");
        assertThatThrownBy(() -> dialect.literal("a\0b")).hasMessageContaining("NUL");
    }

    @Test
    void everyTextIsAStringOfThatVeryText() throws SQLException {
        try (StandInWarehouse warehouse = StandInWarehouse.open()) {
            for (String conforming : List.of("on", "off")) {
                warehouse.execute("SET standard_conforming_strings TO " + conforming);
                for (String text : NAMES) {
                    assertThat(warehouse.query("SELECT " + WarehouseDialect.POSTGRES.literal(text)))
                            .as(text)
                            .containsExactly(text);
                }
            }
        }
    }

    private static void assertSound(List<MergeStatus> statuses) {
        assertThat(statuses).allMatch(status -> status.problem() == null && status.waiting() == 0);
    }

    /** The first two columns are the key. */
    private static String shape(String table, List<String> names, String type, long number) {
        ObjectNode record = record(table, "s", number);
        record.putArray("_key").add(names.get(0)).add(names.get(1));
        ArrayNode columns = record.putArray("_columns");
        names.forEach(name -> columns.addObject().put("name", name).put("type", type));
        return record.toString();
    }

    private static String numberedShape(String table, List<String> names, int offset, long number) throws Exception {
        ObjectNode record = (ObjectNode) JSON.readTree(shape(table, names, "INT", number));
        record.put("_relation", 70).put("_revision", number);
        int place = offset;
        for (JsonNode column : record.path("_columns")) {
            ((ObjectNode) column).put("number", ++place);
        }
        return record.toString();
    }

    private static String row(String table, List<String> names, String op, int key, long number) {
        ObjectNode record = record(table, op, number);
        for (int i = 0; i < names.size(); i++) {
            record.put(names.get(i), i < 2 ? key : number * 100 + i);
        }
        return record.toString();
    }

    private static ObjectNode record(String table, String op, long number) {
        return JSON.createObjectNode()
                .put("_table", table)
                .put("_op", op)
                .put("_version", version(number))
                .put("_ts_ms", 1)
                .put("_schema", number);
    }

    private static Schema schema(String table, List<String> names) {
        List<Column> columns = new ArrayList<>();
        names.forEach(name -> columns.add(Column.of(name, new BigIntType())));
        return Schema.of(table, columns, names.subList(0, 2));
    }

    /** All that is made of names: the set-up, tables of each kind of column, wider columns and keys, merges. */
    private static List<String> statements(WarehouseDialect dialect, String table, List<String> names) {
        Configuration configuration = new Configuration();
        configuration.setString("redshift.url", "jdbc:redshift://warehouse:5439/dev");
        configuration.setString("redshift.username", "loader");
        configuration.setString("redshift.password", "env:P");
        configuration.setString("redshift.dialect", dialect.name());
        configuration.setString("redshift.schema", table);
        configuration.setString("redshift.iam-role", "arn:\\'" + table);
        configuration.setString("redshift.stream", table);
        Problems problems = new Problems();
        RedshiftSettings settings =
                RedshiftSettings.from(Given.of(configuration, new Secrets(name -> "secret", name -> null), problems));
        problems.throwIfAny();
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            switch (i % 6) {
                case 0 -> columns.add(Column.of(name, new IntType()));
                case 1 -> columns.add(Column.of(name, new VarCharType(VarCharType.MAX_LENGTH)));
                case 2 -> columns.add(Column.inferred(name, new VarCharType(VarCharType.MAX_LENGTH)));
                case 3 -> columns.add(Column.json(name));
                case 4 -> columns.add(Column.of(name, new DoubleType()));
                default -> columns.add(Column.of(name, new VarBinaryType(VarBinaryType.MAX_LENGTH)));
            }
        }
        Schema schema = Schema.of(table, columns, names.subList(0, 2));
        WarehouseNames target = new WarehouseNames(settings.schema());
        List<String> statements = new ArrayList<>(new RedshiftScript(settings).statements(List.of(schema)));
        statements.addAll(Bookkeeping.admit(target, dialect, table));
        TableLayout layout = TableLayout.of(names.get(0), names.subList(1, 3));
        TargetTable rows = TargetTable.rows(schema, layout, HARD, target, dialect);
        statements.add(rows.create(dialect));
        Map<String, String> existing = new LinkedHashMap<>(rows.columns());
        existing.remove(names.get(6));
        String text = ColumnTypes.TEXT;
        statements.addAll(rows.alter(existing, Map.of(names.get(4), text), dialect));
        statements.addAll(rows.alter(existing, Map.of(names.get(3), text), dialect));
        statements.addAll(rows.alter(existing, Map.of(names.get(0), text), dialect));
        statements.addAll(TargetTable.tombstones(schema, target, dialect).alter(Map.of(), Map.of(), dialect));
        statements.add(
                Merge.procedure(schema, List.of(1L), HARD, target, dialect).create(dialect));
        statements.addAll(followed(dialect, table, names, target));
        return statements;
    }

    /** Names that move on by one column, columns that are made anew, and another key. */
    private static List<String> followed(
            WarehouseDialect dialect, String table, List<String> names, WarehouseNames target) {
        List<String> moved = new ArrayList<>(names);
        Collections.rotate(moved, -1);
        ToldShape first = new ToldShape(1, numbered(table, names, 0).ofRelation(70, 1));
        ToldShape second = new ToldShape(2, numbered(table, moved, 10).ofRelation(70, 2));
        Set<String> standing =
                first.schema().columns().stream().map(Column::name).collect(Collectors.toSet());
        Evolution evolution =
                Evolution.of(List.of(first), second, new TargetColumns(), standing, dialect.longestName());
        assertThat(evolution.isRekeyed()).isTrue();
        Schema layout = evolution.layout();
        TargetTable rows = TargetTable.rows(layout, TableLayout.AUTO, HARD, target, dialect);
        Map<String, String> existing = new LinkedHashMap<>();
        names.forEach(name -> existing.put(name, "BIGINT"));
        List<String> statements =
                new ArrayList<>(Renames.statements(rows.name(), existing.keySet(), evolution.renamed()));
        Map<String, String> renamed = Renames.applied(existing, evolution.renamed());
        statements.addAll(rows.alter(renamed, Map.of(), Set.of(moved.get(6)), dialect));
        statements.addAll(rows.rekey(renamed, Map.of(), Set.of(), true, dialect));
        statements.addAll(evolution.columns().statements(target, dialect, table));
        statements.add(Merge.procedure(layout, evolution.readings(), List.of(1L, 2L), Map.of(), HARD, target, dialect)
                .create(dialect));
        return statements;
    }

    /** The first ten columns are the same in each, and the key is made of the first two names in order. */
    private static Schema numbered(String table, List<String> names, int offset) {
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            columns.add(Column.of(names.get(i), new BigIntType()).numbered(i < 10 ? i + 1 : i + 1 + offset * 10));
        }
        return Schema.of(table, columns, List.of(names.get(offset == 0 ? 0 : 1), names.get(2)));
    }
}
