package io.tributary.capture.dynamodb.export.make;

import io.tributary.capture.dynamodb.TableIdentity;
import io.tributary.capture.dynamodb.export.ExportedTable;
import io.tributary.capture.dynamodb.export.find.DataFile;
import io.tributary.capture.dynamodb.export.find.Export;
import io.tributary.capture.dynamodb.export.find.Manifest;
import io.tributary.capture.dynamodb.export.find.UnusableException;
import io.tributary.capture.dynamodb.export.find.Window;
import io.tributary.settings.NamedKey;
import io.tributary.store.ObjectStore;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Exports tables: each as a whole the first time, and then what was written since the end of the last export, in spans that
 * DynamoDB allows. A running job finds the exports where they are put.
 *
 * <p>A span begins where the last complete export ended, as its manifest says, and where nothing was exported it begins with a
 * full export: so no write is left out between two of them. A table that was dropped and made again begins anew.
 */
final class ExportRun {

    /** DynamoDB's own bounds of an incremental export. */
    static final Duration SHORTEST = Duration.ofMinutes(15);

    static final Duration LONGEST = Duration.ofHours(24);

    /** What is written may be exported only after some time: DynamoDB's point-in-time recovery trails by up to five minutes. */
    static final Duration TRAILING = Duration.ofMinutes(5);

    /** Pauses; false if the command is to end. */
    interface Pause {
        boolean await(Duration duration) throws InterruptedException;
    }

    private static final Duration POLL = Duration.ofSeconds(10);

    private final ExportService service;
    private final Clock clock;
    private final Pause pause;
    private final Consumer<String> out;

    ExportRun(ExportService service, Clock clock, Pause pause, Consumer<String> out) {
        this.service = service;
        this.clock = clock;
        this.pause = pause;
        this.out = out;
    }

    /**
     * Exports each of the tables once, and again in every interval if there is one.
     *
     * @param isFull whether to export whole tables, this time, although they were exported before
     * @return what went wrong in the last round
     */
    List<String> run(List<ExportedTable> tables, boolean isFull, @Nullable Duration every) throws InterruptedException {
        boolean full = isFull;
        while (true) {
            Instant begin = clock.instant();
            List<String> problems = new ArrayList<>();
            for (ExportedTable table : tables) {
                try {
                    export(table, full);
                } catch (IOException e) {
                    problems.add(String.valueOf(e.getMessage()));
                    out.accept(table + ": " + e.getMessage());
                }
            }
            full = false;
            if (every == null) {
                return problems;
            }
            Duration left = Duration.between(clock.instant(), begin.plus(every));
            if (!pause.await(left.isNegative() ? Duration.ZERO : left)) {
                return problems;
            }
        }
    }

    private void export(ExportedTable table, boolean isFull) throws IOException, InterruptedException {
        try (ObjectStore store = table.location().open()) {
            ExportMemory memory = new ExportMemory(store);
            String running = memory.running(table.source());
            if (running != null && !await(table, store, memory, running)) {
                return;
            }
            if (isFull || memory.through(table.source()) == null || isMadeAgain(table, memory)) {
                start(table, store, memory, null);
                return;
            }
            while (true) {
                Instant through = memory.through(table.source());
                Window window = through == null ? null : next(table, through);
                if (window == null || !start(table, store, memory, window)) {
                    return;
                }
            }
        }
    }

    /** What was exported is of a table that had the name before. */
    private boolean isMadeAgain(ExportedTable table, ExportMemory memory) throws IOException {
        TableIdentity exported = memory.identity(table.source());
        TableIdentity now = service.identity(table.source());
        if (!exported.isKnown() || !now.isAnotherThan(exported)) {
            return false;
        }
        out.accept(table + ": was dropped and made again since the last export (its id was " + exported.id()
                + " and is " + now.id() + "), so the whole table is exported");
        return true;
    }

    /** From the end of the last export on; null if that is too short ago. */
    private @Nullable Window next(ExportedTable table, Instant through) {
        Instant latest = clock.instant().minus(TRAILING).truncatedTo(ChronoUnit.SECONDS);
        if (latest.isBefore(through.plus(SHORTEST))) {
            out.accept(table + ": exported up to " + through + "; the next incremental export can be made at "
                    + through.plus(SHORTEST).plus(TRAILING));
            return null;
        }
        Instant end = latest.isAfter(through.plus(LONGEST)) ? through.plus(LONGEST) : latest;
        return Window.incremental(through.toEpochMilli(), end.toEpochMilli());
    }

    /** False if the command is to end. */
    private boolean start(ExportedTable table, ObjectStore store, ExportMemory memory, @Nullable Window window)
            throws IOException, InterruptedException {
        String export;
        try {
            export = service.start(table.source(), table.location(), window);
        } catch (IOException e) {
            throw window == null ? e : refused(table, memory, window, e);
        }
        memory.started(table.source(), export);
        out.accept(table + ": started " + (window == null ? "a full export" : "the " + window) + ", " + id(export));
        return await(table, store, memory, export);
    }

    /** A span that begins before what DynamoDB can still export is refused each time. */
    private static IOException refused(ExportedTable table, ExportMemory memory, Window window, IOException why) {
        String remedy = table.isStreamed()
                ? "run the command with --full"
                : "set " + NamedKey.ofTable(table.name(), "dynamodb.replace-by-full-export")
                        + " and run the command with --full, or remove "
                        + memory.throughEntry(table.source())
                        + " to start with a full export, where rows that were deleted meanwhile stay";
        return new IOException(
                why.getMessage() + ". This was for the " + window
                        + "; if that begins before the table's point-in-time recovery does, " + remedy,
                why);
    }

    private boolean await(ExportedTable table, ObjectStore store, ExportMemory memory, String export)
            throws IOException, InterruptedException {
        Instant begin = clock.instant();
        try {
            while (!service.isComplete(export)) {
                if (!pause.await(POLL)) {
                    return false;
                }
                Duration waited = Duration.between(begin, clock.instant());
                out.accept(table + ": " + id(export) + " is being made, waited for " + waited.toSeconds() + " s");
            }
        } catch (ExportFailedException e) {
            memory.failed(table.source());
            throw e;
        } catch (IOException e) {
            throw stuck(table, memory, e.getMessage(), e);
        }
        String id = id(export);
        byte[] summary;
        try {
            summary = Manifest.summary(store, id);
        } catch (UnusableException e) {
            throw stuck(table, memory, e.getMessage(), e);
        }
        if (summary == null) {
            throw stuck(
                    table,
                    memory,
                    "The export " + export + " is complete, but there is no " + store.name(Manifest.summaryOf(id)),
                    null);
        }
        Export complete;
        try {
            complete = Manifest.read(store, id, summary);
        } catch (UnusableException e) {
            throw stuck(table, memory, e.getMessage(), e);
        }
        Instant before = memory.through(table.source());
        Instant end = Instant.ofEpochMilli(complete.window().to());
        boolean knowsDeletes = !complete.window().isFull()
                || table.isReplaced()
                || table.isStreamed()
                || complete.identity().isAnotherThan(memory.identity(table.source()));
        // A full export knows of no deletes. Where neither the stream tells them nor the export replaces the table,
        // what comes
        // next begins where the last incremental one ended.
        memory.complete(table.source(), before == null || knowsDeletes ? end : before, complete.identity());
        long items = complete.files().stream().mapToLong(DataFile::items).sum();
        out.accept(table + ": " + id + " is complete, a " + complete.window() + ", " + items + " items in "
                + complete.files().size() + " files");
        return true;
    }

    /** An export that is gone is waited for each time. */
    private static IOException stuck(
            ExportedTable table, ExportMemory memory, @Nullable String why, @Nullable Exception cause) {
        return new IOException(
                why + ". If it was moved or is no longer known, put it back, or remove "
                        + memory.runningEntry(table.source()) + " to have it exported again",
                cause);
    }

    private static String id(String export) {
        return export.substring(export.lastIndexOf('/') + 1);
    }
}
