package io.tributary.sample;

import io.tributary.settings.Problems;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;

/** A folder of samples, on any of Flink's filesystems, and how messages call what is in it. */
final class SampleFolder {

    private final Path path;
    private final String called;

    private SampleFolder(Path path, String called) {
        this.path = path;
        this.called = called;
    }

    /** That of the SQL files. */
    static SampleFolder of(String directory) {
        Path path = new Path(directory);
        return new SampleFolder(path, path.getName());
    }

    SampleFolder folder(String name) {
        return new SampleFolder(new Path(path, name), called + "/" + name);
    }

    /** How messages call what has this name in it. */
    String called(String name) {
        return called + "/" + name;
    }

    @Override
    public String toString() {
        return called;
    }

    /** The names of the folders in it, none if it is not there. */
    Set<String> folders() throws IOException {
        return names(true);
    }

    Set<String> files() throws IOException {
        return names(false);
    }

    private Set<String> names(boolean folders) throws IOException {
        Set<String> names = new TreeSet<>();
        FileStatus[] entries;
        try {
            entries = path.getFileSystem().listStatus(path);
        } catch (FileNotFoundException e) {
            return names;
        }
        for (FileStatus entry : entries == null ? new FileStatus[0] : entries) {
            String name = entry.getPath().getName();
            if (entry.isDir() == folders && !name.startsWith(".")) {
                names.add(name);
            }
        }
        return names;
    }

    void write(String name, String text) throws IOException {
        Path file = new Path(path, name);
        try (OutputStream out = file.getFileSystem().create(file, FileSystem.WriteMode.OVERWRITE)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Null, and a problem, if it is no text. */
    @Nullable
    String text(String name, Problems problems) throws IOException {
        Path file = new Path(path, name);
        try (InputStream in = file.getFileSystem().open(file)) {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(in.readAllBytes()))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            problems.add(called(name) + ": is not UTF-8 text; save it as UTF-8");
            return null;
        }
    }
}
