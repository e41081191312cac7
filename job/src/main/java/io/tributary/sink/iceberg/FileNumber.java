package io.tributary.sink.iceberg;

import io.tributary.change.Place;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which file of which slot a {@link Place} means, as the names of data files say it: see Iceberg's OutputFileFactory. */
final class FileNumber {

    private static final Pattern NAME = Pattern.compile("\\d+-\\d+-p([0-9a-f]{16})-(\\d+)\\.\\w+");

    private final long slot;
    private final int file;

    private FileNumber(long slot, int file) {
        this.slot = slot;
        this.file = file;
    }

    static FileNumber of(Place place) {
        return new FileNumber(place.slot(), place.file());
    }

    /** Null if the file is of nobody who counts its rows. */
    static @Nullable FileNumber of(String location) {
        Matcher name = NAME.matcher(location.substring(location.lastIndexOf('/') + 1));
        return name.matches()
                ? new FileNumber(Long.parseUnsignedLong(name.group(1), 16), Integer.parseInt(name.group(2)))
                : null;
    }

    /** What the names of one writer's files have in common. */
    static String newSlot() {
        return String.format(Locale.ROOT, "p%016x", ThreadLocalRandom.current().nextLong());
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
