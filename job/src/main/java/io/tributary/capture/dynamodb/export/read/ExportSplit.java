package io.tributary.capture.dynamodb.export.read;

import static java.util.Objects.requireNonNull;

import io.tributary.capture.dynamodb.export.find.DataFile;
import io.tributary.capture.dynamodb.export.find.Export;
import io.tributary.capture.dynamodb.export.find.Window;
import org.apache.flink.api.connector.source.SourceSplit;

/** A part of an export that one reader hands on: a file from some line on, or what is to be said of the whole table. */
final class ExportSplit implements SourceSplit {

    private static final DataFile NO_FILE = DataFile.of("", "", 0);
    private static final byte[] NOTHING = {};

    private final Phase phase;
    private final String export;
    private final String table;
    private final Window window;
    private final DataFile file;
    private final String reason;
    private final byte[] raw;
    private final int number;
    private final long offset;
    private final boolean isReported;

    private ExportSplit(
            Phase phase,
            String export,
            String table,
            Window window,
            DataFile file,
            String reason,
            byte[] raw,
            int number,
            long offset,
            boolean isReported) {
        this.phase = requireNonNull(phase);
        this.export = requireNonNull(export);
        this.table = requireNonNull(table);
        this.window = requireNonNull(window);
        this.file = requireNonNull(file);
        this.reason = requireNonNull(reason);
        this.raw = raw;
        this.number = number;
        this.offset = offset;
        this.isReported = isReported;
    }

    /** The rows of a file. {@code table} is its name in the pipeline. */
    static ExportSplit file(Export export, String table, DataFile file) {
        return new ExportSplit(Phase.FILE, export.id(), table, export.window(), file, "", NOTHING, 0, 0, false);
    }

    /** What a file of an incremental export says was deleted. */
    static ExportSplit deletes(Export export, String table, DataFile file) {
        return new ExportSplit(Phase.DELETES, export.id(), table, export.window(), file, "", NOTHING, 0, 0, false);
    }

    /** What is to be said of the table. */
    static ExportSplit announcement(Phase phase, Export export, String table) {
        if (phase.isOfFile() || phase == Phase.REPORT) {
            throw new IllegalArgumentException(phase + " announces nothing");
        }
        return new ExportSplit(phase, export.id(), table, export.window(), NO_FILE, "", NOTHING, 0, 0, false);
    }

    /** A dead letter: {@code raw} is the manifest; {@code table} is empty where it is not known. */
    static ExportSplit report(String export, String table, String reason, byte[] raw) {
        return new ExportSplit(Phase.REPORT, export, table, Window.full(0), NO_FILE, reason, raw, 0, 0, false);
    }

    /** All that checkpoints hold. */
    static ExportSplit restored(
            Phase phase,
            String export,
            String table,
            Window window,
            DataFile file,
            String reason,
            byte[] raw,
            int number,
            long offset,
            boolean isReported) {
        return new ExportSplit(phase, export, table, window, file, reason, raw, number, offset, isReported);
    }

    /** No two splits of a job have the same number. */
    ExportSplit numbered(int newNumber) {
        return new ExportSplit(phase, export, table, window, file, reason, raw, newNumber, offset, isReported);
    }

    /** So many lines of the file were handed on, and its failure was reported or not. */
    ExportSplit at(long newOffset, boolean newReported) {
        return new ExportSplit(phase, export, table, window, file, reason, raw, number, newOffset, newReported);
    }

    @Override
    public String splitId() {
        return export + "#" + number;
    }

    Phase phase() {
        return phase;
    }

    String export() {
        return export;
    }

    String table() {
        return table;
    }

    Window window() {
        return window;
    }

    DataFile file() {
        return file;
    }

    String reason() {
        return reason;
    }

    /** Not to be written to. */
    byte[] raw() {
        return raw;
    }

    int number() {
        return number;
    }

    /** How many lines were handed on, dead letters among them. */
    long offset() {
        return offset;
    }

    /** Whether a dead letter says that the file cannot be read as it is. */
    boolean isReported() {
        return isReported;
    }

    @Override
    public String toString() {
        return phase + " " + splitId() + (phase.isOfFile() ? " " + file + " from line " + offset : "");
    }
}
