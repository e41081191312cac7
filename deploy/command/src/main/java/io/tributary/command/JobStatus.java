package io.tributary.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A job, as Flink tells of it.
 *
 * @param state as Flink names it
 * @param since when it began to run, in milliseconds since 1970
 * @param failure why it failed last, or an empty text
 * @param checkpoint when the last checkpoint was completed, in milliseconds since 1970; 0 if there was none
 * @param sources what each source says of itself: metric by metric
 * @param tables the same of each table
 */
record JobStatus(
        String id,
        String name,
        URI address,
        String state,
        long since,
        long restarts,
        String failure,
        long checkpoint,
        long checkpointBytes,
        Map<String, Map<String, Double>> sources,
        Map<String, Map<String, Double>> tables) {

    private static final List<String> OF_SOURCES = List.of(
            "sourceLagBytes",
            "sourceLagMilliseconds",
            "slotWalBytes",
            "disconnectedSince",
            "tablesStale",
            "pendingRecords",
            "millisBehindLatest");

    private static final List<String> OF_COORDINATORS = List.of(
            "snapshotRowsLeft",
            "snapshotChunksLeft",
            "resyncRowsLeft",
            "resyncTables",
            "exportsLeft",
            "exportsWaiting");

    private static final List<String> OF_TABLES =
            List.of("completeAgeMilliseconds", "lastCommitSourceTime", "isBeingFilled", "isSetAside");

    private static final String TABLE = ".table.";
    private static final String SOURCE = "Source: ";

    /** Null if the cluster has none of this name. */
    static @Nullable JobStatus find(FlinkRest flink, String name) throws IOException, InterruptedException {
        JsonNode newest = null;
        for (JsonNode job : flink.read("/jobs/overview").path("jobs")) {
            if (job.path("name").asText().equals(name)
                    && (newest == null
                            || job.path("start-time").asLong()
                                    > newest.path("start-time").asLong())) {
                newest = job;
            }
        }
        return newest == null ? null : of(flink, newest.path("jid").asText());
    }

    private static JobStatus of(FlinkRest flink, String id) throws IOException, InterruptedException {
        JsonNode job = flink.read("/jobs/" + id);
        JsonNode completed =
                flink.read("/jobs/" + id + "/checkpoints").path("latest").path("completed");
        Map<String, Map<String, Double>> sources = new TreeMap<>();
        Map<String, Map<String, Double>> tables = new TreeMap<>();
        for (JsonNode vertex : job.path("vertices")) {
            String of = vertex.path("id").asText();
            String name = vertex.path("name").asText();
            if (name.startsWith(SOURCE)) {
                Map<String, Double> source = sources.computeIfAbsent(
                        name.substring(SOURCE.length()).replaceFirst(" -> .*", ""), key -> new TreeMap<>());
                flink.metrics(id, of, OF_SOURCES)
                        .forEach((metric, value) -> source.merge(last(metric), value, Math::max));
                flink.coordinatorMetrics(id, of, OF_COORDINATORS)
                        .forEach((metric, value) -> source.merge(last(metric), value, Double::sum));
            } else {
                flink.metrics(id, of, OF_TABLES).forEach((metric, value) -> {
                    int table = metric.indexOf(TABLE);
                    if (table >= 0) {
                        tables.computeIfAbsent(
                                        metric.substring(table + TABLE.length(), metric.lastIndexOf('.')),
                                        key -> new TreeMap<>())
                                .merge(last(metric), value, Math::max);
                    }
                });
            }
        }
        return new JobStatus(
                id,
                job.path("name").asText(),
                flink.address(),
                job.path("state").asText(),
                job.path("start-time").asLong(),
                restarts(flink, id),
                flink.read("/jobs/" + id + "/exceptions").path("root-exception").asText(""),
                completed.path("latest_ack_timestamp").asLong(),
                completed.path("checkpointed_size").asLong(),
                sources,
                tables);
    }

    private static long restarts(FlinkRest flink, String id) throws IOException, InterruptedException {
        return flink.read("/jobs/" + id + "/metrics?get=numRestarts")
                .path(0)
                .path("value")
                .asLong();
    }

    private static String last(String metric) {
        return metric.substring(metric.lastIndexOf('.') + 1);
    }

    /** The tables of which the metric is above zero. */
    TreeSet<String> where(String metric) {
        TreeSet<String> names = new TreeSet<>();
        tables.forEach((table, metrics) -> {
            if (metrics.getOrDefault(metric, 0.0) > 0) {
                names.add(table);
            }
        });
        return names;
    }
}
