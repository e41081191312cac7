package io.tributary.local.benchmark.contender;

import io.tributary.local.service.Built;
import io.tributary.local.service.Child;
import io.tributary.local.service.FlinkCluster;
import io.tributary.local.service.Guard;
import io.tributary.local.service.KinesisServer;
import io.tributary.local.service.PostgresServer;
import io.tributary.local.service.PostgresServer.Login;
import io.tributary.local.service.PostgresServer.Passwords;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.configuration.MemorySize;
import org.jspecify.annotations.Nullable;

/**
 * Where the contenders compete: one source, one Iceberg catalog, and Flink as each of them gets it.
 *
 * <p>The source does nothing by itself meanwhile: no autovacuum, and its checkpoints are an hour apart.
 */
public final class Bench implements AutoCloseable {

    public static final int SLOTS = 2;
    public static final String COMMITS = "10 s";

    private static final Map<String, String> SOURCE = Map.of(
            "max_replication_slots", "60",
            "max_wal_senders", "60",
            "max_connections", "200",
            "autovacuum", "off",
            "checkpoint_timeout", "1h",
            "max_wal_size", "32GB",
            "shared_buffers", "1GB");

    private final Path home;
    private final Path folder;
    private final MemorySize taskManagerMemory;
    private final boolean sharesFlink;
    private final Map<String, String> flink;
    private final Guard guard;
    private final PostgresServer sourceServer;
    private final Login source;
    private final Lake lake;
    private @Nullable FlinkCluster shared;

    /**
     * @param home the project's folder
     * @param folder takes all that is written
     * @param sharesFlink whether one Flink serves all contenders, one after the other, rather than each phase of each
     *     getting fresh processes
     * @param flink settings of Flink, above those that are made here
     */
    public Bench(Path home, Path folder, MemorySize taskManagerMemory, boolean sharesFlink, Map<String, String> flink)
            throws Exception {
        this.home = home;
        this.folder = folder;
        this.taskManagerMemory = taskManagerMemory;
        this.sharesFlink = sharesFlink;
        this.flink = Map.copyOf(flink);
        this.guard = Guard.start();
        this.sourceServer = PostgresServer.start(guard, folder.resolve("source"), SOURCE);
        this.source = sourceServer.create("bench", "bench", "bench-" + folder.hashCode(), Passwords.SCRAM);
        this.lake = new Lake(Files.createDirectories(folder.resolve("lake")));
    }

    public Login source() {
        return source;
    }

    public Lake lake() {
        return lake;
    }

    public Path folder() {
        return folder;
    }

    public List<Long> sourcePids() {
        return List.of(sourceServer.pid());
    }

    /** The jar that is shipped. */
    Path jobJar() throws IOException {
        return Built.jobJar(home);
    }

    /** What the contenders' own jobs are loaded from, beside the jar that is shipped. */
    Path contenderClasses() {
        return home.resolve("deploy/local/target/classes");
    }

    /** The driver that flink-connector-postgres-cdc needs where it runs by itself. */
    Path connectorDriver() {
        return home.resolve("deploy/local/target/connector-driver/postgresql.jar");
    }

    /** Runs a client on this module's classpath until it ends; it may be asked for its process meanwhile. */
    Child client(Path log, String main, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                main));
        command.addAll(arguments);
        return Child.start(guard, main, log, Map.of(), command);
    }

    /** Another PostgreSQL server, beside the source. */
    public PostgresServer server(Path at) throws IOException {
        return PostgresServer.start(guard, at);
    }

    public KinesisServer kinesis(Path at) throws Exception {
        return KinesisServer.start(guard, home.resolve("deploy/local/kinesis"), at);
    }

    /** Flink that nobody shares, with settings of its own. */
    FlinkCluster flink(Path attempt, Map<String, String> settings) throws Exception {
        return start(attempt.resolve("flink"), settings);
    }

    /** Flink for one phase of one contender. */
    FlinkLease flink(Path attempt) throws Exception {
        if (!sharesFlink) {
            FlinkCluster own = start(attempt.resolve("flink"), Map.of());
            return new FlinkLease(own, own::close);
        }
        FlinkCluster all = shared;
        if (all == null) {
            all = start(folder.resolve("flink"), Map.of());
            shared = all;
        }
        return new FlinkLease(all, () -> {});
    }

    private FlinkCluster start(Path at, Map<String, String> more) throws Exception {
        Map<String, String> settings = new HashMap<>();
        settings.put("execution.checkpointing.interval", COMMITS);
        settings.put("restart-strategy.type", "none");
        settings.put("taskmanager.memory.managed.fraction", "0.4");
        settings.put("taskmanager.memory.jvm-metaspace.size", sharesFlink ? "1g" : "512m");
        settings.put("metrics.fetcher.update-interval", "200");
        // What Flink says of a job is never older than this.
        settings.put("web.refresh-interval", "100");
        settings.put("rest.cache.checkpoint-statistics.timeout", "100 ms");
        settings.putAll(more);
        settings.putAll(flink);
        String lib = Built.flink(home);
        return FlinkCluster.start(guard, at, lib + File.pathSeparator + hadoop(), SLOTS, taskManagerMemory, settings);
    }

    /** Flink SQL wants Hadoop beside Flink for Iceberg's catalogs; our job brings its own. */
    private static String hadoop() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(path -> path.contains("hadoop-client-"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    @Override
    public void close() throws IOException {
        FlinkCluster all = shared;
        if (all != null) {
            all.close();
        }
        lake.close();
        sourceServer.close();
        guard.close();
    }
}
