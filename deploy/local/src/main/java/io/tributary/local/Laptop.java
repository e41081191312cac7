package io.tributary.local;

import io.tributary.local.PostgresServer.Login;
import io.tributary.local.PostgresServer.Passwords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.flink.configuration.MemorySize;

/**
 * All that the job needs, on one machine: the source, Kinesis, a PostgreSQL that stands in for Redshift and holds the
 * Iceberg catalog, Flink, and the settings file that names them.
 */
final class Laptop implements AutoCloseable {

    static final String STREAM = "shop-changes";

    private static final int SLOTS = 2;
    private static final int SHARDS = 2;

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final Path folder;
    private final Guard guard;
    private final Login shop;
    private final KinesisServer kinesis;
    private final FlinkCluster flink;
    private final Path settings;

    private Laptop(Path home, Path folder) throws Exception {
        this.folder = folder;
        try {
            guard = opened(Guard.start());
            shop = opened(PostgresServer.start(guard, folder.resolve("shop")))
                    .create("shop", "shop", "open-" + folder.hashCode(), Passwords.SCRAM);
            PostgresServer warehouses = opened(PostgresServer.start(guard, folder.resolve("warehouse")));
            Login warehouse = warehouses.create("warehouse", "analyst", "sesame-" + folder.hashCode(), Passwords.MD5);
            Login catalog = warehouses.create("lake", warehouse.username(), warehouse.password());
            kinesis = opened(KinesisServer.start(guard, home.resolve("deploy/local/kinesis"), folder));
            kinesis.createStream(STREAM, SHARDS);
            flink = opened(FlinkCluster.start(
                    guard,
                    folder.resolve("flink"),
                    Files.readString(home.resolve("deploy/local/flink/target/classpath")),
                    SLOTS,
                    MemorySize.ofMebiBytes(2200)));
            settings =
                    new DemoSettings(folder, home.resolve("sql")).write(shop, warehouse, catalog, kinesis.endpoint());
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    /** {@code home} is the project's folder, {@code folder} takes all that is written. */
    static Laptop start(Path home, Path folder) throws Exception {
        return new Laptop(home.toAbsolutePath().normalize(), folder.toAbsolutePath());
    }

    private <T extends AutoCloseable> T opened(T service) {
        opened.push(service);
        return service;
    }

    Login shop() {
        return shop;
    }

    KinesisServer kinesis() {
        return kinesis;
    }

    FlinkCluster flink() {
        return flink;
    }

    /** What the job and every command is given. */
    Path settings() {
        return settings;
    }

    Path folder() {
        return folder;
    }

    /** What was started last is ended first. */
    @Override
    public void close() throws IOException {
        IOException failure = null;
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                failure = failure == null ? new IOException("Not everything could be stopped") : failure;
                failure.addSuppressed(e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
