package io.tributary.local.service.dynamodb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.local.service.AwsEndpoint;
import java.io.IOException;

/** All items of a table, in DynamoDB's JSON, page by page. */
public final class Scan {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final AwsEndpoint dynamo;
    private final String table;

    public Scan(AwsEndpoint dynamo, String table) {
        this.dynamo = dynamo;
        this.table = table;
    }

    /** Takes one page of items. */
    public interface Pages {
        void next(JsonNode items) throws IOException;
    }

    public void read(Pages pages) throws IOException, InterruptedException {
        ObjectNode request = JSON.createObjectNode().put("TableName", table).put("ConsistentRead", true);
        while (true) {
            JsonNode page = dynamo.ask("Scan", request);
            pages.next(page.path("Items"));
            if (!page.has("LastEvaluatedKey")) {
                return;
            }
            request.set("ExclusiveStartKey", page.get("LastEvaluatedKey"));
        }
    }
}
