package io.tributary.sink.iceberg;

import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.LocationProviders;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;

/** A table to which somebody else commits just before the first commit. */
final class OvertakenOperations implements TableOperations {

    private final TableOperations table;
    private final Runnable overtaking;
    private boolean overtaken;

    OvertakenOperations(Table table, Runnable overtaking) {
        this.table = ((HasTableOperations) table).operations();
        this.overtaking = overtaking;
    }

    boolean isOvertaken() {
        return overtaken;
    }

    @Override
    public void commit(TableMetadata base, TableMetadata metadata) {
        if (!overtaken) {
            overtaken = true;
            overtaking.run();
        }
        table.commit(base, metadata);
    }

    @Override
    public TableMetadata current() {
        return table.current();
    }

    @Override
    public TableMetadata refresh() {
        return table.refresh();
    }

    @Override
    public FileIO io() {
        return table.io();
    }

    @Override
    public String metadataFileLocation(String file) {
        return table.metadataFileLocation(file);
    }

    @Override
    public LocationProvider locationProvider() {
        return LocationProviders.locationsFor(current().location(), current().properties());
    }
}
