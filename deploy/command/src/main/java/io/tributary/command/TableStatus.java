package io.tributary.command;

import java.util.Map;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;

/**
 * An Iceberg table, as its current snapshot tells of it.
 *
 * @param isExact whether the rows are as many; deletes by key are not counted
 * @param committed when, in milliseconds since 1970; 0 if there was nothing yet
 */
record TableStatus(String name, long rows, boolean isExact, long files, long deleteFiles, long committed) {

    static TableStatus of(String name, Table table) {
        Snapshot snapshot = table.currentSnapshot();
        if (snapshot == null) {
            return new TableStatus(name, 0, true, 0, 0, 0);
        }
        Map<String, String> summary = snapshot.summary();
        long deleted = number(summary, SnapshotSummary.TOTAL_POS_DELETES_PROP);
        return new TableStatus(
                name,
                number(summary, SnapshotSummary.TOTAL_RECORDS_PROP) - deleted,
                number(summary, SnapshotSummary.TOTAL_EQ_DELETES_PROP) == 0,
                number(summary, SnapshotSummary.TOTAL_DATA_FILES_PROP),
                number(summary, SnapshotSummary.TOTAL_DELETE_FILES_PROP),
                snapshot.timestampMillis());
    }

    private static long number(Map<String, String> summary, String property) {
        return Long.parseLong(summary.getOrDefault(property, "0"));
    }
}
