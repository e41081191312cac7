package io.tributary.sink.iceberg;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.SeekableInputStream;

/** Files of this machine, and how many requests an object store would have had of all that are open in this JVM. */
public final class CountingFileIO implements FileIO {

    private static final long serialVersionUID = 1L;

    private static final AtomicLong PUTS = new AtomicLong();
    private static final AtomicLong GETS = new AtomicLong();
    private static final AtomicLong BYTES_OUT = new AtomicLong();

    private final LocalFileIO files = new LocalFileIO();

    /** Iceberg makes it by name. */
    public CountingFileIO() {}

    /** Requests and bytes. */
    record Count(long puts, long gets, long bytesOut) {
        static Count now() {
            return new Count(PUTS.get(), GETS.get(), BYTES_OUT.get());
        }

        Count since(Count before) {
            return new Count(puts - before.puts, gets - before.gets, bytesOut - before.bytesOut);
        }

        long requests() {
            return puts + gets;
        }

        /** Of one of so many. */
        String each(int of) {
            return String.format(
                    Locale.ROOT,
                    "%.1f PUT, %.1f GET, %.0f KB out",
                    puts / (double) of,
                    gets / (double) of,
                    bytesOut / 1000.0 / of);
        }
    }

    @Override
    public InputFile newInputFile(String location) {
        InputFile file = files.newInputFile(location);
        return new InputFile() {
            @Override
            public long getLength() {
                return file.getLength();
            }

            @Override
            public SeekableInputStream newStream() {
                GETS.incrementAndGet();
                return file.newStream();
            }

            @Override
            public String location() {
                return file.location();
            }

            @Override
            public boolean exists() {
                return file.exists();
            }
        };
    }

    @Override
    public OutputFile newOutputFile(String location) {
        OutputFile file = files.newOutputFile(location);
        return new OutputFile() {
            @Override
            public PositionOutputStream create() {
                return counted(file.create());
            }

            @Override
            public PositionOutputStream createOrOverwrite() {
                return counted(file.createOrOverwrite());
            }

            @Override
            public String location() {
                return file.location();
            }

            @Override
            public InputFile toInputFile() {
                return newInputFile(location());
            }
        };
    }

    private static PositionOutputStream counted(PositionOutputStream stream) {
        PUTS.incrementAndGet();
        return new PositionOutputStream() {
            @Override
            public long getPos() throws IOException {
                return stream.getPos();
            }

            @Override
            public void write(int value) throws IOException {
                BYTES_OUT.incrementAndGet();
                stream.write(value);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                BYTES_OUT.addAndGet(length);
                stream.write(bytes, offset, length);
            }

            @Override
            public void flush() throws IOException {
                stream.flush();
            }

            @Override
            public void close() throws IOException {
                stream.close();
            }
        };
    }

    @Override
    public void deleteFile(String location) {
        files.deleteFile(location);
    }
}
