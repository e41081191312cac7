package io.tributary.sink.iceberg;

import io.tributary.settings.Problems;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A warehouse that is a folder of this machine: whether files can be made in it. Of others only a write would tell. */
final class LocalWarehouse {

    private static final String KEY = "warehouse";

    private LocalWarehouse() {}

    static void check(IcebergSettings settings, Problems problems) {
        String location = settings.catalogProperties().get(KEY);
        Path folder = location == null ? null : folder(location);
        if (folder == null) {
            return;
        }
        Path there = folder.toAbsolutePath();
        while (there != null && !Files.exists(there)) {
            there = there.getParent();
        }
        String fault = there == null || !Files.isDirectory(there)
                ? there + " is no folder"
                : Files.isWritable(there)
                        ? null
                        : there + " may not be written to by user " + System.getProperty("user.name");
        if (fault != null) {
            problems.add("iceberg.catalog.warehouse: no table can be made in " + location + ", since " + fault
                    + "; name another folder, or make this one");
        }
    }

    /** Null if it is somewhere else. */
    private static @Nullable Path folder(String location) {
        try {
            if (location.startsWith("/")) {
                return Path.of(location);
            }
            URI uri = URI.create(location);
            return "file".equals(uri.getScheme()) && uri.getPath() != null
                    ? FileSystems.getDefault().getPath(uri.getPath())
                    : null;
        } catch (IllegalArgumentException e) {
            // The catalog says what is wrong with it.
            return null;
        }
    }
}
