package io.tributary.settings;

import com.amazonaws.services.kinesisanalytics.runtime.KinesisAnalyticsRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;

/**
 * The property groups of Managed Service for Apache Flink: a file of {@code [{"PropertyGroupId": .., "PropertyMap": {..}}]}.
 * Groups whose id begins with {@code tributary} are ours; their maps have the same dotted keys as the YAML file, lists
 * separated by semicolons.
 */
public final class ApplicationProperties {

    /** Where the service puts the file. */
    public static final String MANAGED = "/etc/flink/application_properties.json";

    private static final String OURS = "tributary";

    private ApplicationProperties() {}

    /** True if this is an application of Managed Service for Apache Flink. */
    public static boolean isManaged() {
        return Files.exists(Path.of(MANAGED));
    }

    /** A problem if no group is ours, or two groups differ about one key. */
    public static Configuration read(String file, Problems problems) throws IOException {
        if (!Files.isReadable(Path.of(file))) {
            throw new NoSuchFileException(file);
        }
        Map<String, Properties> groups = groups(file);
        Configuration configuration = new Configuration();
        boolean found = false;
        for (Map.Entry<String, Properties> group : groups.entrySet()) {
            if (!group.getKey().startsWith(OURS)) {
                continue;
            }
            found = true;
            for (String key : group.getValue().stringPropertyNames()) {
                String value = group.getValue().getProperty(key);
                String other = configuration.getString(key, value);
                if (!other.equals(value)) {
                    problems.add("The property groups that begin with " + OURS + " set " + key + " twice");
                }
                configuration.setString(key, value);
            }
        }
        if (!found) {
            problems.add(file + " has no property group whose id begins with " + OURS + ", only " + groups.keySet());
        }
        return configuration;
    }

    /** The parser's own message is not kept: it repeats what stands there, which may be a secret. */
    private static Map<String, Properties> groups(String file) throws IOException {
        try {
            return new TreeMap<>(KinesisAnalyticsRuntime.getApplicationProperties(file));
        } catch (IOException | RuntimeException e) {
            throw new IOException("it is not JSON of the form [{\"PropertyGroupId\": .., \"PropertyMap\": {..}}]");
        }
    }
}
