package io.tributary.capture.debezium;

import static io.tributary.capture.debezium.Events.event;
import static io.tributary.capture.debezium.Events.field;
import static io.tributary.capture.debezium.Events.keySchema;
import static io.tributary.capture.debezium.Events.postgres;
import static io.tributary.capture.debezium.Events.schema;
import static io.tributary.capture.debezium.Events.withSchema;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.RawRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Records that are no change events, or have keys that are none, are named for what they are. */
class OtherRecordTest {

    private static final String KEY = "{\"id\":1}";
    private static final String GOOD = event("c", "null", "{\"id\":1,\"city\":\"Rome\"}", postgres(120, "false"));
    private static final String MONGODB = "{\"connector\":\"mongodb\",\"name\":\"s\",\"ts_ms\":1700000000000,"
            + "\"snapshot\":\"false\",\"db\":\"d\",\"collection\":\"t\",\"ord\":1}";

    private final Reading reading = Reading.ofTopic();

    static Stream<Arguments> others() {
        return Stream.of(
                Arguments.of(
                        "a document",
                        event("c", "null", "\"{\\\"_id\\\":1}\"", MONGODB),
                        List.of("a change of MongoDB", "kafka.topics")),
                Arguments.of("a deleted document", event("d", "null", "null", MONGODB), List.of("a change of MongoDB")),
                Arguments.of("a CloudEvent", """
                        {"id":"name:s;lsn:29274832;txId:565","source":"/debezium/postgresql/s","specversion":"1.0",\
                        "type":"io.debezium.connector.postgresql.DataChangeEvent","time":"2024-01-13T13:55:39.738Z",\
                        "datacontenttype":"application/json","iodebeziumop":"c","data":{"schema":null,"payload":\
                        {"before":null,"after":{"id":1,"city":"Rome"}}}}\
                        """, List.of("a CloudEvent", "set the connector's value.converter")),
                Arguments.of(
                        "a row",
                        "{\"id\":1,\"city\":\"Rome\"}",
                        List.of("ExtractNewRecordState out of the connector's transforms")),
                Arguments.of(
                        "a row with its operation",
                        "{\"id\":1,\"city\":\"Rome\",\"__op\":\"c\",\"__deleted\":\"false\"}",
                        List.of("ExtractNewRecordState")),
                Arguments.of(
                        "a row with a column op",
                        "{\"id\":1,\"op\":\"c\",\"ts_ms\":\"now\"}",
                        List.of("ExtractNewRecordState")),
                Arguments.of(
                        "a row with a schema",
                        withSchema(schema(List.of(field("id", "int64"))), "{\"id\":1}"),
                        List.of("ExtractNewRecordState")),
                Arguments.of(
                        "Apicurio's JSON", "{\"schemaId\":7,\"payload\":" + GOOD + "}", List.of("ExtJsonConverter")),
                Arguments.of("an event without its operation", GOOD.replace("\"op\":\"c\",", ""), List.of("no op")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("others")
    void aRecordThatIsNoEventIsNamed(String name, String value, List<String> words) {
        Reading behindAnEvent = Reading.ofTopic().read(KEY, GOOD);
        behindAnEvent.captured().clear();

        for (Reading each : List.of(reading, behindAnEvent)) {
            each.read(KEY, value);
            assertThat(each.shown())
                    .singleElement()
                    .asString()
                    .startsWith("REJECTED s.public.t, partition 0, offset ")
                    .contains(words);
        }
    }

    /** Nothing of a document gets into the table's shape. */
    @Test
    void aDocumentLeavesNoColumns() {
        reading.read("{\"id\":\"1\"}", event("d", "null", "null", MONGODB))
                .read("{\"id\":\"1\"}", event("c", "null", "\"{}\"", MONGODB));

        assertThat(reading.reader().schemas()).isEmpty();
        reading.captured().clear();
        reading.read(KEY, GOOD);
        assertThat(reading.shown()).containsExactly("INSERT t {\"id\":1} {\"id\":1,\"city\":\"Rome\"}");
    }

    static Stream<Arguments> beside() {
        return Stream.of(
                Arguments.of(
                        "the begin of a transaction",
                        "{\"status\":\"BEGIN\",\"id\":\"571:53195829\",\"ts_ms\":1486500577125,\"event_count\":null,"
                                + "\"data_collections\":null}"),
                Arguments.of(
                        "the end of a transaction",
                        "{\"status\":\"END\",\"id\":\"571:53195832\",\"ts_ms\":1486500577691,\"event_count\":2,"
                                + "\"data_collections\":[{\"data_collection\":\"public.t\",\"event_count\":2}]}"),
                Arguments.of("a sign of life", "{\"ts_ms\":1700000000000}"),
                Arguments.of(
                        "a change of a schema",
                        "{\"source\":{\"connector\":\"mysql\",\"name\":\"s\",\"db\":\"shop\",\"table\":\"t\"},"
                                + "\"ts_ms\":1,\"databaseName\":\"shop\",\"schemaName\":null,"
                                + "\"ddl\":\"ALTER TABLE t ADD n INT\",\"tableChanges\":[]}"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("beside")
    void whatDebeziumWritesBesideTheChangesIsPassedOver(String name, String value) {
        List<Object> captured = new ArrayList<>();
        for (String each : List.of(value, withSchema(schema(List.of()), value))) {
            boolean isPassedOver = reading.reader()
                    .read(new RawRecord("s.public.t", 0, 1, 5, null, Events.bytes(each)), captured::add);
            assertThat(isPassedOver).isTrue();
        }
        boolean isPassedOver = reading.reader()
                .read(new RawRecord("s.public.t", 0, 2, 5, Events.bytes(KEY), Events.bytes(GOOD)), captured::add);

        assertThat(isPassedOver).isFalse();
        assertThat(captured).hasSize(1);
    }

    @Test
    void aKeyThatIsTextIsNamed() {
        reading.read("Struct{id=1}", GOOD).read("1", GOOD).read("\"a\"", GOOD);

        assertThat(reading.shown())
                .hasSize(3)
                .allSatisfy(shown -> assertThat(shown)
                        .startsWith("REJECTED s.public.t, partition 0, offset ")
                        .contains("tables.t.key", "key.converter"));
        assertThat(reading.shown().get(0)).contains("'Struct{id=1}' is the text of a struct");
        assertThat(reading.shown().get(1)).contains("'1' is a bare value");
    }

    @Test
    void aKeyThatIsDeclaredIsTakenFromTheRowsWhereTheRecordsIsText() {
        for (String key : List.of("Struct{id=1}", "1")) {
            for (boolean hasSchema : List.of(false, true)) {
                Reading declared = Reading.with(Map.of("t", List.of("id")), Map.of());
                declared.read(key, value(hasSchema, "d", "{\"id\":2,\"city\":null}", "null", 110))
                        .read(key, value(hasSchema, "c", "null", "{\"id\":1,\"city\":\"Rome\"}", 120))
                        .read(key, value(hasSchema, "d", "{\"id\":1,\"city\":null}", "null", 130))
                        .read(key, value(hasSchema, "d", "null", "null", 140));

                assertThat(declared.shown().subList(0, 3))
                        .containsExactly(
                                "DELETE t {\"id\":2}",
                                "INSERT t {\"id\":1} {\"id\":1,\"city\":\"Rome\"}",
                                "DELETE t {\"id\":1}");
                assertThat(declared.shown().get(3)).contains("Its key '" + key + "' is", "which before has to hold");
            }
        }
    }

    private static String value(boolean hasSchema, String operation, String before, String after, long lsn) {
        String event = event(operation, before, after, postgres(lsn, "false"));
        return hasSchema ? withSchema(schema(List.of(field("id", "int64"), field("city", "string"))), event) : event;
    }

    /** A delete without its row may have it in the record's key. */
    @Test
    void aKeyThatIsDeclaredMayBeInTheRecordsKey() {
        Reading declared = Reading.with(Map.of("t", List.of("id")), Map.of());
        declared.read(withSchema(keySchema(field("id", "int64")), KEY), value(true, "d", "null", "null", 110))
                .read(withSchema(keySchema(field("n", "int64")), "{\"n\":1}"), value(true, "d", "null", "null", 120));

        assertThat(declared.shown().get(0)).isEqualTo("DELETE t {\"id\":1}");
        assertThat(declared.shown().get(1)).contains("does not have its key [id]", "REPLICA IDENTITY FULL");
    }

    /** The text of a struct names its columns, and so whether all changes of a row are in one partition. */
    @Test
    void textThatIsAKeyOrdersWhatHasNoPlaceInALogWhereItNamesItsColumns() {
        String source = "{\"connector\":\"sqlserver\",\"db\":\"d\",\"schema\":\"dbo\",\"table\":\"t\"}";
        byte[] value = Events.bytes(event("c", "null", "{\"id\":1,\"n\":2}", source));
        Reading declared = Reading.with(Map.of("t", List.of("id")), Map.of());
        for (String key : List.of("Struct{id=1}", "Struct{id=1,n=2}", "1")) {
            declared.read("s.public.t", 1, Events.bytes(key), value);
        }

        assertThat(declared.shown().get(0)).startsWith("INSERT t ");
        assertThat(declared.shown().get(1)).contains("has the columns [id, n]", "one partition");
        assertThat(declared.shown().get(2)).contains("does not say which columns", "one partition");
    }
}
