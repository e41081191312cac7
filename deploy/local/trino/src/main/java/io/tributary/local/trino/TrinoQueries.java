package io.tributary.local.trino;

import static io.trino.testing.TestingSession.testSessionBuilder;

import io.trino.Session;
import io.trino.plugin.iceberg.IcebergPlugin;
import io.trino.spi.type.TimeZoneKey;
import io.trino.testing.LocalQueryRunner;
import io.trino.testing.MaterializedRow;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Runs each file {@code <name>.sql} of a folder, one query a file, whose columns are strings, and writes what it finds to
 * {@code <name>.rows}: of each value the number of its bytes in UTF-8, -1 for NULL, and the bytes.
 *
 * <p>The catalog's name is {@code tributary}, as the job calls it: a JDBC catalog has its tables by that name.
 */
final class TrinoQueries {

    private TrinoQueries() {}

    /** The catalog's URL with user and password, its warehouse, the folder. */
    public static void main(String[] arguments) throws IOException {
        Session session = testSessionBuilder()
                .setCatalog("tributary")
                .setTimeZoneKey(TimeZoneKey.UTC_KEY)
                .build();
        try (LocalQueryRunner trino = LocalQueryRunner.create(session)) {
            trino.installPlugin(new IcebergPlugin());
            trino.createCatalog(
                    "tributary",
                    "iceberg",
                    Map.of(
                            "iceberg.catalog.type", "jdbc",
                            "iceberg.jdbc-catalog.connection-url", arguments[0],
                            "iceberg.jdbc-catalog.catalog-name", "tributary",
                            "iceberg.jdbc-catalog.default-warehouse-dir", arguments[1]));
            for (Path file : queries(Path.of(arguments[2]))) {
                try (DataOutputStream out = rows(file)) {
                    for (MaterializedRow row : trino.execute(Files.readString(file))) {
                        for (Object value : row.getFields()) {
                            write((String) value, out);
                        }
                    }
                }
            }
        }
        // Threads of its own would keep it alive.
        System.exit(0);
    }

    private static List<Path> queries(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".sql")).sorted().toList();
        }
    }

    private static DataOutputStream rows(Path query) throws IOException {
        String name = query.getFileName().toString().replaceFirst("sql$", "rows");
        return new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(query.resolveSibling(name))));
    }

    private static void write(String value, DataOutputStream out) throws IOException {
        byte[] bytes = value == null ? new byte[0] : value.getBytes(StandardCharsets.UTF_8);
        out.writeInt(value == null ? -1 : bytes.length);
        out.write(bytes);
    }
}
