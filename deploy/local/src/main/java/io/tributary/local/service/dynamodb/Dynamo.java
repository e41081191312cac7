package io.tributary.local.service.dynamodb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.local.service.AwsEndpoint;
import java.io.IOException;
import java.net.URI;
import java.util.List;

/** A DynamoDB Local that somebody has started: its tables, and the streams of their changes. */
public final class Dynamo {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final AwsEndpoint tables;
    private final AwsEndpoint streams;

    private Dynamo(URI address) {
        this.tables = AwsEndpoint.dynamo(address);
        this.streams = AwsEndpoint.dynamoStreams(address);
    }

    public static Dynamo at(URI address) {
        return new Dynamo(address);
    }

    public URI address() {
        return tables.address();
    }

    public boolean hasTable(String name) throws IOException, InterruptedException {
        for (JsonNode table : tables.ask("ListTables", JSON.createObjectNode()).path("TableNames")) {
            if (table.asText().equals(name)) {
                return true;
            }
        }
        return false;
    }

    /** Items whose attribute {@code expires} has passed are deleted by the service itself, some time later. */
    public void createTable(String name, List<KeyAttribute> key, String expires)
            throws IOException, InterruptedException {
        ObjectNode table = table(name, key);
        table.putObject("StreamSpecification").put("StreamEnabled", true).put("StreamViewType", "NEW_AND_OLD_IMAGES");
        tables.ask("CreateTable", table);
        ObjectNode timeToLive = JSON.createObjectNode().put("TableName", name);
        timeToLive
                .putObject("TimeToLiveSpecification")
                .put("AttributeName", expires)
                .put("Enabled", true);
        tables.ask("UpdateTimeToLive", timeToLive);
    }

    /** Without a stream. */
    void createPlainTable(String name, KeyAttribute key) throws IOException, InterruptedException {
        tables.ask("CreateTable", table(name, List.of(key)));
    }

    private static ObjectNode table(String name, List<KeyAttribute> key) {
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
        return table;
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
}
