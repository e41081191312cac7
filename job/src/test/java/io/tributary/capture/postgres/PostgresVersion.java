package io.tributary.capture.postgres;

import static java.util.Objects.requireNonNull;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.embedded.PgBinaryResolver;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A version of PostgreSQL, whose servers tests may start: the one that the build comes with, or one of those that the profile
 * {@code postgres-versions} puts into a folder.
 */
public final class PostgresVersion {

    private static final Path FOLDER = Path.of("target/postgres");
    private static final Map<Integer, PostgresVersion> OTHERS = new ConcurrentHashMap<>();

    /** Of all servers for which a test does not say another one: by the system property, or else the one of the build. */
    public static final PostgresVersion OF_TESTS = ofTests(System.getProperty("postgres.version", ""));

    private final PgBinaryResolver programs;

    private PostgresVersion(PgBinaryResolver programs) {
        this.programs = programs;
    }

    private static PostgresVersion ofTests(String chosen) {
        return chosen.isEmpty()
                ? new PostgresVersion(DefaultPostgresBinaryResolver.INSTANCE)
                : of(Integer.parseInt(chosen));
    }

    /** Fails if it {@link #isThere} not. */
    public static PostgresVersion of(int major) {
        return OTHERS.computeIfAbsent(major, number -> {
            Path archive = requireNonNull(archive(number), () -> "PostgreSQL " + number + " is not in " + FOLDER);
            return new PostgresVersion((system, hardware) -> programs(archive));
        });
    }

    /** Whether the profile has put it there. */
    public static boolean isThere(int major) {
        return archive(major) != null;
    }

    private static @Nullable Path archive(int major) {
        if (!Files.isDirectory(FOLDER)) {
            return null;
        }
        try (DirectoryStream<Path> found = Files.newDirectoryStream(FOLDER, "*-" + major + ".*.jar")) {
            Iterator<Path> archives = found.iterator();
            return archives.hasNext() ? archives.next() : null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is packed in the archive; there is nothing else in it. */
    private static InputStream programs(Path archive) throws IOException {
        ZipInputStream in = new ZipInputStream(Files.newInputStream(archive));
        for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
            if (entry.getName().endsWith(".txz")) {
                return in;
            }
        }
        throw new IOException("No PostgreSQL is in " + archive);
    }

    EmbeddedPostgres.Builder server() {
        return EmbeddedPostgres.builder().setPgBinaryResolver(programs);
    }
}
