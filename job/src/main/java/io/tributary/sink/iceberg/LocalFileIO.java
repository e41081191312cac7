package io.tributary.sink.iceberg;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.SeekableInputStream;

/**
 * The files of a warehouse that is a folder of this machine, for {@code iceberg.catalog.io-impl}. Iceberg's HadoopFileIO would do,
 * but Hadoop's local file system starts a process for each file that it writes, to set its permissions (RawLocalFileSystem,
 * 3.4.2).
 *
 * <p>A location is a path with or without {@code file:} in front, and is taken as it is: nothing in it is decoded. Files are as
 * others find them by HadoopFileIO, but for the checksums that Hadoop writes beside them.
 */
public final class LocalFileIO implements FileIO {

    private static final long serialVersionUID = 1L;

    private static final String SCHEME = "file:";
    private static final int BUFFER = 1 << 16;

    /** Iceberg makes it by name. */
    public LocalFileIO() {}

    @Override
    public InputFile newInputFile(String location) {
        return new LocalInput(location);
    }

    @Override
    public OutputFile newOutputFile(String location) {
        return new LocalOutput(location);
    }

    @Override
    public void deleteFile(String location) {
        try {
            Files.deleteIfExists(path(location));
        } catch (IOException e) {
            throw new UncheckedIOException("Could not delete " + location, e);
        }
    }

    private static Path path(String location) {
        if (!location.startsWith(SCHEME)) {
            if (location.contains("://")) {
                throw new IllegalArgumentException(
                        location + " is not on this machine: set iceberg.catalog.io-impl to an implementation for "
                                + location.substring(0, location.indexOf("://")));
            }
            return Path.of(location);
        }
        return Path.of(location.substring(SCHEME.length()).replaceFirst("^///", "/"));
    }

    private static final class LocalInput implements InputFile {

        private final String location;

        private LocalInput(String location) {
            this.location = location;
        }

        @Override
        public long getLength() {
            return file().getLength();
        }

        @Override
        public SeekableInputStream newStream() {
            return file().newStream();
        }

        private InputFile file() {
            return org.apache.iceberg.Files.localInput(path(location).toFile());
        }

        @Override
        public String location() {
            return location;
        }

        @Override
        public boolean exists() {
            return Files.exists(path(location));
        }
    }

    private static final class LocalOutput implements OutputFile {

        private final String location;

        private LocalOutput(String location) {
            this.location = location;
        }

        @Override
        public PositionOutputStream create() {
            return open(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        }

        @Override
        public PositionOutputStream createOrOverwrite() {
            return open(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        }

        private PositionOutputStream open(OpenOption... options) {
            Path path = path(location);
            try {
                Path folder = path.getParent();
                if (folder != null) {
                    Files.createDirectories(folder);
                }
                return new Stream(new BufferedOutputStream(Files.newOutputStream(path, options), BUFFER));
            } catch (FileAlreadyExistsException e) {
                throw new AlreadyExistsException(e, "There is a file %s already", location);
            } catch (IOException e) {
                throw new UncheckedIOException("Could not write " + location, e);
            }
        }

        @Override
        public String location() {
            return location;
        }

        @Override
        public InputFile toInputFile() {
            return new LocalInput(location);
        }
    }

    private static final class Stream extends PositionOutputStream {

        private final OutputStream out;
        private long position;

        private Stream(OutputStream out) {
            this.out = out;
        }

        @Override
        public long getPos() {
            return position;
        }

        @Override
        public void write(int value) throws IOException {
            out.write(value);
            position++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            position += length;
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
