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

    record Letter(String at, String table, String reason) {}

    static DeadLetters read(Catalog catalog, TableIdentifier name) throws IOException {
        Table table;
        try {
            table = catalog.loadTable(name);
        } catch (NoSuchTableException e) {
            return new DeadLetters(0, List.of());
        }
        long rows = TableStatus.of(name.name(), table).rows();
        if (rows == 0 || rows > READ) {
            return new DeadLetters(rows, List.of());
        }
        List<Letter> letters = new ArrayList<>();
        try (CloseableIterable<Record> records = IcebergGenerics.read(table)
                .select("source_table", "rejected_at", "reason")
                .build()) {
            for (Record row : records) {
                letters.add(new Letter(
                        String.valueOf(row.getField("rejected_at")),
                        String.valueOf(row.getField("source_table")),
                        String.valueOf(row.getField("reason"))));
                if (letters.size() > 2 * SHOWN) {
                    keepNewest(letters);
                }
            }
        }
        keepNewest(letters);
        return new DeadLetters(rows, List.copyOf(letters));
    }

    private static void keepNewest(List<Letter> letters) {
        letters.sort(Comparator.comparing(Letter::at).reversed());
        letters.subList(Math.min(SHOWN, letters.size()), letters.size()).clear();
    }
}
