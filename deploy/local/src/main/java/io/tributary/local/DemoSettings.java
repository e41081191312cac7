package io.tributary.local;

import io.tributary.local.PostgresServer.Login;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Writes the settings file of the demo. Passwords are in files of their own, which only their owner reads. */
final class DemoSettings {

    private final Path folder;
    private final Path sql;

    DemoSettings(Path folder, Path sql) {
        this.folder = folder;
        this.sql = sql;
    }

    Path write(Login shop, Login warehouse, Login catalog, URI kinesis) throws IOException {
        return Files.writeString(folder.resolve("demo.yaml"), """
                # What a cluster would get; only the addresses are the demo's own.
                postgres:
                  hostname: 127.0.0.1
                  port: %d
                  database: %s
                  username: %s
                  password: "%s"
                  tables: [public.customers, public.products, public.orders, public.order_lines]
                  slot: tributary_demo
                  publication: tributary_demo

                sql:
                  directory: "%s"
                  pass-through: [customers, products, orders, order_lines]

                iceberg:
                  namespace: shop
                  catalog:
                    type: jdbc
                    uri: "%s"
                    jdbc.user: %s
                    jdbc.password: "%s"
                    jdbc.schema-version: V1
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

                tables:
                  order_lines:
                    redshift:
                      distribution-key: order_id
                      sort-keys: [order_id, line]

                flink:
                  execution.checkpointing.interval: 5 s
                """.formatted(
                        shop.port(),
                        shop.database(),
                        shop.username(),
                        secret("shop-password", shop.password()),
                        sql,
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
    }

    /** A reference to the secret. */
    private String secret(String name, String value) throws IOException {
        Path file = Files.createDirectories(folder.resolve("secrets")).resolve(name);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, value);
        return "file:" + file;
    }
}
