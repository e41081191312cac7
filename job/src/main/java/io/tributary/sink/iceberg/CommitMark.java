package io.tributary.sink.iceberg;

import io.tributary.change.Position;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.UpdateProperties;
import org.jspecify.annotations.Nullable;

/**
 * What a table's properties say of the last commit of a sink, in the same transaction: for when somebody has expired all of the
 * sink's snapshots.
 *
 * <p>Properties survive a rollback, snapshots do not: so a mark counts only where the history cannot tell, and only if the newest
 * snapshot may come after it. Of the sinks of one table, the {@value #MOST} that committed last have one.
 */
final class CommitMark {

    /** Followed by the sink's id. */
    static final String PREFIX = "tributary.committed.";

    private static final int MOST = 16;
    private static final String SNAPSHOT = "snapshot";
    private static final String SEQUENCE = "sequence";

    private final Map<String, String> values;

    private CommitMark(Map<String, String> values) {
        this.values = values;
    }

    /** Null if there is none of the sink. */
    static @Nullable CommitMark of(Table table, String sink) {
        String text = table.properties().get(PREFIX + sink);
        return text == null ? null : parse(text);
    }

    private static CommitMark parse(String text) {
        Map<String, String> values = new TreeMap<>();
        for (String value : text.split("; ", -1)) {
            int equals = value.indexOf('=');
            values.put(value.substring(0, Math.max(0, equals)), value.substring(equals + 1));
        }
        return new CommitMark(values);
    }

    /**
     * Writes the mark of a transaction's newest snapshot. What it does not say of a replacement stays as it was.
     *
     * @param position the highest of all rows of the transaction
     */
    static void write(Transaction transaction, String branch, String sink, Position position) {
        Table table = transaction.table();
        Snapshot snapshot = table.snapshot(branch);
        CommitMark before = of(table, sink);
        Map<String, String> values = new TreeMap<>(before == null ? Map.of() : before.values);
        snapshot.summary().forEach((key, value) -> {
            if (Commits.MARKED.contains(key)) {
                values.put(key, value);
            }
        });
        Position highest = before == null || position.isAfter(before.position()) ? position : before.position();
        values.put(Commits.POSITION, highest.toHex());
        values.put(SNAPSHOT, Long.toString(snapshot.snapshotId()));
        values.put(SEQUENCE, Long.toString(snapshot.sequenceNumber()));
        UpdateProperties properties =
                transaction.updateProperties().set(PREFIX + sink, new CommitMark(values).toString());
        if (before == null) {
            others(table).forEach(properties::remove);
        }
        properties.commit();
    }

    /** The oldest, so that there is room for one more. */
    private static List<String> others(Table table) {
        List<String> marks = new ArrayList<>();
        table.properties().keySet().stream()
                .filter(key -> key.startsWith(PREFIX))
                .forEach(marks::add);
        marks.sort(Comparator.comparingLong(
                key -> parse(table.properties().getOrDefault(key, "")).sequence()));
        return marks.subList(0, Math.max(0, marks.size() - MOST + 1));
    }

    /** Whether the snapshot can have come of what was committed. */
    boolean mayBeBefore(Snapshot newest) {
        return newest.sequenceNumber() > sequence()
                || (newest.sequenceNumber() == sequence()
                        && Long.toString(newest.snapshotId()).equals(values.get(SNAPSHOT)));
    }

    /** The highest among the rows of all commits of the sink. */
    private Position position() {
        String hex = values.get(Commits.POSITION);
        return hex == null ? Position.START : Position.ofHex(hex);
    }

    /** The highest that any of the table's marks tells. */
    static Position newest(Table table) {
        Position newest = Position.START;
        for (Map.Entry<String, String> property : table.properties().entrySet()) {
            Position of = property.getKey().startsWith(PREFIX)
                    ? parse(property.getValue()).position()
                    : Position.START;
            newest = of.isAfter(newest) ? of : newest;
        }
        return newest;
    }

    private long sequence() {
        return Long.parseLong(values.getOrDefault(SEQUENCE, "0"));
    }

    /** Of the snapshot's summary. */
    Map<String, String> summary() {
        return values;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        values.forEach((key, value) -> text.append(text.length() == 0 ? "" : "; ")
                .append(key)
                .append('=')
                .append(value));
        return text.toString();
    }
}
