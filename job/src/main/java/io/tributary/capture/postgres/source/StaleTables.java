package io.tributary.capture.postgres.source;

import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.Sql;
import io.tributary.change.Captured;
import io.tributary.change.Position;
import io.tributary.change.Rejected;
import io.tributary.settings.NamedKey;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
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
                        + ", or has others in their place, and no primary key that is not"
                        + " left out: its changes are not taken until it has one. Run ALTER TABLE " + table.quoted()
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

    /**
     * @param columns that the settings leave out or hash
     */
    void lacking(PostgresTable table, List<String> columns) {
        say(
                table,
                "has no column " + String.join(", ", columns) + ", which the settings of "
                        + NamedKey.ofTable(table.alias(), "columns") + " leave out or hash: its changes are not taken,"
                        + " since the column may have another name now. Stop the job with a savepoint, correct the"
                        + " settings and resume it; or rename the column");
    }

    /** Columns are known by their numbers, but the next start looks for the names. */
    void warnOfNames(PostgresTable table, List<ColumnState> now) {
        List<String> unfound =
                table.rules().unfound(now.stream().map(ColumnState::name).collect(Collectors.toList()));
        if (!unfound.isEmpty()) {
            LOG.warn(
                    "{}: table {} has no column {} any more. If it has another name now, it is still left out or hashed; set {} to"
                            + " that before the job is started again",
                    settings,
                    table,
                    unfound,
                    NamedKey.ofTable(table.alias(), "columns"));
        }
    }

    /** It is no captured table, though it could be. */
    void notTaken(PostgresTable table, String why) {
        say(table, "fits a pattern of " + settings.key("postgres.tables") + " now, and is not captured: " + why);
    }

    private void say(PostgresTable table, String why) {
        String reason = "Table " + table + " " + why;
        LOG.warn("{}: {}", settings, reason);
        out.accept(Rejected.of(
                "postgres", table.alias(), System.currentTimeMillis(), reason, new byte[0], Position.of(position, 0)));
    }
}
