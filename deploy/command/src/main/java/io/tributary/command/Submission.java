package io.tributary.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.client.cli.CliFrontend;
import org.apache.flink.configuration.GlobalConfiguration;
import org.jspecify.annotations.Nullable;

/** The job's jar, handed to a cluster as {@code flink run -d} does it. */
final class Submission {

    /** Where the script says the jar is that the build made. */
    private static final String JAR = "tributary.jar";

    private Submission() {}

    /** That the build made; fails if nothing says where it is. */
    static Path jar() {
        String jar = System.getProperty(JAR);
        if (jar == null) {
            throw new IllegalStateException("-D" + JAR + " does not say where the job's jar is");
        }
        return Path.of(jar);
    }

    /** The exit status of Flink's client. */
    static int of(String cluster, Path jar, @Nullable String from, List<String> job) throws Exception {
        List<String> words = new ArrayList<>(List.of("run", "-d", "-m", cluster));
        if (from != null) {
            words.addAll(List.of("-s", from));
        }
        words.add(jar.toString());
        words.addAll(job);
        Path none = Files.createTempDirectory("tributary");
        try {
            Path conf = Files.writeString(none.resolve("config.yaml"), "rest.address: localhost\n");
            String given = System.getenv("FLINK_CONF_DIR");
            String folder = given == null ? String.valueOf(conf.getParent()) : given;
            var configuration = GlobalConfiguration.loadConfiguration(folder);
            CliFrontend client =
                    new CliFrontend(configuration, CliFrontend.loadCustomCommandLines(configuration, folder));
            return client.parseAndRun(words.toArray(new String[0])) == 0 ? 0 : Tributary.PROBLEMS;
        } finally {
            Files.deleteIfExists(none.resolve("config.yaml"));
            Files.deleteIfExists(none);
        }
    }
}
