package io.tributary.aws;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the job is told: the settings file, with what the deployment makes in the place of what stands there. One map a command, by
 * the job's own dotted keys; the id of each group begins with {@code tributary}.
 */
final class PropertyGroups {

    static final String ID = "tributary";

    private static final Set<String> EXPORTED = Set.of("dynamodb", "iceberg", "latest");

    private final Map<String, String> settings = new TreeMap<>();
    private final Set<String> replaced = new TreeSet<>();

    PropertyGroups(GivenSettings given) {
        settings.putAll(given.all());
    }

    /** Puts what the deployment has made in the place of what the settings say. */
    void put(Map<String, String> made) {
        made.forEach((key, value) -> {
            String before = settings.put(key, value);
            if (before != null && !before.equals(value)) {
                replaced.add(key);
            }
        });
    }

    /** Takes out what would have no sense beside what the deployment makes. */
    void drop(String prefix) {
        settings.keySet().removeIf(key -> key.startsWith(prefix) && replaced.add(key));
    }

    /** The keys of the settings file that do not hold here. */
    Set<String> replaced() {
        return Set.copyOf(replaced);
    }

    /** For the job. The warehouse is not its matter, nor are its passwords; the service configures Flink. */
    Map<String, String> ofJob() {
        Map<String, String> job = new TreeMap<>(settings);
        job.keySet().removeIf(key -> (key.startsWith("redshift.") && !isOfFiles(key)) || key.startsWith("flink."));
        return job;
    }

    /** The job writes the files that the warehouse copies. */
    private static boolean isOfFiles(String key) {
        return key.equals("redshift.load") || key.startsWith("redshift.files.");
    }

    /** For the merges. */
    Map<String, String> ofWarehouse() {
        Map<String, String> warehouse = new TreeMap<>(settings);
        warehouse
                .keySet()
                .removeIf(key ->
                        !key.startsWith("redshift.") && !(key.startsWith("tables.") && key.contains(".redshift.")));
        return warehouse;
    }

    /** For exports: what the command asks for, without passwords of other systems. */
    Map<String, String> ofExports() {
        Map<String, String> exports = new TreeMap<>(settings);
        exports.keySet()
                .removeIf(key -> !EXPORTED.contains(key.split("[.]", 2)[0])
                        && !(key.startsWith("tables.") && key.contains(".dynamodb.")));
        return exports;
    }
}
