package io.tributary.command;

import java.io.IOException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/**
 * What nobody could take.
 *
 * @param letters how many
 * @param recent how many of them are of the last day, at which somebody has to look
 * @param newest the last few, the newest first; none if there are too many to look at
 */
record DeadLetters(long letters, long recent, List<Letter> newest) {

    private static final Duration RECENT = Duration.ofDays(1);

    private static final int SHOWN = 5;

    /** Above this nobody waits for their reasons. */
    private static final long READ = 200_000;

    /**
     * @param table whose row it was
     */
    record Letter(String at, String table, String reason, String system, String position) {}

    static DeadLetters read(Catalog catalog, TableIdentifier name) throws IOException {
        Table table = find(catalog, name);
        long rows = table == null ? 0 : TableStatus.of(name.name(), table).rows();
        if (table == null || rows == 0) {
            return new DeadLetters(0, 0, List.of());
        }
        return new DeadLetters(rows, recent(table), rows > READ ? List.of() : newest(table, "", SHOWN));
    }

    /** Files that have none are left out by what Iceberg keeps of their values. */
    private static long recent(Table table) throws IOException {
        OffsetDateTime since = OffsetDateTime.now(ZoneOffset.UTC).minus(RECENT);
        long recent = 0;
        try (CloseableIterable<Record> records = IcebergGenerics.read(table)
                .select("rejected_at")
                .where(Expressions.greaterThanOrEqual("rejected_at", since.toString()))
                .build()) {
            for (Record row : records) {
                recent += row.getField("rejected_at") instanceof OffsetDateTime at && !at.isBefore(since) ? 1 : 0;
            }
        }
        return recent;
    }

    /**
     * The newest first, read whole, however many there are.
     *
     * @param of whose rows they are of; empty for all
     */
    static List<Letter> newest(Catalog catalog, TableIdentifier name, String of, int most) throws IOException {
        Table table = find(catalog, name);
        return table == null ? List.of() : newest(table, of, most);
    }

    private static @Nullable Table find(Catalog catalog, TableIdentifier name) {
        try {
            return catalog.loadTable(name);
        } catch (NoSuchTableException e) {
            return null;
        }
    }

    private static List<Letter> newest(Table table, String of, int most) throws IOException {
        List<Letter> letters = new ArrayList<>();
        try (CloseableIterable<Record> records = IcebergGenerics.read(table)
                .select("source_table", "rejected_at", "reason", "system", "position")
                .build()) {
            for (Record row : records) {
                if (of.isEmpty() || of.equals(row.getField("source_table"))) {
                    letters.add(new Letter(
                            text(row, "rejected_at"),
                            text(row, "source_table"),
                            text(row, "reason"),
                            text(row, "system"),
                            text(row, "position")));
                }
                if (letters.size() > 2 * most) {
                    keepNewest(letters, most);
                }
            }
        }
        keepNewest(letters, most);
        return List.copyOf(letters);
    }

    private static String text(Record row, String field) {
        Object value = row.getField(field);
        return value == null ? "" : value.toString();
    }

    private static void keepNewest(List<Letter> letters, int most) {
        letters.sort(Comparator.comparing(Letter::at).reversed());
        letters.subList(Math.min(most, letters.size()), letters.size()).clear();
    }
}
