package io.tributary.command;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** A status for people: problems first, then the job, its sources and its tables. */
final class StatusText {

    private final PipelineStatus status;
    private final PrintWriter out;

    StatusText(PipelineStatus status, PrintWriter out) {
        this.status = status;
        this.out = out;
    }

    void print() {
        status.problems().forEach(problem -> out.println("! " + problem));
        JobStatus job = status.job();
        if (job != null) {
            out.println("Job " + job.name() + ": " + job.state() + " for " + Ago.text(status.now() - job.since()) + ", "
                    + (job.restarts() == 0 ? "no restarts" : job.restarts() + " restarts") + "; " + checkpoint(job)
                    + "; " + job.address());
            job.sources().forEach((name, metrics) -> out.println(name + ": " + source(metrics)));
        }
        List<List<@Nullable String>> rows = new ArrayList<>();
        for (TableStatus table : status.tables()) {
            Map<String, Double> metrics = job == null ? Map.of() : job.tables().getOrDefault(table.name(), Map.of());
            rows.add(List.of(
                    table.name(),
                    (table.isExact() ? "" : "up to ") + "%,d".formatted(table.rows()),
                    ago(table.committed()),
                    metrics.containsKey("completeAgeMilliseconds")
                                    && remark(metrics).isEmpty()
                            ? Ago.text(metrics.get("completeAgeMilliseconds").longValue()) + " ago"
                            : "",
                    "%,d".formatted(table.files()),
                    "%,d".formatted(table.deleteFiles()),
                    remark(metrics)));
        }
        if (!rows.isEmpty()) {
            Grid.print(
                    List.of("table", "rows", "last commit", "complete until", "files", "delete files", ""), rows, out);
        }
        if (status.letters().letters() > status.letters().recent()) {
            out.println("%,d dead letters, %,d of them of the last 24 hours"
                    .formatted(status.letters().letters(), status.letters().recent()));
        }
        for (DeadLetters.Letter letter : status.letters().newest()) {
            out.println("Dead letter of " + letter.table() + ", " + letter.at() + ": " + letter.reason());
        }
    }

    /** Why the table does not have what the job has read; empty if it has. */
    private static String remark(Map<String, Double> metrics) {
        if (metrics.getOrDefault("isSetAside", 0.0) > 0) {
            return "set aside";
        }
        return metrics.getOrDefault("isBeingFilled", 0.0) > 0 ? "is being filled" : "";
    }

    private String checkpoint(JobStatus job) {
        return job.checkpoint() == 0
                ? "no checkpoint yet"
                : "last checkpoint " + ago(job.checkpoint()) + ", " + Ago.bytes((double) job.checkpointBytes());
    }

    private String ago(long time) {
        return time == 0 ? "none yet" : Ago.text(status.now() - time) + " ago";
    }

    private static String source(Map<String, Double> metrics) {
        StringJoiner text = new StringJoiner(", ");
        if (metrics.getOrDefault("snapshotChunksLeft", 0.0) > 0) {
            text.add("snapshot: about %,.0f rows left".formatted(metrics.getOrDefault("snapshotRowsLeft", 0.0)));
        } else if (metrics.containsKey("snapshotChunksLeft")) {
            text.add("snapshot read");
        }
        if (metrics.getOrDefault("resyncTables", 0.0) > 0) {
            text.add("%.0f tables read again, about %,.0f rows left"
                    .formatted(metrics.get("resyncTables"), metrics.getOrDefault("resyncRowsLeft", 0.0)));
        }
        Double behind = metrics.get("sourceLagMilliseconds");
        if (behind != null) {
            text.add("%s and %.1f s behind"
                    .formatted(Ago.bytes(metrics.getOrDefault("sourceLagBytes", 0.0)), behind / 1000));
        }
        Double kept = metrics.get("slotWalBytes");
        if (kept != null) {
            text.add(Ago.bytes(kept) + " of WAL kept");
        }
        if (metrics.containsKey("pendingRecords")) {
            text.add("%,.0f records left".formatted(metrics.get("pendingRecords")));
        }
        double millis = metrics.getOrDefault("millisBehindLatest", -1.0);
        if (millis >= 0) {
            text.add("%.1f s behind".formatted(millis / 1000));
        }
        if (metrics.getOrDefault("exportsLeft", 0.0) > 0) {
            text.add("%.0f exports left".formatted(metrics.get("exportsLeft")));
        }
        return text.length() == 0 ? "nothing known yet" : text.toString();
    }
}
