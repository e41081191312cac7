package io.tributary.capture.dynamodb.export.read;

import io.tributary.capture.dynamodb.export.find.DataFile;
import io.tributary.capture.dynamodb.export.find.UnusableException;
import io.tributary.store.ObjectStore;
import io.tributary.store.OutsideException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A data file on the local disk, compared with its checksum before the first line of it is read. So no connection is held while
 * Flink takes no rows, and nothing is handed on of a file that is not what the manifest says.
 *
 * <p>Assumes that an opened file may be deleted: it has no name, and is gone when it is closed, even by a kill.
 */
public final class SpooledFile implements AutoCloseable {

    private static final int BUFFER = 1 << 17;

    /** Of a file as it is stored: DynamoDB writes one a partition, and a partition has 10 GB. */
    private static final long LONGEST = 16L << 30;

    private final String name;
    private final DataFile file;
    private final SeekableByteChannel channel;
    private final LineReader lines;
    private long line;

    private SpooledFile(String name, DataFile file, SeekableByteChannel channel, LineReader lines) {
        this.name = name;
        this.file = file;
        this.channel = channel;
        this.lines = lines;
    }

    /**
     * @param offset so many lines are passed over
     * @param isStopped whether to give up
     * @throws UnusableException if the file is missing, or is not as the manifest says
     */
    static SpooledFile fetch(ObjectStore store, DataFile file, long offset, Path folder, BooleanSupplier isStopped)
            throws IOException {
        String name = store.name(file.path());
        Files.createDirectories(folder);
        SeekableByteChannel channel = Files.newByteChannel(
                folder.resolve("tributary-export-" + UUID.randomUUID()),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE);
        try {
            copy(store, file, name, channel, isStopped);
            channel.position(0);
            InputStream stored = new BufferedInputStream(Channels.newInputStream(channel), BUFFER);
            // Of an empty partition DynamoDB may write a file without a byte.
            InputStream in = channel.size() == 0 ? stored : new GZIPInputStream(stored, BUFFER);
            SpooledFile spooled = new SpooledFile(name, file, channel, new LineReader(in));
            spooled.skip(offset);
            return spooled;
        } catch (ZipException | EOFException e) {
            channel.close();
            throw broken(name, 1, e);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static void copy(
            ObjectStore store, DataFile file, String name, SeekableByteChannel channel, BooleanSupplier isStopped)
            throws IOException {
        MessageDigest md5 = md5();
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = store.open(file.path())) {
            long stored = 0;
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                stored += read;
                if (stored > LONGEST) {
                    throw UnusableException.now("The data file " + name + " has more than " + LONGEST
                            + " bytes, which no data file of DynamoDB has: export the table again");
                }
                if (isStopped.getAsBoolean()) {
                    throw new InterruptedIOException("The reader ends");
                }
                md5.update(buffer, 0, read);
                ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, read);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
        } catch (OutsideException e) {
            throw UnusableException.now(e.getMessage() + ", and the manifest of an export names it");
        } catch (NoSuchFileException e) {
            throw UnusableException.now("The data file " + name + " is missing, which the manifest of its export names:"
                    + " copy the export again, or export the table again");
        }
        String found = Base64.getEncoder().encodeToString(md5.digest());
        if (!found.equals(file.md5())) {
            throw UnusableException.now("The data file " + name + " has the checksum " + found
                    + ", and the manifest says " + file.md5() + ": copy the export again, or export the table again");
        }
    }

    public static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has MD5", e);
        }
    }

    private static UnusableException broken(String name, long line, IOException e) {
        return UnusableException.now("The data file " + name + " is broken in line " + line + " (" + e.getMessage()
                + "): copy the export again, or export the table again");
    }

    private void skip(long offset) throws IOException {
        while (line < offset && next()) {
            // Passed over.
        }
    }

    /**
     * True if there is one more line, which {@link #lines} has.
     *
     * @throws UnusableException if the file is broken, or has another number of lines than the manifest says
     */
    boolean next() throws IOException {
        boolean isLine;
        try {
            isLine = lines.next();
        } catch (ZipException | EOFException | UnusableException e) {
            throw broken(name, line + 1, e);
        }
        if (isLine && line < file.items()) {
            line++;
            return true;
        }
        if (isLine) {
            throw UnusableException.now(
                    "The data file " + name + ", line " + (line + 1) + ": the manifest says that it has " + file.items()
                            + " items, and there are more: export the table again");
        }
        if (line != file.items()) {
            throw UnusableException.now("The data file " + name + " has " + line + " items, and the manifest says "
                    + file.items() + ": export the table again");
        }
        return false;
    }

    LineReader lines() {
        return lines;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
