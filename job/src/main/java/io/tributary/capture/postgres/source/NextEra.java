package io.tributary.capture.postgres.source;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.server.Era;
import io.tributary.capture.postgres.server.LastHeard;
import io.tributary.capture.postgres.server.LostHistoryException;
import io.tributary.capture.postgres.server.Server;
import io.tributary.capture.postgres.server.ServerIdentity;
import io.tributary.capture.postgres.server.Sessions;
import io.tributary.capture.postgres.server.Slot;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a job does that cannot go on where it was: it reads another slot, or the one that there is from where that begins, in a new
 * {@link Era}, and all tables again beside it.
 *
 * <p>An attempt may be lost before a checkpoint knows of the era. The next one finds its slot, which begins where it began, since
 * nothing was confirmed; so deletes of what the lost one had shipped come through it.
 */
final class NextEra {

    private static final Logger LOG = LoggerFactory.getLogger(NextEra.class);

    private NextEra() {}

    /**
     * The split to go on with.
     *
     * @param from up to where was read
     * @param watch wants the tables
     */
    static SlotSplit begin(
            SlotSplit from, PostgresSettings settings, Sessions sessions, TableWatch watch, LostHistoryException lost)
            throws SQLException {
        LOG.warn(
                "{}: {}. All tables are read again, as {} says",
                settings,
                lost.getMessage(),
                settings.key("postgres.on-lost-slot"));
        Connection questions = null;
        Connection replication = null;
        try {
            questions = sessions.open();
            replication = sessions.openReplication(new LastHeard());
            ServerIdentity identity = ServerIdentity.of(replication);
            boolean isOther = from.system() != 0 && from.system() != identity.system();
            Server server = new Server(questions);
            long place = new Slot(server, settings).open(false).lsn();
            Era era = from.era().next(from.position(), isOther, Instant.now());
            SlotSplit next = from.of(identity.system(), identity.timeline()).in(era, era.at(place));
            watch.begin(era, next.position(), server, String.valueOf(lost.getMessage()));
            LOG.info("{}: {} begins with {}", settings, era, next);
            return next.with(watch.tables());
        } finally {
            sessions.close(replication);
            sessions.close(questions);
        }
    }
}
