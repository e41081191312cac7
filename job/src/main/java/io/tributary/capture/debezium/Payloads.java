package io.tributary.capture.debezium;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.capture.Unreadable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the payload in the keys, or the values, of one topic: bare JSON, JSON in an object of {@code schema} and {@code payload}, or
 * Avro.
 *
 * <p>A schema that stands in every record is the greater part of it. It is parsed once: a record that starts with the same
 * bytes as one before, up to its payload, has the same schema. One object serves record after record.
 */
final class Payloads {

    private static final int KEPT = 64;

    private static final byte[] STRUCT = "Struct{".getBytes(StandardCharsets.US_ASCII);

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();
    private static final ObjectMapper MAPPER = new ObjectMapper(FACTORY);

    private final @Nullable AvroSchemas avro;
    private final List<Prefix> prefixes = new ArrayList<>();

    private byte[] record = {};
    private int start;
    private @Nullable ConnectType type;
    private AvroSchemas.@Nullable Entry avroEntry;
    private boolean closes;
    private boolean checked;

    /** @param avro null if records are JSON only */
    Payloads(@Nullable AvroSchemas avro) {
        this.avro = avro;
    }

    /** What stands in front of a payload, its schema included. */
    private static final class Prefix {
        private final byte[] bytes;
        private final ConnectType type;

        private Prefix(byte[] bytes, ConnectType type) {
            this.bytes = bytes;
            this.type = type;
        }

        boolean isOf(byte[] record) {
            return record.length > bytes.length && Arrays.equals(record, 0, bytes.length, bytes, 0, bytes.length);
        }
    }

    void open(byte[] newRecord) throws IOException, Unreadable {
        record = newRecord;
        avroEntry = null;
        if (AvroSchemas.isAvro(record)) {
            if (AvroSchemas.hasLongNumber(record)) {
                throw new Unreadable(
                        "It starts with a zero and a number of eight bytes, as Apicurio's converters write: set"
                                + " key.converter.apicurio.registry.as-confluent and"
                                + " value.converter.apicurio.registry.as-confluent of the connector to true, and"
                                + " kafka.registry.url to the registry's address for Confluent's clients (../apis/ccompat/v7)");
            }
            if (avro == null) {
                throw new Unreadable("It starts with a zero, as Avro does: set kafka.registry.url to read it. If it is"
                        + " Protobuf or has a JSON Schema, set the connector's key.converter and value.converter to"
                        + " io.confluent.connect.avro.AvroConverter or org.apache.kafka.connect.json.JsonConverter");
            }
            avroEntry = avro.of(record);
            avroEntry.checkBounds(record);
            type = avroEntry.type();
            return;
        }
        if (record.length >= STRUCT.length && Arrays.equals(record, 0, STRUCT.length, STRUCT, 0, STRUCT.length)) {
            throw new Unreadable(
                    "It is the text of a struct, as org.apache.kafka.connect.storage.StringConverter writes it:"
                            + " set the connector's value.converter to org.apache.kafka.connect.json.JsonConverter or"
                            + " io.confluent.connect.avro.AvroConverter");
        }
        for (int i = 0; i < prefixes.size(); i++) {
            Prefix prefix = prefixes.get(i);
            if (prefix.isOf(record)) {
                if (i > 0) {
                    prefixes.remove(i);
                    prefixes.add(0, prefix);
                }
                set(prefix.bytes.length, prefix.type, true, false);
                return;
            }
        }
        scan();
    }

    /** Null if the record says nothing of its schema. */
    @Nullable
    ConnectType type() {
        return type;
    }

    /** In front of the payload's first token. May be asked for again. */
    JsonParser parser() throws IOException {
        return avroEntry == null
                ? FACTORY.createParser(record, start, record.length - start)
                : avroEntry.parser(record);
    }

    /** Fails unless the record ends with the payload, to whose end the parser has come. */
    void checkEnd(JsonParser parser) throws IOException, Unreadable {
        if (avroEntry != null || checked) {
            return;
        }
        int at = start + (int) parser.currentLocation().getByteOffset();
        boolean open = closes;
        for (; at < record.length; at++) {
            byte b = record[at];
            if (b == '}' && open) {
                open = false;
            } else if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                throw new Unreadable("Something follows its end");
            }
        }
        if (open) {
            throw new Unreadable("It ends too early");
        }
    }

    private void set(int newStart, @Nullable ConnectType newType, boolean isClosed, boolean isChecked) {
        start = newStart;
        type = newType;
        closes = isClosed;
        checked = isChecked;
    }

    private void scan() throws IOException, Unreadable {
        set(0, null, false, false);
        try (JsonParser parser = FACTORY.createParser(record)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return;
            }
            int schemaStart = -1;
            int schemaEnd = -1;
            int payloadStart = -1;
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                JsonToken token = parser.nextToken();
                int at = (int) parser.currentTokenLocation().getByteOffset();
                if (name.equals("payload") && payloadStart < 0) {
                    payloadStart = at;
                    parser.skipChildren();
                } else if (name.equals("schema") && token == JsonToken.START_OBJECT && schemaStart < 0) {
                    schemaStart = at;
                    parser.skipChildren();
                    schemaEnd = (int) parser.currentLocation().getByteOffset();
                } else if (!name.equals("schema") || token != JsonToken.VALUE_NULL) {
                    return;
                }
            }
            if (payloadStart < 0) {
                return;
            }
            if (parser.nextToken() != null) {
                throw new Unreadable("Something follows its end");
            }
            if (schemaStart < 0) {
                set(payloadStart, null, true, true);
                return;
            }
            ConnectType found = ConnectType.ofJson(MAPPER.readTree(record, schemaStart, schemaEnd - schemaStart));
            if (schemaStart < payloadStart) {
                keep(new Prefix(Arrays.copyOf(record, payloadStart), found));
            }
            set(payloadStart, found, true, true);
        }
    }

    private void keep(Prefix prefix) {
        if (prefixes.size() == KEPT) {
            prefixes.remove(KEPT - 1);
        }
        prefixes.add(0, prefix);
    }
}
