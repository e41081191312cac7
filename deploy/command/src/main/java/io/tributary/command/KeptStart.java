package io.tributary.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a job was started with that runs on a cluster: copies of its settings, its SQL files, the jars of its functions and its own, in a
 * folder beside the settings. With them the job can be started again as it was, whatever became of these files since.
 *
 * <p>What does not lie on this machine is not copied, and is used as it is.
 *
 * @param settings the copy of the settings file, which names the other copies
 * @param jar the copy of the job's jar
 */
record KeptStart(Path settings, Path jar) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DIRECTORY = "sql.directory";
    private static final String JARS = "sql.function-jars";

    private static @Nullable Path folder(String location) {
        Path settings = local(location);
        return settings == null ? null : StateFolder.of(settings).path().resolve("started");
    }

    /** In place of what was kept before. Nothing is kept where the settings are not on this machine. */
    static void keep(GivenSettings settings, Path jar) throws IOException {
        Path folder = folder(settings.location());
        if (folder == null) {
            return;
        }
        delete(folder);
        Files.createDirectories(folder);
        Map<String, String> all = new TreeMap<>(settings.all());
        Path sql = local(settings.text(DIRECTORY, ""));
        if (sql != null) {
            all.put(DIRECTORY, copy(sql, Files.createDirectories(folder.resolve("sql"))));
        }
        List<String> jars = new ArrayList<>();
        for (String given : settings.texts(JARS)) {
            Path file = local(given);
            jars.add(
                    file == null
                            ? given
                            : Files.copy(file, folder.resolve(jars.size() + "-" + file.getFileName()))
                                    .toString());
        }
        if (!jars.isEmpty()) {
            all.put(JARS, String.join(";", jars));
        }
        Files.copy(jar, folder.resolve("job.jar"));
        // Last, as it says that all is there. JSON is YAML, too.
        Path incomplete = Files.write(folder.resolve("incomplete"), JSON.writeValueAsBytes(all));
        Files.move(incomplete, folder.resolve("settings.yaml"), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Null if nothing was kept. */
    static @Nullable KeptStart of(String location) {
        Path folder = folder(location);
        if (folder == null || !Files.exists(folder.resolve("settings.yaml"))) {
            return null;
        }
        return new KeptStart(folder.resolve("settings.yaml"), folder.resolve("job.jar"));
    }

    private static String copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
        return to.toString();
    }

    private static @Nullable Path local(String location) {
        if (location.isEmpty()) {
            return null;
        }
        if (location.startsWith("file:")) {
            return Path.of(URI.create(location).getPath());
        }
        return location.contains("://") ? null : Path.of(location).toAbsolutePath();
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
