package io.tributary.capture.dynamodb.export.find;

import static java.util.Objects.requireNonNull;

/** A file of items, as a manifest names it. */
public final class DataFile {

    private final String path;
    private final String md5;
    private final long items;

    private DataFile(String path, String md5, long items) {
        this.path = requireNonNull(path);
        this.md5 = requireNonNull(md5);
        this.items = items;
    }

    /**
     * @param path below the location of the export, which it shares with the manifest
     * @param md5 of the file as it is stored, in base64
     * @param items how many lines it has
     */
    public static DataFile of(String path, String md5, long items) {
        return new DataFile(path, md5, items);
    }

    public String path() {
        return path;
    }

    public String md5() {
        return md5;
    }

    public long items() {
        return items;
    }

    @Override
    public String toString() {
        return path;
    }
}
