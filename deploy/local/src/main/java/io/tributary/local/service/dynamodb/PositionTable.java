package io.tributary.local.service.dynamodb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.local.service.dynamodb.Dynamo.KeyAttribute;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Positions in a table beside those that they are of, so that both are kept or lost together. */
public final class PositionTable implements Positions {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TABLE = "stream_positions";

    private final Dynamo dynamo;
    private final Map<String, String> written;

    private PositionTable(Dynamo dynamo, Map<String, String> written) {
        this.dynamo = dynamo;
        this.written = written;
    }

    public static PositionTable in(Dynamo dynamo) throws IOException, InterruptedException {
        if (!dynamo.hasTable(TABLE)) {
            dynamo.createPlainTable(TABLE, new KeyAttribute("shard", "S"));
        }
        Map<String, String> found = new HashMap<>();
        dynamo.scan(TABLE)
                .read(page -> page.forEach(item -> found.put(text(item, "shard"), text(item, "sequence_number"))));
        return new PositionTable(dynamo, found);
    }

    private static String text(JsonNode item, String attribute) {
        return item.path(attribute).path("S").asText();
    }

    @Override
    public Map<String, String> read() {
        return Map.copyOf(written);
    }

    /** Those that have changed. */
    @Override
    public void write(Map<String, String> positions) throws IOException, InterruptedException {
        for (Map.Entry<String, String> position : positions.entrySet()) {
            if (position.getValue().equals(written.put(position.getKey(), position.getValue()))) {
                continue;
            }
            ObjectNode request = JSON.createObjectNode().put("TableName", TABLE);
            request.set(
                    "Item",
                    new Attributes()
                            .text("shard", position.getKey())
                            .text("sequence_number", position.getValue())
                            .json());
            dynamo.ask("PutItem", request);
        }
    }
}
