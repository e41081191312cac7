package io.tributary.local.service.dynamodb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.local.service.AwsEndpoint;
import io.tributary.local.service.Child;
import io.tributary.local.service.Guard;
import io.tributary.local.service.JavaProcess;
import io.tributary.local.service.Waiting;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** DynamoDB Local, in a process of its own. Its tables are in memory, and each has a stream of its changes. */
public final class DynamoServer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Child process;
    private final AwsEndpoint tables;
    private final AwsEndpoint streams;

    private DynamoServer(Child process, URI address) {
        this.process = process;
        this.tables = AwsEndpoint.dynamo(address);
        this.streams = AwsEndpoint.dynamoStreams(address);
    }

    /** {@code classpath} has DynamoDB Local and the class that starts it. */
    public static DynamoServer start(Guard guard, Path folder, String classpath) throws Exception {
        int port = Waiting.freePort();
        Child process = Child.start(
                guard,
                "DynamoDB Local",
                folder.resolve("dynamodb.log"),
                Map.of(),
                JavaProcess.command(
                        List.of("-Xmx512m", "-XX:+UseSerialGC"),
                        classpath,
                        "io.tributary.local.dynamodb.LoopbackServer",
                        List.of(String.valueOf(port))));
        DynamoServer server = new DynamoServer(process, URI.create("http://127.0.0.1:" + port));
        try {
            Waiting.until("DynamoDB answers", PATIENCE, () -> {
                process.checkAlive();
                return server.tables.request("ListTables", "{}").contains("TableNames");
            });
            return server;
        } catch (Exception e) {
            process.close();
            throw e;
        }
    }

    public URI endpoint() {
        return tables.address();
    }

    /** Items whose attribute {@code expires} has passed are deleted by the service itself, some time later. */
    public void createTable(String name, List<KeyAttribute> key, String expires)
            throws IOException, InterruptedException {
        ObjectNode table = JSON.createObjectNode().put("TableName", name).put("BillingMode", "PAY_PER_REQUEST");
        for (int i = 0; i < key.size(); i++) {
            KeyAttribute attribute = key.get(i);
            table.withArray("KeySchema")
                    .addObject()
                    .put("AttributeName", attribute.name())
                    .put("KeyType", i == 0 ? "HASH" : "RANGE");
            table.withArray("AttributeDefinitions")
                    .addObject()
                    .put("AttributeName", attribute.name())
                    .put("AttributeType", attribute.type());
        }
        table.putObject("StreamSpecification").put("StreamEnabled", true).put("StreamViewType", "NEW_AND_OLD_IMAGES");
        tables.ask("CreateTable", table);
        ObjectNode timeToLive = JSON.createObjectNode().put("TableName", name);
        timeToLive
                .putObject("TimeToLiveSpecification")
                .put("AttributeName", expires)
                .put("Enabled", true);
        tables.ask("UpdateTimeToLive", timeToLive);
    }

    /** A part of a table's key, and S, N or B. */
    public record KeyAttribute(String name, String type) {}

    public Scan scan(String table) {
        return new Scan(tables, table);
    }

    public JsonNode ask(String action, JsonNode body) throws IOException, InterruptedException {
        return tables.ask(action, body);
    }

    JsonNode askStreams(String action, JsonNode body) throws IOException, InterruptedException {
        return streams.ask(action, body);
    }

    @Override
    public void close() {
        process.close();
    }
}
