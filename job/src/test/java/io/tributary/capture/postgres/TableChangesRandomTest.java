package io.tributary.capture.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.ChangelogRow;
import io.tributary.sink.iceberg.Fixture;
import io.tributary.sink.iceberg.IcebergSettings;
import io.tributary.sink.iceberg.SinkHarness;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * All that can happen to tables beside their rows, in any order, with changes of rows between, while the job is stopped and
 * resumed: after each step the tables in Iceberg are what they are in the database. {@code -Dseeds=200} for many runs,
 * {@code -Dseed=78} for one of them.
 */
@Tag("slow")
class TableChangesRandomTest {

    private static final int STEPS = 8;

    @AutoClose
    private final TestDatabase database = TestDatabase.create();

    static LongStream seeds() {
        Integer seed = Integer.getInteger("seed");
        return seed == null ? LongStream.rangeClosed(1, Integer.getInteger("seeds", 2)) : LongStream.of(seed);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void tablesAreWhatTheyAreInTheDatabase(long seed, @TempDir Path savepoints) throws Exception {
        Random random = new Random(seed);
        TableChange.Tables tables = new TableChange.Tables(database);
        tables.create(random);
        Map<String, String> settings = database.settings("public.r;public.p");
        settings.put("postgres.watch-interval", "200 ms");
        List<TableChange> order = new ArrayList<>();
        String savepoint = null;
        IcebergSettings iceberg = Fixture.settings(savepoints.resolve("warehouse"));
        try (Mirror mirror = random.nextBoolean() ? Mirror.ofWholeRows() : Mirror.ofHashes("r", "p");
                SinkHarness sink = SinkHarness.start(iceberg)) {
            mirror.to(entry -> write(entry, sink));
            CaptureJob job = CaptureJob.of(settings).restarting().start();
            try {
                mirror.await(job, database, "r", "p");
                for (int step = 0; step < STEPS; step++) {
                    if (order.isEmpty()) {
                        order.addAll(Arrays.asList(TableChange.values()));
                        Collections.shuffle(order, random);
                    }
                    TableChange change = order.remove(0);
                    boolean isStopped = random.nextInt(4) == 0;
                    if (isStopped) {
                        savepoint = job.stop(savepoints);
                        mirror.take(job.rest());
                    }
                    List<String> statements = new ArrayList<>(change.statements(tables, random));
                    try {
                        for (String statement : statements) {
                            database.run(statement);
                        }
                        for (String statement : tables.changes(random)) {
                            database.run(statement);
                        }
                        if (isStopped) {
                            job = CaptureJob.of(settings)
                                    .restarting()
                                    .from(savepoint)
                                    .start();
                        }
                        mirror.await(job, database, "r", "p");
                        sink.checkpoint();
                        compare(iceberg, "r");
                        compare(iceberg, "p");
                        assertThat(sink.rejected()).isEmpty();
                    } catch (Exception | AssertionError e) {
                        throw new AssertionError(
                                "Seed " + seed + ", step " + step + ", " + change + (isStopped ? " while stopped" : "")
                                        + " " + statements,
                                e);
                    }
                }
            } finally {
                job.close();
            }
        }
    }

    private static void write(ChangelogRow entry, SinkHarness sink) {
        try {
            sink.process(entry);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void compare(IcebergSettings iceberg, String table) throws Exception {
        List<String> rows = Fixture.read(iceberg, table, Mirror.columns(database, table));
        assertThat(rows.stream().map(row -> row + "\n").collect(Collectors.joining()))
                .as("Iceberg table %s", table)
                .isEqualTo(Mirror.lines(database, table));
    }

    @Test
    void thePageSaysWhatBecomesOfEach() throws Exception {
        String page = Files.readString(Path.of("docs/postgres.md"));
        for (TableChange change : TableChange.values()) {
            assertThat(page).contains(change.line());
        }
    }
}
