package io.tributary.sink.iceberg;

import static io.tributary.sink.iceberg.Fixture.ID;
import static io.tributary.sink.iceberg.Fixture.NARROW;
import static io.tributary.sink.iceberg.Fixture.TEXT;
import static io.tributary.sink.iceberg.Fixture.insert;
import static io.tributary.sink.iceberg.Fixture.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import io.tributary.settings.Problems;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A catalog that several writers change at once, in a real database with a password. */
class CatalogOverJdbcTest {

    private static EmbeddedPostgres postgres;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() throws Exception {
        postgres = EmbeddedPostgres.start();
        try (Connection connection = postgres.getPostgresDatabase().getConnection()) {
            connection.createStatement().execute("CREATE ROLE iceberg LOGIN PASSWORD 's3cret'");
            connection.createStatement().execute("CREATE DATABASE lake OWNER iceberg");
        }
    }

    @AfterAll
    static void stop() throws Exception {
        postgres.close();
    }

    @Test
    void tableIsMadeAndWrittenWithTheSecretsOfTheSettings() throws Exception {
        IcebergSettings settings = settings("lake");
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "a"));
            job.checkpoint();
        }
        assertThat(read(settings, "people")).containsExactly("{id=1, name=a}");
        assertThat(Reader.spark(settings).schema(settings, "people").findField("name"))
                .isNotNull();
        assertThat(Reader.flink(settings, "people")).containsExactly("id", "name");
        assertThat(settings.toString()).doesNotContain("s3cret");
        assertThat(settings.redact("login with s3cret failed")).isEqualTo("login with env:PASSWORD failed");
    }

    @Test
    void catalogThatCannotBeReachedIsAProblem() {
        Problems problems = new Problems();
        IcebergPlan.check(settings("nowhere"), List.of(NARROW), problems);
        assertThat(problems.sentences())
                .singleElement()
                .asString()
                .contains("iceberg.catalog")
                .doesNotContain("s3cret");
    }

    /** What the table becomes is planned once, whoever comes first, and carried out once. */
    @Test
    void writersThatReplaceOneTableAtOnceAgree() throws Exception {
        int writers = 4;
        Schema old = Schema.of("towns", NARROW.columns(), List.of("id"));
        Schema anew = Schema.of(
                "towns",
                List.of(Column.of("id", ID), Column.of("name", ID), Column.of("size", TEXT), Column.of("place", TEXT)),
                List.of("id"));
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        IcebergSettings settings = settings("lake");
        try (SinkHarness job = SinkHarness.start(settings, writers)) {
            job.process(insert(old, 1L, "a"), insert(old, 2L, "b"));
            job.checkpoint();
            CyclicBarrier together = new CyclicBarrier(writers);
            List<Callable<Void>> work = new ArrayList<>();
            for (int i = 0; i < writers; i++) {
                int subtask = i;
                work.add(() -> {
                    together.await();
                    job.processOn(subtask, ChangelogRow.replacement(anew, Position.of(1_000, 0), 0));
                    job.processOn(subtask, insert(anew, 10L + subtask, 5L, "s" + subtask, "p"));
                    return null;
                });
            }
            for (Future<Void> done : threads.invokeAll(work)) {
                done.get();
            }
            job.snapshot();
            assertThat(read(settings, "towns")).containsExactly("{id=1, name=a}", "{id=2, name=b}");
            job.complete();
            assertThat(read(settings, "towns"))
                    .containsExactly(
                            "{id=10, name=5, place=p, size=s0}",
                            "{id=11, name=5, place=p, size=s1}",
                            "{id=12, name=5, place=p, size=s2}",
                            "{id=13, name=5, place=p, size=s3}");
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void writersThatEvolveOneTableAtOnceAgree() throws Exception {
        int writers = 4;
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        // What the harness remembers of places is for one thread.
        IcebergSettings settings = settings("lake", "equality");
        try (SinkHarness job = SinkHarness.start(settings, writers)) {
            CyclicBarrier together = new CyclicBarrier(writers);
            for (int round = 0; round < 3; round++) {
                List<Callable<Void>> work = new ArrayList<>();
                for (int i = 0; i < writers; i++) {
                    int subtask = i;
                    long id = round * writers + i;
                    Schema mine = Schema.of(
                            "people",
                            List.of(
                                    Column.of("id", ID),
                                    Column.of("shared" + round, TEXT),
                                    Column.of("own" + id, TEXT)),
                            List.of("id"));
                    work.add(() -> {
                        together.await();
                        job.processOn(subtask, insert(mine, id, "s", "o"));
                        return null;
                    });
                }
                for (Future<Void> done : threads.invokeAll(work)) {
                    done.get();
                }
                job.checkpoint();
            }
            List<String> rows = read(settings, "people");
            assertThat(rows).hasSize(12);
            for (int id = 0; id < 12; id++) {
                String own = "own" + id + "=o";
                assertThat(rows).filteredOn(row -> row.contains(own)).hasSize(1);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private IcebergSettings settings(String database) {
        return settings(database, "positions");
    }

    private IcebergSettings settings(String database, String deletes) {
        Configuration configuration = new Configuration();
        configuration.setString("iceberg.deletes", deletes);
        configuration.setString("iceberg.catalog.type", "jdbc");
        configuration.setString(
                "iceberg.catalog.uri", "jdbc:postgresql://localhost:" + postgres.getPort() + "/" + database);
        configuration.setString("iceberg.catalog.jdbc.user", "iceberg");
        configuration.setString("iceberg.catalog.jdbc.password", "env:PASSWORD");
        configuration.setString("iceberg.catalog.jdbc.schema-version", "V1");
        configuration.setString("iceberg.catalog.io-impl", LocalFileIO.class.getName());
        configuration.setString("iceberg.catalog.warehouse", directory.toUri().toString());
        configuration.setString("iceberg.namespace", directory.getFileName().toString());
        return Fixture.settings(configuration);
    }
}
