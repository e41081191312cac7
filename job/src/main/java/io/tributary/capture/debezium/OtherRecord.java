package io.tributary.capture.debezium;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a record is that could not be read as a change event, told by the names of its fields.
 *
 * <p>Only such records are gone through for this: a row may have columns of any name.
 */
final class OtherRecord {

    static final String MONGODB =
            "It is a change of MongoDB, which is a document and no row of columns, and is not read:"
                    + " take the topic out of kafka.topics, or leave it out of kafka.topic-pattern";

    private static final String CLOUD_EVENT =
            "It is a CloudEvent, as io.debezium.converters.CloudEventsConverter writes:"
                    + " set the connector's value.converter to org.apache.kafka.connect.json.JsonConverter or"
                    + " io.confluent.connect.avro.AvroConverter";

    private static final String APICURIO_JSON =
            "It is an object of schemaId and payload, as Apicurio's ExtJsonConverter"
                    + " writes: set the connector's value.converter to org.apache.kafka.connect.json.JsonConverter";

    private static final String UNWRAPPED =
            "It has no op, before, after and source: it is no change event of Debezium, or"
                    + " the row of one that was unwrapped, which does not say where in the log it stands: take"
                    + " io.debezium.transforms.ExtractNewRecordState out of the connector's transforms";

    private static final Set<String> TRANSACTION = Set.of("status", "id", "event_count");
    private static final Set<String> TRANSACTION_MAY_HAVE =
            Set.of("status", "id", "event_count", "data_collections", "ts_ms");
    private static final Set<String> SCHEMA_CHANGE = Set.of("source", "databaseName", "ddl");
    private static final Set<String> HEARTBEAT = Set.of("ts_ms");
    private static final Set<String> NOTIFICATION = Set.of("id", "aggregate_type", "type", "additional_data");
    private static final Set<String> CLOUD = Set.of("id", "source", "specversion", "type");
    private static final Set<String> WITH_SCHEMA_ID = Set.of("schemaId", "payload");

    private final Set<String> names;
    private final String connector;

    private OtherRecord(Set<String> names, String connector) {
        this.names = names;
        this.connector = connector;
    }

    /** Of the record that is open. */
    static OtherRecord of(Payloads opened) throws IOException {
        Set<String> names = new HashSet<>();
        String connector = "";
        try (JsonParser parser = opened.parser()) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                    names.add(name);
                    JsonToken token = parser.nextToken();
                    if (name.equals("source") && token == JsonToken.START_OBJECT) {
                        connector = connector(parser);
                    }
                    parser.skipChildren();
                }
            }
        }
        return new OtherRecord(names, connector);
    }

    /** The parser stands at the start of the source block, and is left at its end. */
    private static String connector(JsonParser parser) throws IOException {
        String connector = "";
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            JsonToken token = parser.nextToken();
            if (name.equals("connector") && token == JsonToken.VALUE_STRING) {
                connector = parser.getText();
            }
            parser.skipChildren();
        }
        return connector;
    }

    /** Whether Debezium writes it beside the changes: the begin or end of a transaction, a change of a schema, or a sign of life. */
    boolean isBesideChanges() {
        boolean isTransaction = names.containsAll(TRANSACTION) && TRANSACTION_MAY_HAVE.containsAll(names);
        boolean isSchemaChange = names.containsAll(SCHEMA_CHANGE) && !names.contains("op");
        return isTransaction || isSchemaChange || names.equals(HEARTBEAT) || names.containsAll(NOTIFICATION);
    }

    /** What it is, and what to do; null if that is not known. */
    @Nullable
    String reason() {
        if (connector.equals("mongodb")) {
            return MONGODB;
        }
        if (names.containsAll(CLOUD)) {
            return CLOUD_EVENT;
        }
        if (names.equals(WITH_SCHEMA_ID)) {
            return APICURIO_JSON;
        }
        boolean hasEnvelope = names.contains("before") || names.contains("after") || names.contains("source");
        return names.isEmpty() || hasEnvelope ? null : UNWRAPPED;
    }
}
