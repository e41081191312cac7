package io.tributary.local.benchmark.contender;

import io.tributary.sink.iceberg.LocalFileIO;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.io.CloseableIterable;

/**
 * The Iceberg catalog that all contenders write to, each into a namespace of its own: a folder, without a server that would
 * have a part in the figures. There is one writer of each table, so its lack of locks does no harm.
 */
public final class Lake implements AutoCloseable {

    /** Hadoop's local files would cost a process each. */
    static final String FILES = LocalFileIO.class.getName();

    private static final String NAME = "lake";

    private final String warehouse;
    private final Catalog catalog;

    Lake(Path folder) {
        warehouse = folder.toUri().toString();
        catalog = CatalogUtil.buildIcebergCatalog(
                NAME, Map.of("type", "hadoop", "io-impl", FILES, "warehouse", warehouse), new Configuration());
    }

    String warehouse() {
        return warehouse;
    }

    String name() {
        return NAME;
    }

    public Table table(String namespace, String table) {
        return catalog.loadTable(TableIdentifier.of(Namespace.of(namespace), table));
    }

    /** The namespace of an attempt that writes into this folder. */
    public static String namespace(Path folder) {
        return folder.getFileName().toString().replace('-', '_');
    }

    /** Rows that were ever written and not removed with their file, by the tables' own account: what is deleted counts. */
    public long rowsWritten(String namespace, List<String> tables) {
        return tables.stream().mapToLong(table -> rowsWritten(namespace, table)).sum();
    }

    private long rowsWritten(String namespace, String table) {
        try {
            Snapshot snapshot = table(namespace, table).currentSnapshot();
            return snapshot == null ? 0 : Long.parseLong(snapshot.summary().getOrDefault("total-records", "0"));
        } catch (NoSuchTableException e) {
            return 0;
        }
    }

    /** When the table was last written to, in milliseconds of the epoch; 0 if never. */
    long lastCommit(String namespace, String table) {
        try {
            Snapshot snapshot = table(namespace, table).currentSnapshot();
            return snapshot == null ? 0 : snapshot.timestampMillis();
        } catch (NoSuchTableException e) {
            return 0;
        }
    }

    /** All rows that were ever added, whether they are there still or not. */
    public long rowsAdded(String namespace, String table) {
        long added = 0;
        for (Snapshot snapshot : table(namespace, table).snapshots()) {
            added += Long.parseLong(snapshot.summary().getOrDefault("added-records", "0"));
        }
        return added;
    }

    /** As a reader sees the tables, with their deletes applied. */
    public Checksum checksum(String namespace, List<String> tables) throws IOException {
        Checksum sum = Checksum.NONE;
        for (String table : tables) {
            try {
                sum = sum.plus(checksum(namespace, table));
            } catch (NoSuchTableException e) {
                // It has no rows yet.
            }
        }
        return sum;
    }

    private Checksum checksum(String namespace, String table) throws IOException {
        long rows = 0;
        long ids = 0;
        long touched = 0;
        BigDecimal amounts = BigDecimal.ZERO;
        try (CloseableIterable<Record> records = IcebergGenerics.read(table(namespace, table))
                .select("id", "amount", "touched")
                .build()) {
            for (Record row : records) {
                rows++;
                ids += ((Number) row.getField("id")).longValue();
                amounts = amounts.add((BigDecimal) row.getField("amount"));
                touched += ((Number) row.getField("touched")).longValue();
            }
        }
        return new Checksum(rows, ids, amounts, touched);
    }

    @Override
    public void close() throws IOException {
        if (catalog instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception e) {
                throw new IOException("The catalog could not be closed", e);
            }
        }
    }
}
