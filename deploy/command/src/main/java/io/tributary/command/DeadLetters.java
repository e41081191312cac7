package io.tributary.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/**
 * What nobody could take.
 *
 * @param letters how many
 * @param newest the last few, the newest first; none if there are too many to look at
 */
record DeadLetters(long letters, List<Letter> newest) {

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
        return table == null || rows == 0 || rows > READ
                ? new DeadLetters(rows, List.of())
                : new DeadLetters(rows, newest(table, "", SHOWN));
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
