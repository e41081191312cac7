package io.tributary.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.command.verify.Outcome;
import io.tributary.local.service.FlinkCluster;
import io.tributary.local.service.WarehouseFeed;
import io.tributary.local.verify.Ends;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One job reads from PostgreSQL, Kafka and DynamoDB, and its task manager is lost under load. */
@Tag("slow")
class SourcesIT {

    private static final Path HOME = Path.of(System.getProperty("tributary.home"));
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** A tenth of the demo's, so that the test is short. */
    private static final long ORDERS = 3_000;

    @Test
    void whatThreeSystemsHaveIsInAllOutputsAfterALostTaskManager(@TempDir Path folder) throws Exception {
        try (Laptop laptop = Laptop.start(HOME, folder, Source.ALL)) {
            laptop.fill(ORDERS);
            Pace.frequentCheckpoints(laptop.settings());
            FlinkCluster flink = laptop.flink();
            Ends ends = laptop.ends();
            try (WarehouseFeed warehouse = WarehouseFeed.start(laptop.settings(), laptop.kinesis(), Laptop.STREAM)) {
                String job;
                try (Loads loads = Loads.start(laptop, 200, 7)) {
                    laptop.export();
                    job = flink.submit(
                            Demo.jar(HOME),
                            List.of("run", "--settings", laptop.settings().toString()));
                    Checkpoints.await(flink, job, 1);
                    flink.replaceTaskManager();
                    Checkpoints.awaitMore(flink, job, 2);
                    loads.stop();
                }
                Arrival.await(laptop, ends, job);
                flink.rest().stop(job);
                warehouse.drain(PATIENCE);
            }

            List<Outcome> outcomes = Demo.compare(laptop, System.out);
            assertThat(outcomes)
                    .allMatch(Outcome::isClean)
                    .allMatch(outcome -> outcome.rows().get("source") > 0);
            assertThat(ends.topicTables()).containsExactlyInAnyOrder("orders", "order_lines");
            assertThat(ends.itemTables()).containsOnlyKeys("carts", "devices");
            assertThat(outcomes)
                    .extracting(Outcome::output)
                    .contains("customers", "products", "orders", "order_lines", "carts", "devices", "open_carts");
        }
    }
}
