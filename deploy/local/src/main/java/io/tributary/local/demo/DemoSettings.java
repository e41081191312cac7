package io.tributary.local.demo;

import io.tributary.local.service.PostgresServer.Login;
import io.tributary.local.service.dynamodb.StreamedTable;
import io.tributary.local.shop.Carts;
import io.tributary.local.shop.Shop;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes the settings file of the demo. Passwords are in files of their own, which only their owner reads. */
final class DemoSettings {

    private final Path folder;
    private final Source source;
    private final List<String> sections = new ArrayList<>();
    private final List<String> tables = new ArrayList<>();
    private final List<String> outputs = new ArrayList<>();
    private @Nullable Path database;

    DemoSettings(Path folder, Source source) {
        this.folder = folder;
        this.source = source;
    }

    /** What the job is given. */
    Path file() {
        return folder.resolve("demo.yaml");
    }

    /** What verify is given besides, where topics hide from which database they come. */
    @Nullable
    Path database() {
        return database;
    }

    /** Where exports of DynamoDB's tables are. */
    Path exports() {
        return folder.resolve("exports");
    }

    void postgres(Login shop) throws IOException {
        String section =
                """
                postgres:
                  hostname: 127.0.0.1
                  port: %d
                  database: %s
                  username: %s
                  password: "%s"
                  tables: [%%s]
                """.formatted(shop.port(), shop.database(), shop.username(), secret("shop-password", shop.password()));
        if (!source.bySlot().isEmpty()) {
            sections.add(section.formatted(qualified(source.bySlot())) + """
                      slot: tributary_demo
                      publication: tributary_demo
                    """);
            outputs.addAll(source.bySlot());
        }
        if (!source.byTopic().isEmpty()) {
            database = Files.writeString(folder.resolve("database.yaml"), section.formatted(qualified(Shop.TABLES)));
        }
    }

    void kafka(String broker, String prefix) {
        List<String> topics = source.byTopic().stream()
                .map(table -> prefix + "." + Shop.qualified(table) + "=" + table)
                .toList();
        sections.add("""
                kafka:
                  bootstrap-servers: "%s"
                  topics: [%s]
                """.formatted(broker, String.join(", ", topics)));
        outputs.addAll(source.byTopic());
    }

    void dynamo(URI dynamo, URI kinesis) throws IOException {
        List<String> names = Carts.TABLES.stream().map(StreamedTable::name).toList();
        sections.add("""
                dynamodb:
                  tables: [%s]
                  stream: %s
                  kinesis-client:
                    aws.region: us-east-1
                    aws.endpoint: "%s"
                    aws.credentials.provider: BASIC
                    aws.credentials.provider.basic.accesskeyid: local
                    aws.credentials.provider.basic.secretkey: "%s"
                  client:
                    aws.endpoint: "%s"
                  exports:
                    location: "%s"
                """.formatted(
                        String.join(", ", names),
                        Laptop.ITEM_STREAM,
                        kinesis,
                        secret("item-stream-secret-key", "local"),
                        dynamo,
                        Files.createDirectories(exports())));
        // What SQL files read has to be known before the first item; all else is found from the items.
        tables.add("""
                  carts:
                    dynamodb:
                      columns:
                        customer_id: BIGINT
                        status: STRING
                        total: DECIMAL(12, 2)
                """);
        outputs.addAll(names);
    }

    void targets(Login warehouse, Login catalog, URI kinesis) throws IOException {
        sections.add("""
                iceberg:
                  namespace: shop
                  catalog:
                    type: jdbc
                    uri: "%s"
                    jdbc.user: %s
                    jdbc.password: "%s"
                    jdbc.schema-version: V1
                    io-impl: io.tributary.sink.iceberg.LocalFileIO
                    warehouse: "%s"

                kinesis:
                  stream: %s
                  client:
                    aws.region: us-east-1
                    aws.endpoint: "%s"
                    aws.http.protocol.version: HTTP1_1
                    aws.credentials.provider: BASIC
                    aws.credentials.provider.basic.accesskeyid: local
                    aws.credentials.provider.basic.secretkey: "%s"

                redshift:
                  url: "%s"
                  username: %s
                  password: "%s"
                  schema: public
                  dialect: postgres
                  merge-interval: 3 s
                  merge-interval-idle: 3 s
                """.formatted(
                        catalog.url(),
                        catalog.username(),
                        secret("catalog-password", catalog.password()),
                        Files.createDirectories(folder.resolve("lake")).toUri(),
                        Laptop.STREAM,
                        kinesis,
                        secret("kinesis-secret-key", "local"),
                        warehouse.url().replace("jdbc:postgresql:", "jdbc:redshift:"),
                        warehouse.username(),
                        secret("warehouse-password", warehouse.password())));
        if (outputs.contains("order_lines")) {
            tables.add("""
                      order_lines:
                        redshift:
                          distribution-key: order_id
                          sort-keys: [order_id, line]
                    """);
        }
        sections.add("tables:\n" + String.join("", tables));
        sections.add("""
                flink:
                  execution.checkpointing.interval: 5 s
                """);
    }

    /** {@code home} is the project's folder, whose SQL files are used. */
    void write(Path home) throws IOException {
        String directory = source.hasShop() ? "  directory: \"" + sql(home) + "\"\n" : "";
        sections.add("sql:\n" + directory + "  pass-through: [" + String.join(", ", outputs) + "]\n");
        Files.writeString(
                file(),
                "# What a cluster would get; only the addresses are the demo's own.\n" + String.join("\n", sections));
    }

    /** The project's own, and those of the demo where the tables that they read are there. */
    private Path sql(Path home) throws IOException {
        if (!source.hasCarts()) {
            return home.resolve("sql");
        }
        Path all = Files.createDirectories(folder.resolve("sql"));
        for (Path files : List.of(home.resolve("sql"), home.resolve("deploy/local/sql"))) {
            try (Stream<Path> paths = Files.list(files)) {
                for (Path path : paths.toList()) {
                    Files.copy(path, all.resolve(path.getFileName()));
                }
            }
        }
        return all;
    }

    private static String qualified(List<String> tables) {
        return String.join(", ", tables.stream().map(Shop::qualified).toList());
    }

    /** A reference to the secret. */
    private String secret(String name, String value) throws IOException {
        Path file = Files.createDirectories(folder.resolve("secrets")).resolve(name);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, value);
        return "file:" + file;
    }
}
