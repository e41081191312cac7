package io.tributary.local.service.dynamodb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.local.service.dynamodb.StreamedTable.Precision;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * One change as Kinesis Data Streams for DynamoDB puts it into a stream. See
 * <a href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/kds.html">its documentation</a>.
 *
 * @param key partition key: changes of one item go to one shard
 */
record ChangeRecord(String key, String json) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** @param change as the table's own stream has it */
    static ChangeRecord of(StreamedTable table, JsonNode change, long micros) {
        ObjectNode record = JSON.createObjectNode()
                .put("awsRegion", "us-east-1")
                .put("eventID", change.path("eventID").asText())
                .put("eventName", change.path("eventName").asText());
        JsonNode user = change.path("userIdentity");
        if (user.isObject()) {
            record.putObject("userIdentity")
                    .put("principalId", user.path("PrincipalId").asText())
                    .put("type", user.path("Type").asText());
        } else {
            record.putNull("userIdentity");
        }
        record.put("recordFormat", "application/json").put("tableName", table.name());
        ObjectNode body = record.putObject("dynamodb");
        boolean exact = table.precision() == Precision.MICROSECOND;
        body.put("ApproximateCreationDateTime", exact ? micros : micros / 1000);
        JsonNode from = change.path("dynamodb");
        for (String part : new String[] {"Keys", "NewImage", "OldImage", "SizeBytes"}) {
            if (from.has(part)) {
                body.set(part, from.get(part));
            }
        }
        if (table.precision() != Precision.UNNAMED) {
            body.put("ApproximateCreationDateTimePrecision", table.precision().name());
        }
        record.put("eventSource", "aws:dynamodb");
        return new ChangeRecord(table.name() + from.path("Keys"), record.toString());
    }

    ObjectNode entry() {
        String data = Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
        // Kinesis takes 256 characters.
        return JSON.createObjectNode()
                .put("Data", data)
                .put("PartitionKey", key.length() <= 256 ? key : key.substring(0, 256));
    }
}
