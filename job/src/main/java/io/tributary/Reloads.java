package io.tributary;

import io.tributary.change.Schema;
import io.tributary.change.SchemaConflictException;
import io.tributary.sink.iceberg.IcebergSettings;
import io.tributary.sink.kinesis.KinesisSettings;
import io.tributary.sink.redshift.RedshiftSettings;
import io.tributary.sink.redshift.Reload;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Fills tables of the warehouse again from their Iceberg tables. */
final class Reloads {

    private final RedshiftSettings redshift;
    private final IcebergSettings iceberg;
    private final KinesisSettings kinesis;

    Reloads(RedshiftSettings redshift, IcebergSettings iceberg, KinesisSettings kinesis) {
        this.redshift = redshift;
        this.iceberg = iceberg;
        this.kinesis = kinesis;
    }

    /**
     * Why no table of this job can be filled so; null if they can. A snapshot has to hold all that is older than its newest
     * row, which only one log in one order gives.
     */
    static @Nullable String problem(Settings settings) {
        if (!settings.nameASource()) {
            return "The settings name no source, and whether its tables can be filled again from Iceberg depends on it: name it"
                    + " here as in the job's settings, or set redshift.on-gap to mark";
        }
        if (!settings.readsPartitions()) {
            return null;
        }
        return "Tables of a job that reads Kafka or DynamoDB cannot be filled again from Iceberg: their partitions and shards"
                + " have no order in common, so no snapshot tells up to which version it is complete. Start the job"
                + " without state, with start-from: targets; it sends all rows again";
    }

    /** Gives a sentence for people. */
    String fill(String table, Connection warehouse) throws SQLException, IOException, SchemaConflictException {
        Reload reload = new Reload(redshift, warehouse);
        Schema shape = reload.shape(table);
        if (shape == null) {
            throw new IllegalArgumentException("The stream has told no columns of table " + table
                    + ", so nothing says what its rows look like: start the job, and redshift merge, before");
        }
        try (IcebergRefill refill = IcebergRefill.open(iceberg, kinesis, table, shape)) {
            long rows = reload.load(table, refill);
            return table + ": " + rows + " rows of snapshot " + refill.snapshot() + ", complete to "
                    + refill.completeTo()
                    + (refill.unfit() == 0
                            ? ""
                            : "; " + refill.unfit() + " left out, as the warehouse cannot hold a value of theirs");
        }
    }
}
