package io.tributary;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.dynamodb.export.ExportWriter;
import io.tributary.capture.dynamodb.export.Orders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs without state over targets that exports of DynamoDB filled. */
@Tag("slow")
class StartFromExportsTest {

    private static final Instant FIRST = Orders.NOON.minus(Duration.ofHours(2));
    private static final Instant SECOND = Orders.NOON.minus(Duration.ofHours(1));

    @TempDir
    private Path folder;

    @BeforeEach
    void makeFolders() throws Exception {
        Files.createDirectory(folder.resolve("exports"));
        Files.createDirectory(folder.resolve("sql"));
        Files.writeString(
                folder.resolve("sql/large.sql"), "-- key: id\nSELECT id, quantity FROM orders WHERE quantity > 20");
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("dynamodb.tables", "Orders=orders");
        settings.put("tables.orders.dynamodb.key", "id");
        settings.put("tables.orders.dynamodb.columns.id", "STRING");
        settings.put("tables.orders.dynamodb.columns.quantity", "INT");
        settings.put("dynamodb.exports.location", folder.resolve("exports").toString());
        settings.put("dynamodb.exports.poll-interval", "50 ms");
        settings.put("sql.pass-through", "orders");
        settings.put("sql.directory", folder.resolve("sql").toString());
        settings.put("iceberg.catalog.type", "hadoop");
        settings.put("iceberg.catalog.warehouse", folder.resolve("lake").toUri().toString());
        settings.put("flink.execution.checkpointing.interval", "200 ms");
        settings.put("flink.restart-strategy.type", "none");
        settings.put("flink.parallelism.default", "2");
        return settings;
    }

    private void export(Instant time, IntStream rows) throws Exception {
        List<String> lines = new ArrayList<>();
        rows.forEach(i -> lines.add(Orders.item("o" + i, i)));
        ExportWriter.of(folder.resolve("exports").toString(), "Orders")
                .file(lines)
                .full(time);
    }

    private static List<String> rows(IntStream numbers) {
        return numbers.mapToObj(i -> "{id=o" + i + ", quantity=" + i + "}")
                .sorted()
                .toList();
    }

    @Test
    void itemsThatTheFirstFullExportLacksAreGone() throws Exception {
        export(FIRST, IntStream.range(0, 60));
        try (WholeJob job = WholeJob.start(settings())) {
            job.awaitRows("orders", "orders", rows(IntStream.range(0, 60)));
            job.awaitRows("large", "large", rows(IntStream.range(21, 60)));
        }
        List<String> before = WholeJob.rowsOf(settings(), "large");
        export(SECOND, IntStream.range(10, 40));
        Map<String, String> settings = settings();
        settings.put("start-from", "targets");
        try (WholeJob job = WholeJob.start(settings)) {
            job.awaitRows("orders", "orders", rows(IntStream.range(10, 40)));
            job.awaitRows("large", "large", rows(IntStream.range(21, 40)));
            assertThat(job.contents("large"))
                    .as("no reader saw a part of the new rows")
                    .last()
                    .isEqualTo(rows(IntStream.range(21, 40)).toString());
            ExportWriter.of(folder.resolve("exports").toString(), "Orders")
                    .file(List.of(
                            Orders.deleted(SECOND.plusMillis(4), "o30"),
                            Orders.written(SECOND.plusMillis(5), "o50", 50)))
                    .incremental(SECOND, Orders.NOON);
            job.awaitRows(
                    "orders", "orders", rows(IntStream.range(10, 51).filter(i -> i != 30 && (i < 40 || i == 50))));
        }
        assertThat(before).hasSize(39);
    }
}
