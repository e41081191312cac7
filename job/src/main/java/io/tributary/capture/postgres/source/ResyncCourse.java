package io.tributary.capture.postgres.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.tributary.capture.Readership;
import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.server.ReadProgress;
import io.tributary.change.Audience;
import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the slot's reader says of resyncs: that a table is being read again, so that nothing of it is given up meanwhile, and that
 * it was. Used by the thread that reads the slot.
 */
final class ResyncCourse {

    private static final Logger LOG = LoggerFactory.getLogger(ResyncCourse.class);

    private final PostgresSettings settings;
    private final TableWatch watch;
    private final AtomicReference<List<Scan>> scans;
    private final ReadProgress progress;
    private final Consumer<Captured> out;

    /** What was said to be read, and is not said to be over. */
    private final Map<Resync, Schema> announced = new HashMap<>();

    /**
     * @param scans how far the resyncs have come
     */
    ResyncCourse(
            PostgresSettings settings,
            TableWatch watch,
            AtomicReference<List<Scan>> scans,
            ReadProgress progress,
            Consumer<Captured> out) {
        this.settings = settings;
        this.watch = watch;
        this.scans = scans;
        this.progress = progress;
        this.out = out;
    }

    /** What a message in the log asks for. */
    void told(String prefix, byte[] content) {
        if (!prefix.equals(ResyncMessage.prefix(settings))) {
            return;
        }
        ResyncMessage message = ResyncMessage.read(content);
        if (message == null) {
            LOG.warn(
                    "{}: a message in the log asks for nothing that is known: {}",
                    settings,
                    new String(content, UTF_8));
            return;
        }
        boolean isNamed = false;
        for (PostgresTable table : watch.settings().tables()) {
            Audience again = message.again(table);
            isNamed |= again != null;
            if (again != null && isKnown(again, table)) {
                watch.want(table.toString(), again, "a message in the log asks for it");
            }
        }
        if (!isNamed) {
            LOG.warn(
                    "{}: a message in the log asks for a resync of {}, which is not captured. Write resync <table>, and"
                            + " behind it show-all, or for <output>, if rows that did not change are to be shown, too",
                    settings,
                    message);
        }
    }

    private boolean isKnown(Audience again, PostgresTable table) {
        Readership readership = table.readership();
        if (readership == null || again.isEverybody()) {
            return true;
        }
        Audience unknown = again.without(readership.consumers()).without(Audience.TARGETS);
        if (again.isForTargets() && !readership.consumers().isForTargets()) {
            unknown = unknown.and(Audience.only(Audience.PASS_THROUGH));
        }
        if (!unknown.isNobody()) {
            LOG.warn(
                    "{}: a message in the log asks for a resync of {} for {}, which does not take it, so nothing is read"
                            + " again. Those who do are {}",
                    settings,
                    table,
                    ResyncMessage.words(unknown.consumers()),
                    ResyncMessage.words(readership.consumers().consumers()));
        }
        return unknown.isNobody();
    }

    /**
     * Says what is new.
     *
     * @param position up to where the slot was read
     */
    void follow(SlotStream open, long position) throws SQLException {
        announce(open);
        List<Scan> known = requireNonNull(scans.get());
        if (known.stream().anyMatch(scan -> isRead(scan, position))) {
            // What became of the table while it was read.
            watch.look();
        }
        for (Scan scan : known) {
            if (isRead(scan, position)) {
                end(scan, open);
            }
        }
        giveUp();
    }

    private void announce(SlotStream open) throws SQLException {
        for (Resync resync : watch.tables().wanted()) {
            if (announced.containsKey(resync)) {
                continue;
            }
            Schema schema = schema(resync, open);
            if (schema != null) {
                announced.put(resync, schema);
                out.accept(Change.snapshotBegan(schema, began(resync), System.currentTimeMillis()));
            }
        }
    }

    private static Position began(Resync resync) {
        return Position.of(resync.wanted(), 0);
    }

    private boolean isRead(Scan scan, long position) {
        Resync wanted = watch.tables().resync(scan.table());
        boolean isWanted = wanted != null && wanted.id() == scan.resync().id();
        return isWanted && scan.isSettled() && Long.compareUnsigned(position, scan.end()) >= 0;
    }

    /** What was not found is gone. */
    private void end(Scan scan, SlotStream open) throws SQLException {
        Schema schema = schema(scan.resync(), open);
        if (schema != null) {
            Position start = Position.of(scan.start() - 1, 0);
            long now = System.currentTimeMillis();
            boolean isWhole = scan.resync().isWhole();
            out.accept(isWhole ? Change.resyncedWhole(schema, start, now) : Change.resynced(schema, start, now));
            watch.read(scan.resync());
        }
        watch.ended(scan.resync());
        progress.resynced();
        LOG.info("{}: table {} was read again", settings, scan.table());
    }

    /** Of what is wanted no longer, because it was read, or the table is gone. A newer resync of a table goes on for an older one. */
    private void giveUp() {
        announced.entrySet().removeIf(entry -> {
            Resync resync = entry.getKey();
            Resync wanted = watch.tables().resync(resync.table());
            if (wanted != null && wanted.id() == resync.id()) {
                return false;
            }
            if (wanted == null) {
                out.accept(Change.snapshotEnded(entry.getValue(), began(resync), System.currentTimeMillis()));
            }
            return true;
        });
    }

    private @Nullable Schema schema(Resync resync, SlotStream open) throws SQLException {
        for (PostgresTable table : watch.settings().tables()) {
            if (table.toString().equals(resync.table())) {
                return open.schema(table, resync.readAs());
            }
        }
        return null;
    }
}
