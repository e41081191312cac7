package io.tributary.store;

import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Files by their paths below one location, with slashes. What is outside of the location is refused. Used by several threads. */
public interface ObjectStore extends AutoCloseable {

    /** The names of the folders in a folder, whose path ends in a slash, in their order; empty if there is no such folder. */
    List<String> folders(String path) throws IOException;

    /** The names of the files in a folder, whose path ends in a slash, in their order; empty if there is no such folder. */
    List<String> files(String path) throws IOException;

    /**
     * A whole small file; null if there is none.
     *
     * @throws TooLongException if it has more bytes than {@code longest}, of which no more are read
     */
    byte @Nullable [] find(String path, int longest) throws IOException;

    /**
     * A file from its begin on.
     *
     * @throws java.nio.file.NoSuchFileException if there is none
     */
    InputStream open(String path) throws IOException;

    /** Writes a whole file, in place of one that is there. */
    void put(String path, byte[] bytes) throws IOException;

    /** Nothing happens to those that are not there. */
    void delete(Collection<String> paths) throws IOException;

    /** What people call the file. */
    String name(String path);

    @Override
    void close();
}
