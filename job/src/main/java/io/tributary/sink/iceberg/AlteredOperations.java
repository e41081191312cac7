package io.tributary.sink.iceberg;

import static java.util.Objects.requireNonNull;

import java.util.function.UnaryOperator;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.jspecify.annotations.Nullable;

/**
 * A table as it will be after a change of its metadata. What is committed through it is committed together with the change, which
 * is made again whenever somebody else was faster: so a transaction of Iceberg's begins where the change ends.
 */
final class AlteredOperations implements TableOperations {

    private final TableOperations table;
    private final UnaryOperator<TableMetadata> change;
    private @Nullable TableMetadata base;
    private @Nullable TableMetadata altered;

    /** @param change always makes the same of the same metadata */
    AlteredOperations(Table table, UnaryOperator<TableMetadata> change) {
        this.table = ((HasTableOperations) table).operations();
        this.change = change;
    }

    /** The table with the change. */
    static Table table(Table table, UnaryOperator<TableMetadata> change) {
        return new BaseTable(new AlteredOperations(table, change), table.name());
    }

    @Override
    public TableMetadata current() {
        return altered(table.current());
    }

    @Override
    public TableMetadata refresh() {
        return altered(table.refresh());
    }

    private TableMetadata altered(TableMetadata now) {
        if (altered == null || base != now) {
            TableMetadata next = change.apply(now);
            if (altered != null && altered.defaultSpecId() != next.defaultSpecId()) {
                // Files name their spec by its number.
                throw new CommitFailedException("Somebody else has given the table other partitions");
            }
            base = now;
            altered = next;
        }
        return altered;
    }

    @Override
    public void commit(TableMetadata from, TableMetadata to) {
        if (from != altered) {
            throw new CommitFailedException("Somebody else has changed the table");
        }
        table.commit(requireNonNull(base), to);
    }

    @Override
    public FileIO io() {
        return table.io();
    }

    @Override
    public EncryptionManager encryption() {
        return table.encryption();
    }

    @Override
    public String metadataFileLocation(String file) {
        return table.metadataFileLocation(file);
    }

    @Override
    public LocationProvider locationProvider() {
        return table.locationProvider();
    }

    @Override
    public TableOperations temp(TableMetadata uncommitted) {
        return table.temp(uncommitted);
    }

    @Override
    public long newSnapshotId() {
        return table.newSnapshotId();
    }

    @Override
    public boolean requireStrictCleanup() {
        return table.requireStrictCleanup();
    }
}
