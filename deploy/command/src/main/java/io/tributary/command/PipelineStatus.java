package io.tributary.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of a pipeline at a moment.
 *
 * @param now in milliseconds since 1970
 * @param unreachable why Flink says nothing; null if it does
 * @param job null if there is none
 */
record PipelineStatus(
        long now,
        @Nullable String unreachable,
        @Nullable JobStatus job,
        List<TableStatus> tables,
        DeadLetters letters) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** A checkpoint that is older than this does not come any more, by far. */
    private static final long OLD = TimeUnit.MINUTES.toMillis(10);

    static PipelineStatus of(@Nullable FlinkRest flink, String name, Lake lake, Catalog catalog, String deadLetters)
            throws IOException, InterruptedException {
        String unreachable = null;
        JobStatus job = null;
        if (flink == null) {
            unreachable = "No job runs on this machine with these settings: --flink says where its Flink is, if it runs"
                    + " elsewhere";
        } else {
            try {
                job = JobStatus.find(flink, name);
                unreachable = job == null ? "Flink at " + flink.address() + " has no job " + name : null;
            } catch (IOException e) {
                unreachable = "Flink at " + flink.address() + " does not answer: " + e;
            }
        }
        List<TableStatus> tables = new ArrayList<>();
        for (String table : lake.tables(catalog)) {
            if (!table.equals(deadLetters)) {
                tables.add(TableStatus.of(table, catalog.loadTable(TableIdentifier.of(lake.namespace(), table))));
            }
        }
        return new PipelineStatus(
                System.currentTimeMillis(),
                unreachable,
                job,
                tables,
                DeadLetters.read(catalog, TableIdentifier.of(lake.namespace(), deadLetters)));
    }

    /** What a person has to look at, as sentences. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (unreachable != null) {
            problems.add(unreachable);
        }
        if (job != null) {
            of(job, problems);
        }
        if (letters.recent() > 0) {
            problems.add(letters.recent()
                    + " dead letters in the last 24 hours: the command letters shows them with their reasons");
        }
        return problems;
    }

    private void of(JobStatus running, List<String> problems) {
        if (!running.state().equals("RUNNING")) {
            problems.add("The job is " + running.state()
                    + (running.failure().isEmpty()
                            ? ""
                            : ": " + running.failure().lines().findFirst().orElse("")));
        } else if (running.checkpoint() > 0 && now - running.checkpoint() > OLD) {
            problems.add("No checkpoint was completed for " + Ago.text(now - running.checkpoint())
                    + ", so the tables stay as they are");
        }
        running.sources().forEach((source, metrics) -> {
            double since = metrics.getOrDefault("disconnectedSince", 0.0);
            if (since > 0) {
                problems.add(source + " is not read for " + Ago.text(now - (long) since));
            }
            double stale = metrics.getOrDefault("tablesStale", 0.0);
            if (stale > 0) {
                problems.add(
                        source + ": " + (long) stale + " tables do not follow their source, as the job's log says");
            }
        });
        running.where("isSetAside")
                .forEach(table -> problems.add("The SQL file of " + table
                        + " is set aside, and its table stays as it is: a dead letter says why"));
    }

    String json() throws IOException {
        return JSON.writeValueAsString(all());
    }

    /** With what the page draws lines of. */
    String json(StatusHistory history) throws IOException {
        Map<String, @Nullable Object> all = all();
        all.put("history", history.rows());
        all.put("changed", history.changed());
        return JSON.writeValueAsString(all);
    }

    private Map<String, @Nullable Object> all() {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        all.put("now", now);
        all.put("problems", problems());
        all.put("job", job);
        all.put("tables", tables);
        all.put("deadLetters", letters);
        return all;
    }
}
