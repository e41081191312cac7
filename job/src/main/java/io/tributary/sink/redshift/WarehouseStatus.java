package io.tributary.sink.redshift;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** How far the warehouse is, read from it alone: whoever merges it, and whether anybody does. */
public final class WarehouseStatus {

    private final RedshiftSettings settings;
    private final Connection connection;

    public WarehouseStatus(RedshiftSettings settings, Connection connection) {
        this.settings = settings;
        this.connection = connection;
    }

    /**
     * Each table's, by name, and what came of looking at the landed records, as {@code _landing}.
     *
     * @throws SQLException with a sentence, if the warehouse is not set up by this release
     */
    public List<MergeStatus> tables() throws SQLException {
        WarehouseNames names = new WarehouseNames(settings.schema());
        Bookkeeping.check(
                new ExistingTables(connection, names), names, settings.loads().isByFiles());
        return new Control(connection, names, settings.dialect()).statuses();
    }

    /** What somebody has changed in tables by hand, so that their merges fail or lose something, each with what to do, by the tables. */
    public Map<String, List<String>> changedByHand() throws SQLException {
        return new Drift(connection, settings).ofAll(new ShapeRegistry(connection, settings).registered());
    }
}
