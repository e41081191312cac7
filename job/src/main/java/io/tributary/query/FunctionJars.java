package io.tributary.query;

import io.tributary.settings.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Jars with the users' functions, beside the job's own: where they lie on this machine. */
final class FunctionJars {

    private FunctionJars() {}

    /** Those on other filesystems are copied to this machine; a problem for each that cannot be had. */
    static List<URL> find(List<String> locations, Problems problems) {
        List<URL> urls = new ArrayList<>();
        for (String location : locations) {
            try {
                Path local =
                        location.contains("://") && !location.startsWith("file:") ? copy(location) : path(location);
                new JarFile(local.toFile()).close();
                urls.add(local.toUri().toURL());
            } catch (IOException | IllegalArgumentException e) {
                problems.add(QuerySettings.FUNCTION_JARS.key() + ": " + location + " cannot be read as a jar: " + e);
            }
        }
        return urls;
    }

    private static Path path(String location) {
        return location.startsWith("file:")
                ? Path.of(new org.apache.flink.core.fs.Path(location).toUri().getPath())
                : Path.of(location).toAbsolutePath();
    }

    private static Path copy(String location) throws IOException {
        org.apache.flink.core.fs.Path from = new org.apache.flink.core.fs.Path(location);
        Path folder = Files.createTempDirectory("tributary-functions");
        Path jar = folder.resolve(from.getName());
        folder.toFile().deleteOnExit();
        jar.toFile().deleteOnExit();
        try (InputStream in = from.getFileSystem().open(from)) {
            Files.copy(in, jar, StandardCopyOption.REPLACE_EXISTING);
        }
        return jar;
    }

    /** Flink takes them to the task managers with the job's own jar, and loads both with one loader. */
    static void add(List<URL> jars, StreamExecutionEnvironment environment) {
        if (jars.isEmpty()) {
            return;
        }
        Set<String> all = new LinkedHashSet<>(
                environment.getConfiguration().getOptional(PipelineOptions.JARS).orElse(List.of()));
        jars.forEach(jar -> all.add(jar.toString()));
        Configuration more = new Configuration();
        more.set(PipelineOptions.JARS, List.copyOf(all));
        environment.configure(more, FunctionJars.class.getClassLoader());
    }

    /** Those that the tasks of an environment's jobs load their code from. */
    static List<URL> of(StreamExecutionEnvironment environment) {
        List<URL> jars = new ArrayList<>();
        for (String jar :
                environment.getConfiguration().getOptional(PipelineOptions.JARS).orElse(List.of())) {
            try {
                jars.add(new URL(jar));
            } catch (MalformedURLException e) {
                throw new IllegalStateException(e);
            }
        }
        return jars;
    }
}
