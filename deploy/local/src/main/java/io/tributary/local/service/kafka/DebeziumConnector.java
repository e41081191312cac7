package io.tributary.local.service.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.local.service.Child;
import io.tributary.local.service.Guard;
import io.tributary.local.service.JavaProcess;
import io.tributary.local.service.PostgresServer;
import io.tributary.local.service.Waiting;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Kafka Connect with Debezium's connector for PostgreSQL, on the settings that both come with: JSON with schemas, tombstones
 * after deletes, large values left out where Postgres leaves them out. Only intervals are text, for as numbers they would lose
 * what were days in them.
 */
public final class DebeziumConnector implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Child process;
    private final URI address;
    private final HttpClient http = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();

    private DebeziumConnector(Child process, URI address) {
        this.process = process;
        this.address = address;
    }

    /**
     * The changes of each table go to the topic {@code prefix.schema.table}, which has its first records when this returns.
     *
     * @param tables with their schemas; none of them is empty
     */
    public static DebeziumConnector start(
            Guard guard,
            Path folder,
            String classpath,
            KafkaBroker broker,
            PostgresServer.Login login,
            String prefix,
            List<String> tables)
            throws Exception {
        int port = Waiting.freePort();
        Files.createDirectories(folder);
        Path worker = writeWorker(folder, broker, port);
        Path connector = writeConnector(folder, login, prefix, tables);
        Child process = Child.start(
                guard,
                "Kafka Connect",
                folder.resolve("connect.log"),
                Map.of(),
                JavaProcess.command(
                        List.of("-Xmx512m", "-XX:+UseSerialGC", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"),
                        classpath,
                        "org.apache.kafka.connect.cli.ConnectStandalone",
                        List.of(worker.toString(), connector.toString())));
        DebeziumConnector debezium = new DebeziumConnector(process, URI.create("http://127.0.0.1:" + port));
        try {
            Set<String> topics = new HashSet<>();
            tables.forEach(table -> topics.add(prefix + "." + table));
            Waiting.until("Debezium has written to " + topics, PATIENCE, () -> debezium.hasWrittenTo(topics));
            return debezium;
        } catch (Exception e) {
            debezium.close();
            throw e;
        }
    }

    private static Path writeWorker(Path folder, KafkaBroker broker, int port) throws IOException {
        return Files.writeString(
                folder.resolve("worker.properties"), """
                bootstrap.servers=%s
                listeners=http://127.0.0.1:%d
                key.converter=org.apache.kafka.connect.json.JsonConverter
                value.converter=org.apache.kafka.connect.json.JsonConverter
                offset.storage.file.filename=%s
                offset.flush.interval.ms=1000
                plugin.discovery=service_load
                config.providers=directory
                config.providers.directory.class=org.apache.kafka.common.config.provider.DirectoryConfigProvider
                """.formatted(broker.address(), port, folder.resolve("offsets")));
    }

    private static Path writeConnector(Path folder, PostgresServer.Login login, String prefix, List<String> tables)
            throws IOException {
        Path secrets = Files.createDirectories(folder.resolve("secrets"));
        Path password = secrets.resolve("password");
        Files.createFile(password, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(password, login.password());
        return Files.writeString(folder.resolve("connector.properties"), """
                name=%1$s
                connector.class=io.debezium.connector.postgresql.PostgresConnector
                database.hostname=127.0.0.1
                database.port=%2$d
                database.user=%3$s
                database.password=${directory:%4$s:password}
                database.dbname=%5$s
                topic.prefix=%1$s
                table.include.list=%6$s
                plugin.name=pgoutput
                slot.name=debezium_%1$s
                publication.name=debezium_%1$s
                publication.autocreate.mode=filtered
                interval.handling.mode=string
                """.formatted(
                        prefix, login.port(), login.username(), secrets, login.database(), String.join(",", tables)));
    }

    private boolean hasWrittenTo(Set<String> topics) throws IOException, InterruptedException {
        process.checkAlive();
        JsonNode connectors = json.readTree(read("/connectors?expand=status"));
        for (JsonNode connector : connectors) {
            for (JsonNode task : connector.path("status").path("tasks")) {
                if (task.path("state").asText().equals("FAILED")) {
                    throw new IOException(
                            "Debezium failed: " + task.path("trace").asText());
                }
            }
        }
        if (connectors.isEmpty()) {
            return false;
        }
        Set<String> written = new HashSet<>();
        String name = connectors.fieldNames().next();
        json.readTree(read("/connectors/" + name + "/topics"))
                .path(name)
                .path("topics")
                .forEach(topic -> written.add(topic.asText()));
        return written.containsAll(topics);
    }

    private String read(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address.resolve(path)).build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        // Before its interface is complete it knows no paths.
        return response.statusCode() == 200 ? response.body() : "{}";
    }

    @Override
    public void close() {
        process.close();
    }
}
