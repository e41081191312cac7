package io.tributary.capture.postgres.source;

import io.tributary.capture.postgres.server.Server;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/**
 * Which partitions a server takes for those of a table while it sends the slot's changes. Before version 15 it goes on to do with
 * the rows of a relation what it did when it met the first of them, though the relation has become a partition since, or is none
 * any more, until the slot is opened again. So that is done when the slot was read up to where the catalog was found to have
 * others; what became of them until then has to be found in the table.
 */
final class SentPartitions {

    private static final int NOTICED = 150_000;

    /** Where the log was when a table was found to have other partitions. */
    private final Map<String, Long> places = new HashMap<>();

    private boolean isToBeSentAnew;

    /** Tells the place in the log. */
    interface Place {
        long now() throws SQLException;
    }

    /**
     * Whether the slot has to be read further before other partitions of a table are taken note of.
     *
     * @param position up to where the slot was read
     */
    boolean areAhead(String table, TableState before, TableState now, long position, Place place, Server server)
            throws SQLException {
        if (!before.isPartitioned() || before.hasRelationsOf(now) || server.version() >= NOTICED) {
            places.remove(table);
            return false;
        }
        Long found = places.get(table);
        if (found == null) {
            found = place.now();
            places.put(table, found);
        }
        if (Long.compareUnsigned(position, found) < 0) {
            return true;
        }
        places.remove(table);
        isToBeSentAnew = true;
        return false;
    }

    /** Whether it is time to open the slot again; once. */
    boolean isToBeSentAnew() {
        boolean isTime = isToBeSentAnew;
        isToBeSentAnew = false;
        return isTime;
    }
}
