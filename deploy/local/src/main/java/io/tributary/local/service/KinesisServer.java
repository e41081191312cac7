package io.tributary.local.service;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A Kinesis endpoint: kinesalite in Node, which speaks JSON only, so that its clients need {@code aws.cborEnabled=false}.
 * Its records are in memory.
 */
public final class KinesisServer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration INSTALLATION = Duration.ofMinutes(3);

    private final Child process;
    private final AwsEndpoint endpoint;

    private KinesisServer(Child process, AwsEndpoint endpoint) {
        this.process = process;
        this.endpoint = endpoint;
    }

    /** {@code packages} holds package.json and its lock file; what they name is installed there if it is not yet. */
    public static KinesisServer start(Guard guard, Path packages, Path folder) throws Exception {
        install(guard, packages, folder);
        int port = Waiting.freePort();
        Child process = Child.start(
                guard,
                "kinesalite",
                folder.resolve("kinesis.log"),
                Map.of(),
                List.of("node", packages.resolve("server.js").toString(), String.valueOf(port)));
        KinesisServer server = new KinesisServer(process, AwsEndpoint.kinesis(URI.create("http://127.0.0.1:" + port)));
        try {
            Waiting.until("Kinesis answers", PATIENCE, () -> {
                process.checkAlive();
                return server.request("ListStreams", "{}").contains("StreamNames");
            });
            return server;
        } catch (Exception e) {
            process.close();
            throw e;
        }
    }

    private static void install(Guard guard, Path packages, Path folder) throws IOException, InterruptedException {
        Path installed = packages.resolve("node_modules/.package-lock.json");
        Path lock = packages.resolve("package-lock.json");
        if (Files.exists(installed)
                && Files.getLastModifiedTime(installed).compareTo(Files.getLastModifiedTime(lock)) >= 0) {
            return;
        }
        List<String> command = List.of(
                "npm", "ci", "--prefix=" + packages, "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund");
        try (Child npm = Child.start(guard, "npm", folder.resolve("npm.log"), Map.of(), command)) {
            if (npm.await(INSTALLATION) != 0) {
                throw new IOException("npm could not install what " + lock + " names:\n" + npm.output());
            }
        }
    }

    public URI endpoint() {
        return endpoint.address();
    }

    public void createStream(String name, int shards) throws Exception {
        createStream(endpoint, name, shards);
    }

    /** In a Kinesis that someone else has started. */
    public static void createStream(AwsEndpoint kinesis, String name, int shards) throws Exception {
        kinesis.request("CreateStream", "{\"StreamName\":\"" + name + "\",\"ShardCount\":" + shards + "}");
        Waiting.until(
                "the stream " + name + " is active",
                PATIENCE,
                () -> kinesis.request("DescribeStreamSummary", "{\"StreamName\":\"" + name + "\"}")
                        .contains("\"ACTIVE\""));
    }

    public String request(String action, String body) throws IOException, InterruptedException {
        return endpoint.request(action, body);
    }

    @Override
    public void close() {
        process.close();
    }
}
