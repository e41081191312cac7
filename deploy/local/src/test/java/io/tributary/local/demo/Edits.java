package io.tributary.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Edits of the demo's SQL files, in a folder of the test's own. */
final class Edits {

    private final Path directory;

    private Edits(Path directory) {
        this.directory = directory;
    }

    /** The settings name the folder from now on. */
    static Edits of(Path home, Path settings, Path folder) throws IOException {
        Path from = home.resolve("sql");
        Path directory = Files.createDirectories(folder.resolve("sql-edited"));
        try (Stream<Path> files = Files.list(from)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".sql")).toList()) {
                Files.copy(file, directory.resolve(file.getFileName()));
            }
        }
        String yaml = Files.readString(settings);
        Matcher named = Pattern.compile("  directory: \".*\"\n").matcher(yaml);
        assertThat(named.results()).hasSize(1);
        Files.writeString(
                settings, named.replaceFirst(Matcher.quoteReplacement("  directory: \"" + directory + "\"\n")));
        return new Edits(directory);
    }

    /** A column in the middle of a join that another file reads, and a file that counts what a third one makes. */
    void changeAndAdd() throws IOException {
        replace(
                directory.resolve("order_details.sql"),
                "    p.category,\n",
                "    UPPER(p.category) AS category,\n    p.name AS product_name,\n");
        Files.write(
                directory.resolve("segments.sql"),
                List.of(
                        "-- key: segment",
                        "SELECT segment, COUNT(*) AS customers, MAX(credit_limit) AS highest_limit",
                        "FROM clean_customers",
                        "GROUP BY segment"));
    }

    private static void replace(Path file, String old, String text) throws IOException {
        String all = Files.readString(file);
        assertThat(all).containsOnlyOnce(old);
        Files.writeString(file, all.replace(old, text));
    }
}
