package io.tributary.command;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a pipeline may look like: two sources, one of which is not read, and tables of every kind. */
final class PageFixture {

    static final long NOW = 1_800_000_000_000L;

    private PageFixture() {}

    static String json() throws Exception {
        StatusHistory history = new StatusHistory();
        for (int look = 0; look < 30; look++) {
            history.add(status(NOW - (30 - look) * 2_000L, look));
        }
        PipelineStatus last = status(NOW, 30);
        history.add(last);
        return last.json(history);
    }

    private static PipelineStatus status(long now, int look) {
        Map<String, Map<String, Double>> sources = Map.of(
                "Postgres shop",
                Map.of(
                        "snapshotChunksLeft", 0.0,
                        "sourceLagMilliseconds", 1_240.0,
                        "sourceLagBytes", 3_000_000.0,
                        "slotWalBytes", 48_000_000.0),
                "Kafka",
                Map.of("pendingRecords", 1_204.0, "disconnectedSince", now - 125_000.0));
        Map<String, Map<String, Double>> metrics = Map.of(
                "customers", Map.of("completeAgeMilliseconds", 4_000.0),
                "orders", Map.of("completeAgeMilliseconds", 4_000.0),
                "spending", Map.of("completeAgeMilliseconds", 900_000.0, "isBeingFilled", 1.0),
                "segments", Map.of("completeAgeMilliseconds", 4_000.0, "isSetAside", 1.0));
        JobStatus job = new JobStatus(
                "1",
                "shop",
                URI.create("http://localhost:8081"),
                "RUNNING",
                now - 93_784_000L,
                1,
                "",
                now - 7_000,
                81_000_000,
                sources,
                metrics);
        List<TableStatus> tables = new ArrayList<>();
        tables.add(new TableStatus("customers", 41_206, true, 12, 3, now - 9_000));
        tables.add(new TableStatus("orders", 1_200_031 + look * look * 7L, true, 204, 31, now - 9_000));
        tables.add(new TableStatus("segments", 12, true, 1, 0, now - 86_400_000L));
        tables.add(new TableStatus("spending", 30_000 + look * 900L, false, 9, 5, now - 60_000));
        return new PipelineStatus(
                now,
                null,
                job,
                tables,
                new DeadLetters(
                        7,
                        2,
                        List.of(new DeadLetters.Letter(
                                "2027-01-15T07:58:00Z",
                                "orders",
                                "Column amount: <b>'12,5'</b> is no number",
                                "Postgres",
                                ""))));
    }
}
