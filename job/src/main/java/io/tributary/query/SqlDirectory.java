package io.tributary.query;

import io.tributary.settings.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;

/** Reads the SQL files of a folder, through Flink's filesystems; what is not called {@code *.sql} is left alone. */
final class SqlDirectory {

    private static final String SUFFIX = ".sql";

    private SqlDirectory() {}

    /** In the order of their names. Files that cannot be taken are problems. */
    static List<SqlFile> read(@Nullable String directory, Problems problems) {
        if (directory == null) {
            return List.of();
        }
        Path folder = new Path(directory);
        List<SqlFile> files = new ArrayList<>();
        try {
            FileSystem fileSystem = folder.getFileSystem();
            FileStatus[] entries = fileSystem.listStatus(folder);
            if (entries == null) {
                problems.add(QuerySettings.DIRECTORY.key() + ": there is no folder " + directory);
                return List.of();
            }
            Arrays.sort(entries, Comparator.comparing(entry -> entry.getPath().getName()));
            Map<String, String> names = new HashMap<>();
            for (FileStatus entry : entries) {
                String name = entry.getPath().getName();
                if (entry.isDir() || !name.endsWith(SUFFIX) || name.startsWith(".")) {
                    continue;
                }
                String path = folder.getName() + "/" + name;
                String other = names.putIfAbsent(name.toLowerCase(Locale.ROOT), path);
                if (other != null) {
                    problems.add(path + ": makes the same table as " + other
                            + ", since the targets do not tell capitals apart; rename one");
                    continue;
                }
                String text = text(path, fileSystem, entry.getPath(), problems);
                SqlFile file = text == null ? null : SqlFile.parse(path, text, problems);
                if (file != null) {
                    files.add(file);
                }
            }
            if (names.isEmpty()) {
                problems.add(QuerySettings.DIRECTORY.key() + ": there is no *.sql file in " + directory);
            }
        } catch (IOException | IllegalArgumentException e) {
            problems.add(QuerySettings.DIRECTORY.key() + ": " + directory + " cannot be read: " + e);
        }
        return files;
    }

    private static @Nullable String text(String path, FileSystem fileSystem, Path file, Problems problems)
            throws IOException {
        try (InputStream in = fileSystem.open(file)) {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(in.readAllBytes()))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            problems.add(path + ": is not UTF-8 text; save it as UTF-8");
            return null;
        }
    }
}
