package io.tributary.capture.debezium;

import static io.tributary.capture.debezium.Events.event;
import static io.tributary.capture.debezium.Events.field;
import static io.tributary.capture.debezium.Events.keySchema;
import static io.tributary.capture.debezium.Events.schema;
import static io.tributary.capture.debezium.Events.withSchema;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Topics that ByLogicalTableRouter fills from several tables, with what it adds to the keys. */
class ShardsTest {

    private static final String FIELD = "__dbz__physicalTableIdentifier";
    private static final Map<String, String> TOPIC = Map.of("s.all_shards", "t");

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void tablesThatAreToldApartBySourceDoNotHaveTheField(boolean hasSchema) {
        Reading reading = Reading.of(
                new TopicTables(
                        Map.of("s.all_shards", "x"), Map.of("shop.t_1", "t_1", "shop.t_2", "t_2"), Map.of(), Map.of()),
                null);
        send(reading, 0, hasSchema, "d", "t_1", 1, "null", 4);
        send(reading, 0, hasSchema, "c", "t_1", 1, "Rome", 9);
        send(reading, 0, hasSchema, "c", "t_2", 1, "Oslo", 14);
        send(reading, 0, hasSchema, "d", "t_1", 1, "null", 19);

        assertThat(reading.shown())
                .containsExactly(
                        "DELETE t_1 {\"id\":1}",
                        "INSERT t_1 {\"id\":1} {\"id\":1,\"city\":\"Rome\"}",
                        "INSERT t_2 {\"id\":1} {\"id\":1,\"city\":\"Oslo\"}",
                        "DELETE t_1 {\"id\":1}");
        assertThat(reading.reader().schemas().values())
                .extracting(Object::toString)
                .noneMatch(shape -> shape.contains(FIELD));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shardsThatAreMergedHaveItAsAColumnOfTheirKey(boolean hasSchema) {
        Reading reading = merged(Map.of());
        send(reading, 0, hasSchema, "c", "t_1", 1, "Rome", 4);
        send(reading, 0, hasSchema, "c", "t_2", 1, "Oslo", 9);
        send(reading, 0, hasSchema, "u", "t_1", 1, "Bonn", 14);
        send(reading, 0, hasSchema, "d", "t_2", 1, "null", 19);

        String first = "{\"id\":1,\"" + FIELD + "\":\"s.shop.t_1\"";
        String second = "{\"id\":1,\"" + FIELD + "\":\"s.shop.t_2\"";
        assertThat(reading.changes())
                .extracting(change -> ShardsTest.sorted(change.schema().keyNames()))
                .containsOnly(List.of(FIELD, "id"));
        assertThat(reading.shown().get(0))
                .startsWith("INSERT t " + first + "} {")
                .contains("Rome");
        assertThat(reading.shown().get(1))
                .startsWith("INSERT t " + second + "} {")
                .contains("Oslo");
        assertThat(reading.shown().get(2))
                .startsWith("UPDATE t " + first + "} {")
                .contains("Bonn", "\"" + FIELD + "\":\"s.shop.t_1\"");
        assertThat(reading.shown().get(3)).isEqualTo("DELETE t " + second + "}");
        assertThat(reading.changes().get(2).schema())
                .isSameAs(reading.changes().get(1).schema());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aKeyThatIsDeclaredHasTheShardBesideIt(boolean hasSchema) {
        Reading reading = merged(Map.of("t", List.of("city")));
        send(reading, 0, hasSchema, "c", "t_1", 1, "Rome", 4);
        send(reading, 0, hasSchema, "c", "t_2", 1, "Rome", 9);

        assertThat(reading.shown()).hasSize(2);
        assertThat(reading.shown().get(0)).startsWith("INSERT t {\"city\":\"Rome\",\"" + FIELD + "\":\"s.shop.t_1\"}");
        assertThat(reading.shown().get(1)).startsWith("INSERT t {\"city\":\"Rome\",\"" + FIELD + "\":\"s.shop.t_2\"}");
    }

    /** The field is the same for all rows of a table, so the changes of a row are in one partition. */
    @Test
    void aKeyThatIsDeclaredOrdersChangesByTheirOffsetsToo() {
        String source =
                "{\"connector\":\"sqlserver\",\"name\":\"s\",\"db\":\"shop\",\"schema\":\"dbo\",\"table\":\"t_1\"}";
        byte[] key = Events.bytes("{\"id\":1,\"" + FIELD + "\":\"s.shop.t_1\"}");
        byte[] value = Events.bytes(event("c", "null", "{\"id\":1,\"city\":\"Rome\"}", source));
        Reading bySource = Reading.of(
                new TopicTables(
                        Map.of("s.all_shards", "x"), Map.of("dbo.t_1", "t_1"), Map.of("t_1", List.of("id")), Map.of()),
                null);
        Reading merged = merged(Map.of("t", List.of("id")));

        bySource.read("s.all_shards", 1, key, value);
        merged.read("s.all_shards", 1, key, value);

        assertThat(bySource.shown()).containsExactly("INSERT t_1 {\"id\":1} {\"id\":1,\"city\":\"Rome\"}");
        assertThat(merged.shown())
                .singleElement()
                .asString()
                .startsWith("INSERT t {\"id\":1,\"" + FIELD + "\":\"s.shop.t_1\"}");
    }

    @Test
    void whatToChooseIsSaid() {
        Reading reading = Reading.of(new TopicTables(TOPIC, null, Map.of(), Map.of()), null);
        send(reading, 0, true, "c", "t_1", 1, "Rome", 4);

        assertThat(reading.shown())
                .singleElement()
                .asString()
                .startsWith("REJECTED s.all_shards, partition 0, offset 0")
                .contains("kafka.tables", "tables.t.kafka.shard-column to " + FIELD);
    }

    @Test
    void aRecordThatDoesNotSayItsShardIsADeadLetter() {
        Reading reading = merged(Map.of());
        byte[] value = value(false, "c", "t_1", 1, "Rome", 4, "s");
        reading.read("s.all_shards", 0, Events.bytes("{\"id\":1}"), value)
                .read("s.all_shards", 0, null, value)
                .read("s.all_shards", 0, Events.bytes("Struct{id=1}"), value)
                .read("s.all_shards", 0, Events.bytes("{\"id\":1,\"" + FIELD + "\":null}"), value)
                .read("s.all_shards", 0, null, value(false, "t", "t_1", 0, "null", 9, "s"));

        assertThat(reading.shown()).hasSize(5).allMatch(shown -> shown.startsWith("REJECTED s.all_shards"));
        assertThat(reading.shown().subList(0, 4))
                .allMatch(shown -> shown.contains("no field " + FIELD + ", which tables.t.kafka.shard-column names"));
        assertThat(reading.shown().get(4)).contains("truncates one of the tables that t is merged of");
    }

    @Test
    void shardsOfAnotherConnectorAreDeadLetters() {
        Reading reading = merged(Map.of());
        byte[] key = Events.bytes("{\"id\":1,\"" + FIELD + "\":\"o.shop.t_1\"}");
        send(reading, 0, false, "c", "t_1", 1, "Rome", 4);
        reading.read("s.all_shards", 0, key, value(false, "c", "t_1", 1, "Rome", 9, "o"));

        assertThat(reading.shown().get(1))
                .startsWith("REJECTED")
                .contains("merged of tables of the connectors s and o");
    }

    @Test
    void theShapeThatIsDeclaredHasTheColumn() {
        TopicTables tables = new TopicTables(
                        TOPIC, null, Map.of("t", List.of("id")), Map.of("t", Map.of("id", "BIGINT", "city", "STRING")))
                .merging(Map.of("t", FIELD));

        assertThat(DebeziumReader.declared(tables, java.util.Set.of()).get("t").keyNames())
                .containsExactly("id", FIELD);
    }

    private static Reading merged(Map<String, List<String>> keys) {
        return Reading.of(new TopicTables(TOPIC, null, keys, Map.of()).merging(Map.of("t", FIELD)), null);
    }

    private static List<String> sorted(List<String> names) {
        return names.stream().sorted().toList();
    }

    private static void send(
            Reading reading,
            int partition,
            boolean hasSchema,
            String operation,
            String table,
            int id,
            String city,
            long place) {
        String key = "{\"id\":" + id + ",\"" + FIELD + "\":\"s.shop." + table + "\"}";
        reading.read(
                "s.all_shards",
                partition,
                Events.bytes(
                        hasSchema ? withSchema(keySchema(field("id", "int64"), field(FIELD, "string")), key) : key),
                value(hasSchema, operation, table, id, city, place, "s"));
    }

    /** @param city of the row; "null" if there is no row */
    private static byte[] value(
            boolean hasSchema, String operation, String table, int id, String city, long place, String server) {
        String row = city.equals("null") ? "null" : "{\"id\":" + id + ",\"city\":\"" + city + "\"}";
        String source = Events.mysql("b.000001", place, 0, null, "false")
                .replace("\"table\":\"t\"", "\"table\":\"" + table + "\"")
                .replace("\"name\":\"s\"", "\"name\":\"" + server + "\"");
        String event = event(operation, "null", row, source);
        return Events.bytes(
                hasSchema ? withSchema(schema(List.of(field("id", "int64"), field("city", "string"))), event) : event);
    }
}
