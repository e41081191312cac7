package io.tributary.change;

import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * Where Iceberg has what is made of one row: the row itself, and in the tables of files that compute it row by row, chained behind
 * those who show it, by {@link Schema#tableId()}. What is not known is not in it. Immutable.
 */
public final class RowPlaces {

    public static final RowPlaces NONE = new RowPlaces(null, new TreeMap<>());

    private final @Nullable Place own;
    private final SortedMap<Long, Place> ofFiles;

    private RowPlaces(@Nullable Place own, SortedMap<Long, Place> ofFiles) {
        this.own = own;
        this.ofFiles = ofFiles;
    }

    private static RowPlaces of(@Nullable Place own, SortedMap<Long, Place> ofFiles) {
        return own == null && ofFiles.isEmpty() ? NONE : new RowPlaces(own, ofFiles);
    }

    public static RowPlaces of(@Nullable Place own) {
        return of(own, NONE.ofFiles);
    }

    /** Of the row itself. */
    public @Nullable Place own() {
        return own;
    }

    /** Of what a file makes of it. */
    public @Nullable Place ofFile(long table) {
        return ofFiles.get(table);
    }

    public boolean hasOfFiles() {
        return !ofFiles.isEmpty();
    }

    /**
     * After an entry was handed on to these consumers.
     *
     * @param receipt what they said; null if the row is gone
     */
    RowPlaces after(Audience audience, @Nullable Receipt receipt) {
        Place newOwn = audience.isFor(Audience.PASS_THROUGH) ? outcome(receipt, own) : own;
        if (ofFiles.isEmpty() && (receipt == null || receipt.ofFiles().isEmpty())) {
            return of(newOwn);
        }
        TreeMap<Long, Place> files = new TreeMap<>();
        ofFiles.forEach((table, place) -> {
            Receipt ofFile = receipt == null ? null : receipt.ofFiles().get(table);
            Place now = audience.isForFile(table) ? outcome(ofFile, place) : place;
            if (now != null) {
                files.put(table, now);
            }
        });
        if (receipt != null) {
            receipt.ofFiles().forEach((table, ofFile) -> {
                if (ofFile.place() != null) {
                    files.put(table, ofFile.place());
                }
            });
        }
        return of(newOwn, files);
    }

    private static @Nullable Place outcome(@Nullable Receipt receipt, @Nullable Place before) {
        if (receipt == null) {
            return null;
        }
        return receipt.isRefused() ? before : receipt.place();
    }

    /** Without the row's own. */
    public void writeOfFiles(DataOutputView out) throws IOException {
        Varints.write(ofFiles.size(), out);
        for (Map.Entry<Long, Place> file : ofFiles.entrySet()) {
            out.writeLong(file.getKey());
            file.getValue().write(out);
        }
    }

    public static RowPlaces readOfFiles(@Nullable Place own, DataInputView in) throws IOException {
        TreeMap<Long, Place> files = new TreeMap<>();
        for (long count = Varints.read(in); count > 0; count--) {
            files.put(in.readLong(), Place.read(in));
        }
        return of(own, files);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RowPlaces
                && Objects.equals(own, ((RowPlaces) other).own)
                && ofFiles.equals(((RowPlaces) other).ofFiles);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(own) * 31 + ofFiles.hashCode();
    }

    @Override
    public String toString() {
        return own + " " + ofFiles;
    }
}
