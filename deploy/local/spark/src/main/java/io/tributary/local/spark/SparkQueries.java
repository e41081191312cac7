package io.tributary.local.spark;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Runs each file {@code <name>.sql} of a folder, one query a file, whose columns are strings, and writes what it finds to
 * {@code <name>.rows}: of each value the number of its bytes in UTF-8, -1 for NULL, and the bytes.
 *
 * <p>The catalog's name is {@code tributary}, as the job calls it: a JDBC catalog has its tables by that name.
 */
final class SparkQueries {

    private SparkQueries() {}

    /** The catalog's URL with user and password, its warehouse, the folder. */
    public static void main(String[] arguments) throws IOException {
        String lake = "spark.sql.catalog.tributary";
        try (SparkSession spark = SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", false)
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.sql.session.timeZone", "UTC")
                .config("spark.sql.shuffle.partitions", 2)
                .config(lake, "org.apache.iceberg.spark.SparkCatalog")
                .config(lake + ".type", "jdbc")
                .config(lake + ".uri", arguments[0])
                .config(lake + ".jdbc.schema-version", "V1")
                .config(lake + ".warehouse", arguments[1])
                .getOrCreate()) {
            for (Path file : queries(Path.of(arguments[2]))) {
                Iterator<Row> rows = spark.sql(Files.readString(file)).toLocalIterator();
                try (DataOutputStream out = rows(file)) {
                    while (rows.hasNext()) {
                        Row row = rows.next();
                        for (int i = 0; i < row.length(); i++) {
                            write(row.getString(i), out);
                        }
                    }
                }
            }
        }
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
