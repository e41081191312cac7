package io.tributary.local.demo;

import io.tributary.command.Verifier;
import io.tributary.command.verify.Outcome;
import io.tributary.local.service.AwsEndpoint;
import io.tributary.local.service.Built;
import io.tributary.local.service.FlinkCluster;
import io.tributary.local.service.Guard;
import io.tributary.local.service.KinesisServer;
import io.tributary.local.service.PostgresServer;
import io.tributary.local.service.PostgresServer.Login;
import io.tributary.local.service.PostgresServer.Passwords;
import io.tributary.local.service.dynamodb.Dynamo;
import io.tributary.local.service.dynamodb.DynamoServer;
import io.tributary.local.service.dynamodb.FullExport;
import io.tributary.local.service.dynamodb.Positions;
import io.tributary.local.service.dynamodb.StreamBridge;
import io.tributary.local.service.dynamodb.StreamedTable;
import io.tributary.local.service.kafka.DebeziumConnector;
import io.tributary.local.service.kafka.KafkaBroker;
import io.tributary.local.shop.Carts;
import io.tributary.local.shop.Shop;
import io.tributary.local.verify.Ends;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.flink.configuration.MemorySize;
import org.jspecify.annotations.Nullable;

/**
 * All that the job needs, on one machine: the sources, Kinesis, a PostgreSQL that stands in for Redshift and holds the
 * Iceberg catalog, Flink, and the settings file that names them.
 */
final class Laptop implements AutoCloseable {

    static final String STREAM = "shop-changes";

    /** What DynamoDB's changes come by. */
    static final String ITEM_STREAM = "shop-items";

    /** All has arrived by then, as far as can be known. */
    private static final Duration COMPARISON = Duration.ofSeconds(20);

    private static final int SLOTS = 2;
    private static final int SHARDS = 2;

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final Path home;
    private final Path folder;
    private final Source source;
    private final Guard guard;
    private final Login shop;
    private final @Nullable KafkaBroker broker;
    private final @Nullable Dynamo dynamo;
    private final KinesisServer kinesis;
    private final FlinkCluster flink;
    private final DemoSettings settings;
    private @Nullable StreamBridge items;

    private Laptop(Path home, Path folder, Source source) throws Exception {
        this.home = home;
        this.folder = folder;
        this.source = source;
        try {
            guard = opened(Guard.start());
            shop = opened(PostgresServer.start(guard, folder.resolve("shop")))
                    .create("shop", "shop", "open-" + folder.hashCode(), Passwords.SCRAM);
            PostgresServer warehouses = opened(PostgresServer.start(guard, folder.resolve("warehouse")));
            Login warehouse = warehouses.create("warehouse", "analyst", "sesame-" + folder.hashCode(), Passwords.MD5);
            Login catalog = warehouses.create("lake", warehouse.username(), warehouse.password());
            kinesis = opened(KinesisServer.start(guard, home.resolve("deploy/local/kinesis"), folder));
            kinesis.createStream(STREAM, SHARDS);
            broker = source.byTopic().isEmpty()
                    ? null
                    : opened(KafkaBroker.start(guard, folder.resolve("kafka"), Built.kafka(home)));
            dynamo = source.hasCarts()
                    ? opened(DynamoServer.start(guard, folder, Built.dynamodb(home)))
                            .dynamo()
                    : null;
            flink = opened(FlinkCluster.start(
                    guard, folder.resolve("flink"), Built.flink(home), SLOTS, MemorySize.ofMebiBytes(2200)));
            settings = new DemoSettings(folder, source);
            settings.postgres(shop);
            if (broker != null) {
                settings.kafka(broker.address(), Shop.NAME);
            }
            if (dynamo != null) {
                settings.dynamo(dynamo.address(), kinesis.endpoint());
            }
            settings.targets(warehouse, catalog, kinesis.endpoint());
            settings.write(home);
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    /** {@code home} is the project's folder, {@code folder} takes all that is written. */
    static Laptop start(Path home, Path folder, Source source) throws Exception {
        return new Laptop(home.toAbsolutePath().normalize(), folder.toAbsolutePath(), source);
    }

    private <T extends AutoCloseable> T opened(T service) {
        opened.push(service);
        return service;
    }

    void fill() throws Exception {
        fill(Shop.ORDERS);
    }

    /** Makes the shop, with so many orders at first, and lets flow what brings its changes to the job. */
    void fill(long orders) throws Exception {
        if (source.hasShop()) {
            try (Connection connection = shop.connect()) {
                Shop.create(connection, orders);
                if (source.byTopic().contains(Shop.RENUMBERED)) {
                    // Debezium leaves large values out of the row under its new key, where nobody knows them.
                    try (Statement statement = connection.createStatement()) {
                        statement.execute("ALTER TABLE " + Shop.qualified(Shop.RENUMBERED) + " REPLICA IDENTITY FULL");
                    }
                }
            }
        }
        if (broker != null) {
            opened(DebeziumConnector.start(
                    guard,
                    folder.resolve("debezium"),
                    Built.kafka(home),
                    broker,
                    shop,
                    Shop.NAME,
                    source.byTopic().stream().map(Shop::qualified).toList()));
        }
        if (dynamo != null) {
            Carts.create(dynamo);
            kinesis.createStream(ITEM_STREAM, SHARDS);
            items = opened(StreamBridge.start(
                    dynamo, AwsEndpoint.kinesis(kinesis.endpoint()), ITEM_STREAM, Carts.TABLES, 1, Positions.NOWHERE));
        }
    }

    /**
     * Exports DynamoDB's tables as they are now. The stream has begun before, but after the tables were filled: what nobody
     * changed since then is in the exports alone.
     */
    void export() throws IOException, InterruptedException {
        if (dynamo != null) {
            AwsEndpoint endpoint = AwsEndpoint.dynamo(dynamo.address());
            for (StreamedTable table : Carts.TABLES) {
                FullExport.write(endpoint, table.name(), settings.exports());
            }
        }
    }

    Source source() {
        return source;
    }

    Login shop() {
        return shop;
    }

    @Nullable
    Dynamo dynamo() {
        return dynamo;
    }

    /** What brings DynamoDB's changes into Kinesis, once the shop is filled. */
    @Nullable
    StreamBridge items() {
        return items;
    }

    KinesisServer kinesis() {
        return kinesis;
    }

    FlinkCluster flink() {
        return flink;
    }

    /** What the job and every command is given. */
    Path settings() {
        return settings.file();
    }

    /** Every output as the source has it, with what Iceberg and the warehouse have. */
    List<Outcome> compare() throws Exception {
        Path database = settings.database();
        return Verifier.compareAll(
                settings.file().toString(), database == null ? null : database.toString(), COMPARISON);
    }

    /** The two ends of the pipeline. */
    Ends ends() throws IOException {
        return Ends.of(settings.file(), settings.database());
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
