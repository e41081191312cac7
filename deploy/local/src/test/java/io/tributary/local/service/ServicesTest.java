package io.tributary.local.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.local.service.kafka.DebeziumConnector;
import io.tributary.local.service.kafka.KafkaBroker;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServicesTest {

    private static final Path HOME = Path.of(System.getProperty("tributary.home"));

    @Test
    void postgresDecodesItsLogAndAsksForThePassword(@TempDir Path folder) throws Exception {
        try (Guard guard = Guard.start();
                PostgresServer server = PostgresServer.start(guard, folder)) {
            PostgresServer.Login login = server.create("shop", "shop", "sesame", PostgresServer.Passwords.SCRAM);
            try (Connection connection = login.connect();
                    Statement statement = connection.createStatement();
                    ResultSet level = statement.executeQuery("SHOW wal_level")) {
                level.next();
                assertThat(level.getString(1)).isEqualTo("logical");
            }
            PostgresServer.Login wrong =
                    new PostgresServer.Login(login.url(), login.port(), "shop", "shop", "not sesame");
            assertThatThrownBy(wrong::connect).hasMessageContaining("password authentication failed");
            ListeningSockets.assertLocal(server.pid());
        }
    }

    @Test
    void kinesisTakesAStream(@TempDir Path folder) throws Exception {
        try (Guard guard = Guard.start();
                KinesisServer server = KinesisServer.start(guard, HOME.resolve("deploy/local/kinesis"), folder)) {
            server.createStream("changes", 2);
            assertThatThrownBy(() -> server.createStream("changes", 2)).hasMessageContaining("ResourceInUse");
            ListeningSockets.assertLocal();
        }
    }

    @Test
    void flinkShowsItsWebInterface(@TempDir Path folder) throws Exception {
        try (Guard guard = Guard.start();
                FlinkCluster cluster =
                        FlinkCluster.start(guard, folder, Built.flink(HOME), 2, MemorySize.ofMebiBytes(1600))) {
            assertThat(cluster.rest().slots()).isEqualTo(2);
            URI ui = cluster.rest().address().resolve("/index.html");
            HttpResponse<String> page = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(ui).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(page.body()).contains("Apache Flink Web Dashboard");
            ListeningSockets.assertLocal();
        }
    }

    @Test
    void debeziumWritesToTheBroker(@TempDir Path folder) throws Exception {
        try (Guard guard = Guard.start();
                PostgresServer server = PostgresServer.start(guard, folder.resolve("postgres"));
                KafkaBroker broker = KafkaBroker.start(guard, folder.resolve("kafka"), Built.kafka(HOME))) {
            PostgresServer.Login login = server.create("shop", "shop", "sesame", PostgresServer.Passwords.SCRAM);
            try (Connection connection = login.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE words AS SELECT 1 AS id, 'a' AS word");
            }
            // It returns when the topic has its first record.
            DebeziumConnector connector = DebeziumConnector.start(
                    guard,
                    folder.resolve("debezium"),
                    Built.kafka(HOME),
                    broker,
                    login,
                    "shop",
                    List.of("public.words"));
            try (connector) {
                ListeningSockets.assertLocal(server.pid());
            }
        }
    }

    @Test
    void processesEndWhenTheirGuardLosesUs() throws Exception {
        Process orphan = new ProcessBuilder("sleep", "600").start();
        Guard guard = Guard.start();
        guard.watch(orphan.pid());
        guard.abandon();
        assertThat(orphan.onExit()
                        .get(10, java.util.concurrent.TimeUnit.SECONDS)
                        .isAlive())
                .isFalse();
    }
}
