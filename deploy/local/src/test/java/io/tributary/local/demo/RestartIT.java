package io.tributary.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.command.verify.IcebergTable;
import io.tributary.command.verify.Outcome;
import io.tributary.local.service.FlinkCluster;
import io.tributary.local.service.Waiting;
import io.tributary.local.service.WarehouseFeed;
import io.tributary.local.shop.Load;
import io.tributary.local.verify.Ends;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job is stopped and resumed, its task manager and its slot are lost, all under load: nothing is lost, nothing is there twice. */
@Tag("slow")
class RestartIT {

    private static final Path HOME = Path.of(System.getProperty("tributary.home"));
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    /** Fewer than the demo has: the test is about what is lost, not about how much there is. */
    private static final long ORDERS = 8_000;

    @Test
    void stopsAndLossesLeaveNoTrace(@TempDir Path folder) throws Exception {
        try (Laptop laptop = Laptop.start(HOME, folder, Source.POSTGRES)) {
            laptop.fill(ORDERS);
            Pace.frequentCheckpoints(laptop.settings());
            Pace.slowSnapshot(laptop.settings());
            Edits edits = Edits.of(HOME, laptop.settings(), folder);
            FlinkCluster flink = laptop.flink();
            List<String> arguments =
                    List.of("run", "--settings", laptop.settings().toString());
            Ends ends = laptop.ends();
            try (WarehouseFeed warehouse = WarehouseFeed.start(laptop.settings(), laptop.kinesis(), Laptop.STREAM)) {
                String job;
                try (Load load = Load.ofShop(laptop.shop(), 200, 7)) {
                    // Lost while the snapshot is read.
                    job = flink.submit(Demo.jar(HOME), arguments);
                    Checkpoints.await(flink, job, 1);
                    assertThat(Progress.chunksLeft(flink.rest(), job)).isPositive();
                    flink.replaceTaskManager();
                    Checkpoints.awaitMore(flink, job, 2);

                    // Stopped, and resumed with other SQL, which is filled while all else goes on.
                    String savepoint = flink.rest().stop(job);
                    edits.changeAndAdd();
                    job = flink.resume(Demo.jar(HOME), savepoint, arguments);
                    Checkpoints.await(flink, job, 2);

                    // A column more, while changes are streamed, and the machine lost meanwhile.
                    addColumn(laptop);
                    flink.replaceTaskManager();
                    Checkpoints.awaitMore(flink, job, 2);

                    // Canceled, and resumed from the checkpoint that it leaves, as the manual says.
                    flink.rest().cancel(job);
                    String canceled = job;
                    Waiting.until(
                            "the job is canceled",
                            PATIENCE,
                            () -> flink.rest().state(canceled).equals("CANCELED"));
                    job = flink.resume(Demo.jar(HOME), Checkpoints.last(folder, job), arguments);
                    Checkpoints.await(flink, job, 2);

                    // Its slot is lost, with all that was changed meanwhile, and what differs is found and mended.
                    // Nothing that
                    // the canceled job sent to Kinesis is to come again by then.
                    awaitCaughtUp(flink, job);
                    Checkpoints.awaitMore(flink, job, 2);
                    savepoint = flink.rest().stop(job);
                    dropSlot(laptop);
                    Pace.resyncLostSlot(laptop.settings());
                    job = flink.resume(Demo.jar(HOME), savepoint, arguments);
                    awaitResync(flink, job);
                    load.stop();
                }
                Arrival.await(laptop, ends, job);
                flink.rest().stop(job);
                warehouse.drain(PATIENCE);
            }

            List<Outcome> outcomes = Demo.compare(laptop, System.out);
            assertThat(outcomes).hasSize(8);
            // Nobody has set the warehouse up for the file that was added.
            assertThat(outcomes)
                    .filteredOn(outcome -> !outcome.output().equals("segments"))
                    .hasSize(7)
                    .allMatch(Outcome::isClean);
            assertThat(outcomes).allMatch(outcome -> outcome.wrongIn("Iceberg") == 0);
            assertThat(new IcebergTable(ends.catalog().loadTable(ends.identifier("products")))
                            .rowsWith("origin", "country 999"))
                    .isEqualTo(1);
        }
    }

    private static void awaitCaughtUp(FlinkCluster flink, String job) throws Exception {
        Waiting.until("the job has caught up", PATIENCE, () -> {
            Demo.checkRunning(flink.rest(), job);
            return Progress.chunksLeft(flink.rest(), job) == 0
                    && flink.rest()
                                    .metric(job, "Source:", "sourceLagMilliseconds")
                                    .orElse(Long.MAX_VALUE)
                            < 5_000;
        });
    }

    private static void dropSlot(Laptop laptop) throws Exception {
        try (Connection connection = laptop.shop().connect();
                Statement statement = connection.createStatement()) {
            Waiting.until("nobody reads the slot", PATIENCE, () -> {
                try (ResultSet dropped = statement.executeQuery("SELECT count(pg_drop_replication_slot(slot_name)) FROM"
                        + " pg_replication_slots WHERE slot_name = 'tributary_demo' AND NOT active")) {
                    dropped.next();
                    return dropped.getInt(1) == 1;
                }
            });
        }
    }

    private static void awaitResync(FlinkCluster flink, String job) throws Exception {
        Waiting.until("all tables are read again", PATIENCE, () -> {
            Demo.checkRunning(flink.rest(), job);
            return flink.rest().metric(job, "Source:", "slotsLost").orElse(0) > 0
                    && flink.rest().metric(job, "Source:", "resyncs").orElse(0) > 0
                    && flink.rest()
                                    .coordinatorMetric(job, "Source:", "resyncTables")
                                    .orElse(1)
                            == 0;
        });
    }

    static void addColumn(Laptop laptop) throws SQLException {
        try (Connection connection = laptop.shop().connect();
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER TABLE products ADD COLUMN origin text");
            statement.execute("UPDATE products SET origin = 'country ' || id WHERE id % 3 = 0");
        }
    }
}
