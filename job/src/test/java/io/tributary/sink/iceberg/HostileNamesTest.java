package io.tributary.sink.iceberg;

import static io.tributary.sink.iceberg.Fixture.ID;
import static io.tributary.sink.iceberg.Fixture.TEXT;
import static io.tributary.sink.iceberg.Fixture.after;
import static io.tributary.sink.iceberg.Fixture.before;
import static io.tributary.sink.iceberg.Fixture.delete;
import static io.tributary.sink.iceberg.Fixture.insert;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Column;
import io.tributary.change.Schema;
import io.tributary.change.TableName;
import io.tributary.settings.NamedKey;
import io.tributary.settings.Problems;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a table, a column or a namespace is called: it is a name in a catalog that is a database, and in the files. */
class HostileNamesTest {

    private static final String CANARY = "create table canary (); ";

    private static final List<String> TABLES = List.of(
            "t\"; " + CANARY + "--",
            "t'; " + CANARY + "--",
            "$$; " + CANARY + "$$",
            "%2F%2e%2E; " + CANARY + "?{fn x()} # :a",
            "\u00e9\u6f22\ud83d\udc18",
            "x".repeat(127));

    /** The first two are the key. */
    private static final List<String> COLUMNS = List.of(
            "\"; " + CANARY + "--",
            "'; " + CANARY + "--",
            "\\'; " + CANARY + "--",
            "$$; " + CANARY + "$$",
            "$1",
            "/* \n --",
            "?",
            "{fn now()}",
            "%s",
            "back\\slash",
            "../../up",
            "a=b",
            "a.b",
            "\0nul\0",
            "Caps ",
            "1st",
            "a\tb",
            "\u00e9\u6f22\ud83d\udc18",
            "x".repeat(127));

    private static final String HOSTILE = "../../'; " + CANARY + "--";

    @TempDir
    private Path directory;

    private EmbeddedPostgres postgres;

    @BeforeEach
    void start() throws Exception {
        postgres = EmbeddedPostgres.start();
    }

    @AfterEach
    void stop() throws Exception {
        postgres.close();
    }

    @Test
    void everyTableIsMadeChangedWrittenAndReadWhateverItsNamesAre() throws Exception {
        IcebergSettings settings = settings();
        Problems problems = new Problems();
        assertThat(TABLES).allMatch(table -> TableName.problem(table) == null);
        List<Schema> schemas =
                TABLES.stream().map(table -> schema(table, COLUMNS)).toList();
        IcebergPlan.check(settings, schemas, problems);
        problems.throwIfAny();

        try (SinkHarness job = SinkHarness.start(settings)) {
            for (Schema schema : schemas) {
                Schema first = schema(schema.table(), COLUMNS.subList(0, 4));
                job.process(
                        insert(first, row(first, 1, HOSTILE)),
                        insert(first, row(first, 2, "b")),
                        insert(first, row(first, 3, "c")));
            }
            job.checkpoint();
            for (Schema schema : schemas) {
                job.process(
                        before(schema, row(schema, 1, HOSTILE)),
                        after(schema, row(schema, 1, "new")),
                        delete(schema, row(schema, 2, "b")));
            }
            job.checkpoint();
            assertThat(job.rejected()).isEmpty();
        }

        try (Warehouse warehouse = Warehouse.open(settings)) {
            for (Schema schema : schemas) {
                Table table = warehouse.load(schema.table());
                assertThat(table.schema().columns())
                        .extracting(column -> column.name())
                        .containsExactlyElementsOf(COLUMNS);
                assertThat(files(table))
                        .hasSizeGreaterThan(2)
                        .allMatch(file -> file.normalize().startsWith(path(table.location())));
                assertThat(Fixture.read(table))
                        .containsExactlyInAnyOrder(
                                shown(schema, row(schema, 1, "new")),
                                shown(schema, row(schema(schema.table(), COLUMNS.subList(0, 4)), 3, "c")));
            }
        }
        assertThat(ask("SELECT count(*) FROM pg_class WHERE relname = 'canary'"))
                .isEqualTo("0");
        assertThat(ask("SELECT count(*) FROM iceberg_tables")).isEqualTo(String.valueOf(TABLES.size()));
    }

    private static List<Path> files(Table table) throws IOException {
        List<Path> files = new ArrayList<>();
        try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
            tasks.forEach(task -> {
                files.add(path(task.file().location()));
                task.deletes().forEach(file -> files.add(path(file.location())));
            });
        }
        return files;
    }

    private static Path path(String location) {
        return Path.of(location.replaceFirst("^file:(//)?", ""));
    }

    private static Schema schema(String table, List<String> names) {
        List<Column> columns = new ArrayList<>();
        names.forEach(name -> columns.add(Column.of(name, columns.size() < 2 ? ID : TEXT)));
        return Schema.of(table, columns, names.subList(0, 2));
    }

    private static Object[] row(Schema schema, long key, String text) {
        Object[] values = new Object[schema.arity()];
        Arrays.fill(values, text);
        values[0] = key;
        values[1] = key;
        return values;
    }

    private static String shown(Schema schema, Object... values) {
        TreeMap<String, Object> byName = new TreeMap<>();
        for (int i = 0; i < COLUMNS.size(); i++) {
            byName.put(COLUMNS.get(i), i < values.length ? values[i] : null);
        }
        return byName.toString();
    }

    private String ask(String query) throws Exception {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(query)) {
            answer.next();
            return answer.getString(1);
        }
    }

    /** Each table is partitioned by one of the hostile columns. */
    private IcebergSettings settings() {
        Configuration configuration = new Configuration();
        configuration.setString("iceberg.catalog.type", "jdbc");
        configuration.setString("iceberg.catalog.uri", postgres.getJdbcUrl("postgres", "postgres"));
        configuration.setString("iceberg.catalog.jdbc.user", "postgres");
        configuration.setString("iceberg.catalog.jdbc.password", "env:PASSWORD");
        configuration.setString("iceberg.catalog.jdbc.schema-version", "V1");
        configuration.setString("iceberg.catalog.io-impl", LocalFileIO.class.getName());
        configuration.setString("iceberg.catalog.warehouse", directory.toUri().toString());
        configuration.setString("iceberg.namespace", "n'\"; " + CANARY + "--");
        for (String table : TABLES) {
            configuration.set(
                    ConfigOptions.key(NamedKey.ofTable(table, "iceberg.partition-by"))
                            .stringType()
                            .asList()
                            .noDefaultValue(),
                    List.of(COLUMNS.get(3)));
        }
        return Fixture.settings(configuration);
    }
}
