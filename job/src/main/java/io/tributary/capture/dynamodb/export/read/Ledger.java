package io.tributary.capture.dynamodb.export.read;

import io.tributary.capture.dynamodb.TableIdentity;
import io.tributary.capture.dynamodb.export.ExportSettings;
import io.tributary.capture.dynamodb.export.ExportedTable;
import io.tributary.capture.dynamodb.export.find.Export;
import io.tributary.capture.dynamodb.export.find.Window;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What was loaded of one table, and what is to be loaded next: the newest full export, then the incremental ones that go on
 * from it, one after the other. A newer full export goes before one that is being loaded; if that is an incremental one, it is
 * loaded again afterwards, since its deletes may be known from nowhere else.
 *
 * <p>An export is left out, and that is reported, where it would leave a gap, or where it is so old that deletes which it does
 * not know of may be forgotten. A full export brings no deletes: it stands for all before it only where it is the first and
 * nothing else fills the table, or where it replaces the table. Of a full export that was begun and not loaded whole rows may be
 * there, so the first one then stands for what was before that one only. An incremental export that a full one is newer than
 * brings deletes only: an item that was there at the time of the full one is in it, and one that was not was deleted since.
 *
 * <p>A table that was dropped and made again under its name is another one, and nothing tells that the rows before are gone. So its
 * first full export replaces the table, its incremental ones wait for that, and none of the earlier one is loaded any more.
 */
final class Ledger {

    /** Why an export is not loaded, now or ever. */
    static final class Left {
        private final Export export;
        private final String reason;
        private final boolean isHarmless;

        private Left(Export export, String reason, boolean isHarmless) {
            this.export = export;
            this.reason = reason;
            this.isHarmless = isHarmless;
        }

        Export export() {
            return export;
        }

        String reason() {
            return reason;
        }

        /** What it holds is known from another export, so nothing is missing. */
        boolean isHarmless() {
            return isHarmless;
        }
    }

    private static final long NONE = -1;
    private static final long UNLISTED = Long.MAX_VALUE;

    private static final Comparator<Export> IN_TIME = Comparator.<Export>comparingLong(
                    export -> export.window().to())
            .thenComparingLong(export -> export.window().from())
            .thenComparing(Export::id);

    private final Set<String> settled = new TreeSet<>();
    private long through = NONE;
    private long newestFull = NONE;
    private long floor = NONE;

    /** The lowest time of a full export that was begun and not loaded whole; NONE if the table has no rows of such a one. */
    private long begun = NONE;

    /** Since when the job takes the table's changes from the stream; NONE if it has since it started from nothing. */
    private long listedAt = NONE;

    /** Of exports that were begun and then left behind, the number of the first part that was not theirs. */
    private final Map<String, Integer> leftBehind = new TreeMap<>();

    private KnownTable known = new KnownTable();

    private @Nullable String active;
    private Window activeWindow = Window.full(0);
    private TableIdentity activeIdentity = TableIdentity.UNKNOWN;
    private boolean isActiveReplacing;

    /** Of a table that a job which resumes did not have before: the stream's records of it were passed over until now. */
    static Ledger listed(long now) {
        Ledger ledger = new Ledger();
        ledger.listedAt = now;
        return ledger;
    }

    /** The table is in the settings, perhaps again. */
    void listedAgain(long now) {
        listedAt = listedAt == UNLISTED ? now : listedAt;
    }

    /** Returns what there is to say of the table that had the name when DynamoDB was asked; null if there is nothing. */
    @Nullable
    String met(ExportedTable table, TableIdentity live, long askedAt) {
        return known.met(table.name(), live, askedAt);
    }

    /** The table is not in the settings, so what the stream has of it is passed over. */
    void unlisted() {
        listedAt = UNLISTED;
    }

    /**
     * What is to be loaded next; null if nothing is, or it is being loaded.
     *
     * @param standstill since when the stream is read, if there is one
     * @param forgetting of what was deleted before this time nothing may be known any more
     * @param left takes what is not loaded, now or ever
     */
    @Nullable
    Export next(
            Collection<Export> exports,
            ExportedTable table,
            Standstill standstill,
            long forgetting,
            Collection<Left> left) {
        List<Export> open = new ArrayList<>();
        List<Export> ofOneBefore = new ArrayList<>();
        exports.stream()
                .sorted(IN_TIME)
                .filter(export -> !isSettled(export.id()))
                .forEach(export -> {
                    boolean isActive = export.id().equals(active);
                    if (!isActive && known.isLaterThanOf(export)) {
                        settled.add(export.id());
                        ofOneBefore.add(export);
                        return;
                    }
                    Left why = isActive ? null : never(export, table, standstill, forgetting);
                    if (why == null) {
                        open.add(export);
                        return;
                    }
                    settled.add(export.id());
                    left.add(why);
                });
        Export full = last(open, export -> export.window().isFull());
        boolean isWanted = full == null && newestFull == NONE;
        Export lastOfOneBefore = last(ofOneBefore, export -> true);
        ofOneBefore.forEach(export ->
                left.add(new Left(export, known.dropped(export), !isWanted || !export.equals(lastOfOneBefore))));
        if (full != null) {
            return mayPrecede(full) ? full : null;
        }
        List<Export> incremental =
                open.stream().filter(export -> !export.id().equals(active)).collect(Collectors.toList());
        Export next = null;
        for (Export export : incremental) {
            boolean goesOn = table.isStreamed() || export.window().from() <= through;
            if (goesOn && !known.isAnotherThanOf(export)) {
                next = next == null ? export : next;
            }
        }
        if (next == null && active == null) {
            incremental.forEach(export -> left.add(
                    known.isAnotherThanOf(export) ? new Left(export, known.remade(export), false) : gap(export)));
        }
        return active == null ? next : null;
    }

    /** A newer full export takes the place of one that is being loaded, which may be one that cannot be read. */
    private boolean mayPrecede(Export full) {
        return active == null || full.window().to() > activeWindow.to();
    }

    private @Nullable Left never(Export export, ExportedTable table, Standstill standstill, long forgetting) {
        Window window = export.window();
        if (window.to() <= (window.isFull() ? newestFull : floor)) {
            return new Left(export, "what it holds is in the full export that was loaded", true);
        }
        if (table.isStreamed() && window.to() < listedAt) {
            return new Left(
                    export,
                    "The export " + export + " is not loaded: the job was resumed at " + Instant.ofEpochMilli(listedAt)
                            + " with table " + table
                            + " or its exports new in its settings, and what the stream had of the"
                            + " table before may have been passed over. Export the table again, now that the job runs",
                    false);
        }
        boolean outlivesDeletes = standstill.readsDeletesSince(window.to()) < forgetting;
        boolean bringsBack = outlivesDeletes && (table.isStreamed() || window.to() < through);
        if (!bringsBack) {
            return null;
        }
        return new Left(
                export,
                "The export " + export + " is not loaded: it is older than " + ExportSettings.MAX_AGE.key()
                        + ", and rows that were deleted since would come back. Export the table again",
                false);
    }

    private Left gap(Export export) {
        String sentence = through == NONE
                ? "The export " + export
                        + " is not loaded yet: there is no full export before it. Export the whole table"
                : "The export " + export + " is not loaded yet: the table is loaded up to "
                        + Instant.ofEpochMilli(through)
                        + ", so changes between the two would be missing. Export the table incrementally from that time on,"
                        + " or export the whole table and have it replaced";
        return new Left(export, sentence, false);
    }

    private static @Nullable Export last(List<Export> exports, Predicate<Export> wanted) {
        Export found = null;
        for (Export export : exports) {
            found = wanted.test(export) ? export : found;
        }
        return found;
    }

    /**
     * Whether rows that the export lacks are to disappear once it is loaded.
     *
     * @param compares whether targets may have more rows than the first full export
     */
    boolean replaces(Export export, ExportedTable table, boolean compares) {
        boolean isFirst = compares && newestFull == NONE;
        return export.window().isFull() && (isFirst || table.isReplaced() || known.isAnotherThanOf(export));
    }

    /** Whether a newer full export was loaded, which has all rows of this span but for its deletes. */
    boolean bringsDeletesOnly(Window window) {
        return !window.isFull() && window.to() <= newestFull;
    }

    /**
     * The export is being loaded, in the place of one that was.
     *
     * @param isReplacing as {@link #replaces} says
     * @param parts how many parts of exports there were so far
     */
    void begin(Export export, boolean isReplacing, int parts) {
        if (active != null) {
            leftBehind.put(active, parts);
        }
        giveUp();
        active = export.id();
        activeWindow = export.window();
        activeIdentity = export.identity();
        isActiveReplacing = isReplacing;
        known.joins(activeIdentity, activeWindow.to());
    }

    /** The export that is being loaded was handed on whole. */
    void loaded(ExportedTable table) {
        if (active == null) {
            throw new IllegalStateException("Nothing is being loaded of " + table);
        }
        long to = activeWindow.to();
        if (!activeWindow.isFull()) {
            through = Math.max(through, to);
        } else {
            newestFull = Math.max(newestFull, to);
            known.is(activeIdentity, to);
            boolean isReplacing = isActiveReplacing || table.isReplaced();
            if (isReplacing || (!table.isStreamed() && through == NONE)) {
                boolean hasRowsOfOthers = begun != NONE && !isReplacing;
                long since = hasRowsOfOthers ? Math.min(begun, to) : to;
                floor = Math.max(floor, since);
                through = Math.max(through, since);
                begun = NONE;
            }
        }
        settled.add(active);
        active = null;
    }

    /** Whether what a reader may still have of an export need not be read, since a newer full export is or was. */
    boolean isPreceded(ExportSplit split) {
        if (split.number() < leftBehind.getOrDefault(split.export(), 0)) {
            return true;
        }
        Window window = split.window();
        return !split.export().equals(active) && window.to() < (window.isFull() ? fullSoFar() : floor);
    }

    private long fullSoFar() {
        return active != null && activeWindow.isFull() ? Math.max(newestFull, activeWindow.to()) : newestFull;
    }

    /** The export that was being loaded is not loaded any more. */
    void abandoned() {
        if (active != null) {
            settled.add(active);
        }
        giveUp();
    }

    private void giveUp() {
        if (active != null && activeWindow.isFull()) {
            begun = begun == NONE ? activeWindow.to() : Math.min(begun, activeWindow.to());
        }
        active = null;
    }

    boolean isSettled(String export) {
        return settled.contains(export);
    }

    /** The id of the export that is being loaded. */
    @Nullable
    String active() {
        return active;
    }

    /** Up to when the table is loaded without a gap, in milliseconds since 1970; -1 if it is not. */
    long through() {
        return through;
    }

    /** Exports that are gone need not be known. */
    void keepOnly(Set<String> ids) {
        settled.retainAll(ids);
        leftBehind.keySet().retainAll(ids);
    }

    void write(DataOutputStream out) throws IOException {
        out.writeLong(through);
        out.writeLong(newestFull);
        out.writeLong(floor);
        out.writeLong(begun);
        out.writeLong(listedAt);
        out.writeUTF(active == null ? "" : active);
        out.writeLong(activeWindow.from());
        out.writeLong(activeWindow.to());
        out.writeInt(settled.size());
        for (String id : settled) {
            out.writeUTF(id);
        }
        out.writeInt(leftBehind.size());
        for (Map.Entry<String, Integer> left : leftBehind.entrySet()) {
            out.writeUTF(left.getKey());
            out.writeInt(left.getValue());
        }
        known.write(out);
        KnownTable.write(activeIdentity, out);
        out.writeBoolean(isActiveReplacing);
    }

    /**
     * @param version of the exports' state; the first one has no {@code begun}, the second no {@code listedAt} and {@code
     *     leftBehind}, the third does not know the table
     */
    static Ledger read(DataInputStream in, int version) throws IOException {
        Ledger ledger = new Ledger();
        ledger.through = in.readLong();
        ledger.newestFull = in.readLong();
        ledger.floor = in.readLong();
        ledger.begun = version < 2 ? NONE : in.readLong();
        ledger.listedAt = version < 3 ? NONE : in.readLong();
        String active = in.readUTF();
        ledger.active = active.isEmpty() ? null : active;
        ledger.activeWindow = Window.of(in.readLong(), in.readLong());
        for (int i = in.readInt(); i > 0; i--) {
            ledger.settled.add(in.readUTF());
        }
        for (int i = version < 3 ? 0 : in.readInt(); i > 0; i--) {
            ledger.leftBehind.put(in.readUTF(), in.readInt());
        }
        if (version >= 4) {
            ledger.known = KnownTable.read(in);
            ledger.activeIdentity = KnownTable.readIdentity(in);
            ledger.isActiveReplacing = in.readBoolean();
        }
        return ledger;
    }
}
