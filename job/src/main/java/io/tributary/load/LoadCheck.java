package io.tributary.load;

import io.tributary.settings.Problems;
import io.tributary.store.ObjectStore;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** Looks whether files can be written where the settings say, and deleted. */
public final class LoadCheck {

    private static final byte[] EMPTY = {};

    private LoadCheck() {}

    public static void check(LoadSettings settings, Problems problems) {
        String path = "check/" + RecordFiles.name(Instant.now());
        try (ObjectStore store = settings.location().open()) {
            store.put(path, EMPTY);
            store.delete(List.of(path));
        } catch (IOException e) {
            problems.add(
                    LoadSettings.LOCATION.key() + ": the job has to write and delete files there: " + e.getMessage());
        }
    }
}
