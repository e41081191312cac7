package io.tributary.local.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.local.service.Guard;
import io.tributary.local.service.PostgresServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericAppenderFactory;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.hadoop.HadoopCatalog;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VerifyTest {

    private static final Schema PEOPLE = new Schema(
            List.of(
                    Types.NestedField.required(1, "id", Types.LongType.get()),
                    Types.NestedField.optional(2, "name", Types.StringType.get()),
                    Types.NestedField.optional(3, "born", Types.DateType.get()),
                    Types.NestedField.optional(4, "seen", Types.TimestampType.withZone()),
                    Types.NestedField.optional(5, "tags", Types.ListType.ofOptional(6, Types.StringType.get()))),
            Set.of(1));
    private static final Schema COUNTS = new Schema(
            List.of(
                    Types.NestedField.required(1, "born", Types.DateType.get()),
                    Types.NestedField.optional(2, "people", Types.LongType.get())),
            Set.of(1));

    @Test
    void comparesTablesAndSqlFilesWithTheSource(@TempDir Path folder) throws Exception {
        try (Guard guard = Guard.start();
                PostgresServer server = PostgresServer.start(guard, folder.resolve("postgres"))) {
            PostgresServer.Login login = server.create("town", "town", "sesame", PostgresServer.Passwords.SCRAM);
            try (Connection connection = login.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("""
                        CREATE TABLE people (id bigint PRIMARY KEY, name text, born date, seen timestamptz, tags text[]);
                        INSERT INTO people VALUES
                          (1, 'Ann', '2000-02-29', '2024-01-01 12:00:00.5+02', '{a,NULL}'),
                          (2, NULL, '2000-02-29', NULL, NULL)
                        """);
            }
            Path settings = settings(folder, login);
            fill(folder, "people", PEOPLE, row(PEOPLE, 1L, "Ann", leapDay(), noon(), Arrays.asList("a", null)));
            fill(folder, "people", PEOPLE, row(PEOPLE, 2L, null, leapDay(), null, null));
            fill(folder, "births", COUNTS, row(COUNTS, leapDay(), 2L));
            List<Verify.Report> reports = Verify.of(Ends.of(settings, null));
            assertThat(reports).extracting(Verify.Report::table).containsExactly("births", "people");
            assertThat(reports).as(printed(reports)).allMatch(Verify.Report::isClean);
            assertThat(printed(reports)).contains("Every row is the same everywhere.");

            fill(folder, "people", PEOPLE, row(PEOPLE, 2L, "Bea", null, null, null));
            assertThat(printed(Verify.of(Ends.of(settings, null))))
                    .contains("Iceberg: people id=2 is there more than once", "There are differences");
        }
    }

    @Test
    void aWarehouseThatNothingHasReachedYetIsDifferent(@TempDir Path folder) throws Exception {
        try (Guard guard = Guard.start();
                PostgresServer server = PostgresServer.start(guard, folder.resolve("postgres"))) {
            PostgresServer.Login login = server.create("town", "town", "sesame", PostgresServer.Passwords.MD5);
            try (Connection connection = login.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE people (id bigint PRIMARY KEY, name text, born date,"
                        + " seen timestamptz, tags text[])");
            }
            Path settings = settings(folder, login);
            Files.writeString(
                    settings, """
                    redshift: {url: "jdbc:redshift://127.0.0.1:%d/town", username: town, password: "file:%s",
                               schema: nowhere, dialect: postgres}
                    """.formatted(login.port(), folder.resolve("secret")), StandardOpenOption.APPEND);
            fill(folder, "people", PEOPLE, row(PEOPLE, 2L, null, leapDay(), null, null));
            fill(folder, "births", COUNTS, row(COUNTS, leapDay(), 2L));

            assertThat(printed(Verify.of(Ends.of(settings, null))))
                    .contains("There is no table nowhere.births", "There is no table nowhere.people");
        }
    }

    private static Path settings(Path folder, PostgresServer.Login login) throws Exception {
        Path sql = Files.createDirectories(folder.resolve("sql"));
        Files.writeString(
                sql.resolve("births.sql"),
                "-- How many were born.\n-- key: born\nSELECT born, COUNT(*) AS people FROM people GROUP BY born;\n");
        Path secret = Files.writeString(folder.resolve("secret"), login.password());
        return Files.writeString(
                folder.resolve("settings.yaml"), """
                postgres: {hostname: 127.0.0.1, port: %d, database: town, username: town, password: "file:%s",
                           tables: [public.people]}
                sql: {directory: "%s", pass-through: [people]}
                iceberg: {namespace: town, catalog: {type: hadoop, warehouse: "%s"}}
                """.formatted(login.port(), secret, sql, folder.resolve("lake")));
    }

    private static String printed(List<Verify.Report> reports) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Verify.print(reports, new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8);
    }

    private static LocalDate leapDay() {
        return LocalDate.of(2000, 2, 29);
    }

    private static OffsetDateTime noon() {
        return OffsetDateTime.parse("2024-01-01T10:00:00.5Z");
    }

    private static GenericRecord row(Schema schema, @Nullable Object... values) {
        GenericRecord row = GenericRecord.create(schema);
        for (int i = 0; i < values.length; i++) {
            row.set(i, values[i]);
        }
        return row;
    }

    private static void fill(Path folder, String name, Schema schema, GenericRecord row) throws Exception {
        try (HadoopCatalog catalog = new HadoopCatalog(
                new org.apache.hadoop.conf.Configuration(),
                folder.resolve("lake").toString())) {
            TableIdentifier id = TableIdentifier.of(Namespace.of("town"), name);
            Table table = catalog.tableExists(id) ? catalog.loadTable(id) : catalog.createTable(id, schema);
            var file = org.apache.iceberg.encryption.EncryptedFiles.plainAsEncryptedOutput(
                    table.io().newOutputFile(table.location() + "/data/" + System.nanoTime() + ".parquet"));
            var writer = new GenericAppenderFactory(
                            table, table.schema(), table.spec(), java.util.Map.of(), null, null, null)
                    .newDataWriter(file, org.apache.iceberg.FileFormat.PARQUET, null);
            try (writer) {
                writer.write(row);
            }
            table.newAppend().appendFile(writer.toDataFile()).commit();
        }
    }
}
