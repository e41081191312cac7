package io.tributary.capture.postgres.source;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.Sql;
import io.tributary.change.Captured;
import io.tributary.change.Position;
import io.tributary.change.Rejected;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says of a table why it does not follow its source any more, and what mends that: in the log, and as a dead letter. */
final class StaleTables {

    private static final Logger LOG = LoggerFactory.getLogger(StaleTables.class);

    private final PostgresSettings settings;
    private final Consumer<Captured> out;
    private long position;

    StaleTables(PostgresSettings settings, Consumer<Captured> out) {
        this.settings = settings;
        this.out = out;
    }

    /** The slot was read up to here. */
    void reached(long newPosition) {
        position = newPosition;
    }

    /**
     * @param first what is to be done before it is published
     */
    void unpublished(PostgresTable table, List<String> first) {
        String publication = Sql.identifier(settings.publication());
        say(
                table,
                "is not in publication " + settings.publication() + " with all of its rows, columns and operations:"
                        + " its changes are not taken until it is, and then it is read again. Run ALTER PUBLICATION "
                        + publication + " DROP TABLE " + table.quoted() + " if it is in it, and ALTER PUBLICATION "
                        + publication + " ADD TABLE " + table.quoted()
                        + (first.isEmpty() ? "" : ". Before that: " + String.join("; ", first)));
    }

    void gone(PostgresTable table, boolean isDeleted) {
        say(
                table,
                (isDeleted
                                ? "is gone: its rows were deleted from the targets"
                                : "is gone: its rows stay in the targets")
                        + ". It is read again when there is a table with its name");
    }

    void keyless(PostgresTable table, KnownKey before) {
        say(
                table,
                "has lost columns of its key " + before
                        + ", or has others in their place, and no primary key: its"
                        + " changes are not taken until it has one. Run ALTER TABLE " + table.quoted()
                        + " ADD PRIMARY KEY");
    }

    /** SQL files were planned with the key that it had. */
    void keyedOtherwise(PostgresTable table, KnownKey before, KnownKey now) {
        say(
                table,
                "is known by another key now, " + now + ", and SQL files that read it were planned with " + before
                        + ": its changes are not taken until it has that one again. Or stop the job, drop the tables that"
                        + " these files make in the targets, and start it anew, without a savepoint");
    }

    private void say(PostgresTable table, String why) {
        String reason = "Table " + table + " " + why;
        LOG.warn("{}: {}", settings, reason);
        out.accept(Rejected.of(
                "postgres", table.alias(), System.currentTimeMillis(), reason, new byte[0], Position.of(position, 0)));
    }
}
