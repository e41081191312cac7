package io.tributary.local.benchmark;

import io.tributary.local.benchmark.contender.Bench;
import io.tributary.local.service.KinesisServer;
import io.tributary.local.service.PostgresServer;
import io.tributary.local.service.PostgresServer.Login;
import io.tributary.local.service.PostgresServer.Passwords;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** A Kinesis endpoint, and the PostgreSQL that stands in for Redshift. */
final class WarehouseSide implements AutoCloseable {

    static final String STREAM = "bench-changes";

    private static final int SHARDS = 2;

    private final Path folder;
    private final KinesisServer kinesis;
    private final PostgresServer server;
    private final Login login;

    private WarehouseSide(Bench bench, Path folder) throws Exception {
        this.folder = Files.createDirectories(folder);
        this.kinesis = bench.kinesis(folder);
        this.server = bench.server(folder.resolve("warehouse"));
        this.login = server.create("warehouse", "analyst", "sesame-" + folder.hashCode(), Passwords.MD5);
        kinesis.createStream(STREAM, SHARDS);
    }

    static WarehouseSide start(Bench bench, Path folder) throws Exception {
        return new WarehouseSide(bench, folder);
    }

    KinesisServer kinesis() {
        return kinesis;
    }

    Login login() {
        return login;
    }

    /** What is added to the job's settings, for merges every second. */
    String settings() throws IOException {
        return kinesis(kinesis.endpoint(), folder)
                + """
                redshift:
                  url: "%s"
                  username: %s
                  password: "%s"
                  schema: public
                  dialect: postgres
                  merge-interval: 1 s
                  merge-interval-idle: 1 s
                """.formatted(
                                login.url().replace("jdbc:postgresql:", "jdbc:redshift:"),
                                login.username(),
                                secret(folder, "warehouse-password", login.password()));
    }

    /** What is added to the job's settings for any endpoint. */
    static String kinesis(URI endpoint, Path folder) throws IOException {
        return """
                kinesis:
                  stream: %s
                  client:
                    aws.region: us-east-1
                    aws.endpoint: "%s"
                    aws.http.protocol.version: HTTP1_1
                    aws.credentials.provider: BASIC
                    aws.credentials.provider.basic.accesskeyid: local
                    aws.credentials.provider.basic.secretkey: "%s"
                """.formatted(STREAM, endpoint, secret(folder, "kinesis-secret-key", "local"));
    }

    private static String secret(Path folder, String name, String value) throws IOException {
        return "file:" + Files.writeString(folder.resolve(name), value);
    }

    @Override
    public void close() throws IOException {
        kinesis.close();
        server.close();
    }
}
