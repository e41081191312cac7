package io.tributary.sink.iceberg;

import io.tributary.change.Place;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/**
 * Which rows of which original files a rewritten file holds, in the order in which it has them: so a row's place in it is the number
 * of rows before. It stands in the footer of the file itself, and a file that is rewritten again holds the same of the same
 * originals: there are no chains.
 *
 * <p>Rows of files whose rows nobody counts are among them, too, for the others' sake, without a number.
 */
final class KeptRows {

    /** Of the footer. */
    static final String PROPERTY = "tributary.rows";

    /** Rows of one original file. */
    private static final class Part {
        private final @Nullable FileNumber file;
        private final RoaringBitmap rows;
        private final long before;

        private Part(@Nullable FileNumber file, RoaringBitmap rows, long before) {
            this.file = file;
            this.rows = rows;
            this.before = before;
        }
    }

    private final List<Part> parts = new ArrayList<>();
    private final Map<FileNumber, Part> byFile = new HashMap<>();
    private long count;

    /** All rows of a file as a writer made it. */
    static KeptRows original(@Nullable FileNumber file, long rows) {
        KeptRows all = new KeptRows();
        RoaringBitmap numbers = new RoaringBitmap();
        numbers.add(0L, rows);
        all.add(file, numbers);
        return all;
    }

    private void add(@Nullable FileNumber file, RoaringBitmap rows) {
        if (!rows.isEmpty()) {
            Part part = new Part(file, rows, count);
            parts.add(part);
            if (file != null) {
                byFile.put(file, part);
            }
            count += rows.getLongCardinality();
        }
    }

    /** Those of another file come behind these, as far as they live by their places there. */
    void append(KeptRows other, LongPredicate lives) {
        for (Part part : other.parts) {
            RoaringBitmap living = new RoaringBitmap();
            long at = part.before;
            for (int row : part.rows) {
                if (lives.test(at++)) {
                    living.add(row);
                }
            }
            add(part.file, living);
        }
    }

    long count() {
        return count;
    }

    /** Of which original files there are rows. */
    Set<FileNumber> files() {
        return byFile.keySet();
    }

    /** Where the row is; -1 if it is not among them. */
    long find(FileNumber file, Place place) {
        Part part = byFile.get(file);
        int row = Math.toIntExact(place.row());
        return part == null || !part.rows.contains(row) ? -1 : part.before + part.rows.rankLong(row) - 1;
    }

    String toText() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(parts.size());
            for (Part part : parts) {
                out.writeBoolean(part.file != null);
                if (part.file != null) {
                    part.file.write(out);
                }
                part.rows.runOptimize();
                part.rows.serialize(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    static KeptRows parse(String text) {
        KeptRows rows = new KeptRows();
        try (DataInputStream in =
                new DataInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(text)))) {
            for (int count = in.readInt(); count > 0; count--) {
                FileNumber file = in.readBoolean() ? FileNumber.read(in) : null;
                RoaringBitmap of = new RoaringBitmap();
                of.deserialize(in);
                rows.add(file, of);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }
}
