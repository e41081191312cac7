package io.tributary.capture.dynamodb.export.find;

import io.tributary.capture.dynamodb.export.ExportLocation;
import io.tributary.capture.dynamodb.export.ExportSettings;
import io.tributary.store.ObjectStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for complete exports, each of which it finds once. One that cannot be read hides no other, and those that are to be
 * skipped are not read. Used by one thread at a time.
 */
public final class Discovery implements AutoCloseable {

    /** What one look brought. */
    public static final class Sight {
        private final List<Finding> findings = new ArrayList<>();
        private final Set<String> ids = new HashSet<>();
        private boolean isWhole = true;

        /** Exports that were not seen before, and all that cannot be used as they are. */
        public List<Finding> findings() {
            return findings;
        }

        /** The exports that are there, known or not, complete or not. */
        public Set<String> ids() {
            return ids;
        }

        /** Whether every location could be reached. */
        public boolean isWhole() {
            return isWhole;
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(Discovery.class);

    private final Set<ExportLocation> locations;
    private final Predicate<String> isSkipped;
    private final Map<ExportLocation, ObjectStore> stores = new HashMap<>();
    private final Set<String> seen = new HashSet<>();

    public Discovery(Set<ExportLocation> locations, Predicate<String> isSkipped) {
        this.locations = locations;
        this.isSkipped = isSkipped;
    }

    /** A location that cannot be reached is logged, and tried again the next time. */
    public synchronized Sight look() {
        Sight sight = new Sight();
        for (ExportLocation location : locations) {
            try {
                look(location, sight);
            } catch (IOException | RuntimeException e) {
                LOG.error("The exports in {} cannot be looked for", location, e);
                sight.isWhole = false;
            }
        }
        return sight;
    }

    private void look(ExportLocation location, Sight sight) throws IOException {
        ObjectStore store = stores.get(location);
        if (store == null) {
            store = location.open();
            stores.put(location, store);
        }
        for (String id : location.exports(store)) {
            sight.ids.add(id);
            if (seen.contains(id) || isSkipped.test(id)) {
                continue;
            }
            Finding finding = finding(location, store, id);
            if (finding != null) {
                sight.findings.add(finding);
            }
        }
    }

    private @Nullable Finding finding(ExportLocation location, ObjectStore store, String id) {
        byte[] summary = null;
        try {
            summary = Manifest.summary(store, id);
            return summary == null ? null : finding(location, store, id, summary);
        } catch (UnusableException e) {
            return Finding.problem(id, location, e, new byte[0]);
        } catch (IOException | RuntimeException e) {
            LOG.error("The export {} in {} cannot be looked into", id, location, e);
            // The same each time, so that it is one dead letter: what is thrown may name the request.
            UnusableException problem = UnusableException.now("The manifest of the export "
                    + store.name(ExportLocation.FOLDER + id)
                    + " cannot be read, and the job's log says why: allow the job to"
                    + " read it, or name the export in " + ExportSettings.SKIP.key());
            return Finding.problem(id, location, problem, summary == null ? new byte[0] : summary);
        }
    }

    private Finding finding(ExportLocation location, ObjectStore store, String id, byte[] summary) throws IOException {
        try {
            Export export = Manifest.read(store, id, summary);
            seen.add(id);
            return Finding.of(export, location, summary);
        } catch (UnusableException e) {
            if (e.isFinal()) {
                seen.add(id);
            }
            return Finding.problem(id, location, e, summary);
        }
    }

    @Override
    public synchronized void close() {
        stores.values().forEach(ObjectStore::close);
        stores.clear();
    }
}
