package io.tributary.sink.iceberg;

import io.tributary.change.Place;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which file of which slot a {@link Place} means, as the names of data files say it: see Iceberg's OutputFileFactory. */
final class FileNumber {

    private static final Pattern NAME = Pattern.compile("\\d+-\\d+-p([0-9a-f]{16})-(\\d+)\\.\\w+");

    /** Files that maintenance has made of others: their footers say whose rows they hold. */
    private static final Pattern REWRITTEN = Pattern.compile("\\d+-\\d+-m[0-9a-f]{16}-(\\d+)\\.parquet");

    /** Files of rows of several writers: of each the slot, the file's number, and how many rows. */
    private static final Pattern OF_SEVERAL =
            Pattern.compile("0-0-r([0-9a-f]{16}_\\d+_\\d+(?:\\.[0-9a-f]{16}_\\d+_\\d+)*)\\.\\w+");

    private final long slot;
    private final int file;

    FileNumber(long slot, int file) {
        this.slot = slot;
        this.file = file;
    }

    static FileNumber of(Place place) {
        return new FileNumber(place.slot(), place.file());
    }

    /** Null if the file is of nobody who counts its rows. */
    static @Nullable FileNumber of(String location) {
        Matcher name = NAME.matcher(name(location));
        return name.matches()
                ? new FileNumber(Long.parseUnsignedLong(name.group(1), 16), Integer.parseInt(name.group(2)))
                : null;
    }

    /** Whether the file is one that {@link KeptRows} tell of. */
    static boolean isRewritten(String location) {
        return REWRITTEN.matcher(name(location)).matches();
    }

    /** What a file is called that holds all rows of these, in this order. */
    static String ofAll(List<SmallRows.Part> parts) {
        return "0-0-r"
                + parts.stream()
                        .map(part -> String.format(
                                Locale.ROOT, "%016x_%d_%d", part.file().slot, part.file().file, part.count()))
                        .collect(Collectors.joining("."));
    }

    /** The rows of such a file, and of one that a writer made; null if the file's name does not say. */
    static @Nullable KeptRows rows(String location, long count) {
        Matcher several = OF_SEVERAL.matcher(name(location));
        if (!several.matches()) {
            return isRewritten(location) ? null : KeptRows.original(of(location), count);
        }
        KeptRows rows = new KeptRows();
        for (String part : several.group(1).split("\\.", -1)) {
            String[] numbers = part.split("_", -1);
            FileNumber number = new FileNumber(Long.parseUnsignedLong(numbers[0], 16), Integer.parseInt(numbers[1]));
            rows.append(KeptRows.original(number, Long.parseLong(numbers[2])), row -> true);
        }
        return rows;
    }

    /** Whether the file has rows of several writers, which the name tells. */
    static boolean isOfSeveral(String location) {
        return OF_SEVERAL.matcher(name(location)).matches();
    }

    /** What the names of one writer's files have in common. */
    static String newSlot() {
        return random("p");
    }

    /** The same of files that are made of others. */
    static String newRewrite() {
        return random("m");
    }

    private static String random(String kind) {
        return String.format(
                Locale.ROOT, "%s%016x", kind, ThreadLocalRandom.current().nextLong());
    }

    private static String name(String location) {
        return location.substring(location.lastIndexOf('/') + 1);
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(slot);
        out.writeInt(file);
    }

    static FileNumber read(DataInput in) throws IOException {
        return new FileNumber(in.readLong(), in.readInt());
    }

    Place row(long row) {
        return Place.of(slot, file, row);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FileNumber && slot == ((FileNumber) other).slot && file == ((FileNumber) other).file;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(slot * 31 + file);
    }
}
