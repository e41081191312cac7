package io.tributary.capture.debezium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.capture.AllocatedBytes;
import io.tributary.capture.Mutations;
import io.tributary.change.Rejected;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;

/** Records in Avro, with schemas as Kafka Connect's AvroConverter makes them. */
class AvroTest {

    private static final String KEY = """
        {"type":"record","name":"Key","namespace":"s.public.t","fields":[{"name":"id","type":"long"}],\
        "connect.name":"s.public.t.Key"}\
        """;

    private static final String VALUE = """
        {"type":"record","name":"Envelope","namespace":"s.public.t","fields":[
        {"name":"before","type":["null",{"type":"record","name":"Value","fields":[
          {"name":"id","type":"long"},
          {"name":"small","type":["null",{"type":"int","connect.type":"int16"}],"default":null},
          {"name":"text","type":["null","string"],"default":null},
          {"name":"at","type":["null",{"type":"long","connect.version":1,
            "connect.name":"io.debezium.time.MicroTimestamp"}],"default":null},
          {"name":"price","type":["null",{"type":"bytes","scale":2,"precision":10,"connect.version":1,
            "connect.parameters":{"scale":"2","connect.decimal.precision":"10"},
            "connect.name":"org.apache.kafka.connect.data.Decimal","logicalType":"decimal"}],"default":null},
          {"name":"exact","type":["null",{"type":"record","name":"VariableScaleDecimal",
            "namespace":"io.debezium.data","fields":[{"name":"scale","type":"int"},{"name":"value","type":"bytes"}],
            "connect.name":"io.debezium.data.VariableScaleDecimal"}],"default":null},
          {"name":"raw","type":["null","bytes"],"default":null},
          {"name":"ratio","type":["null","double"],"default":null},
          {"name":"tags","type":["null",{"type":"array","items":["null","string"]}],"default":null},
          {"name":"days","type":["null",{"type":"array","items":{"type":"int",
            "connect.name":"io.debezium.time.Date"}}],"default":null}
          ],"connect.name":"s.public.t.Value"}],"default":null},
        {"name":"after","type":["null","Value"],"default":null},
        {"name":"source","type":{"type":"record","name":"Source","namespace":"io.debezium.connector.postgresql",
          "fields":[{"name":"connector","type":"string"},{"name":"ts_ms","type":"long"},
          {"name":"snapshot","type":["null","string"],"default":null},{"name":"db","type":"string"},
          {"name":"schema","type":"string"},{"name":"table","type":"string"},
          {"name":"lsn","type":["null","long"],"default":null}],
          "connect.name":"io.debezium.connector.postgresql.Source"}},
        {"name":"op","type":"string"},
        {"name":"ts_ms","type":["null","long"],"default":null}],"connect.name":"s.public.t.Envelope"}\
        """;

    private static final Schema KEY_SCHEMA = new Schema.Parser().parse(KEY);
    private static final Schema VALUE_SCHEMA = new Schema.Parser().parse(VALUE);
    private static final Schema ROW =
            VALUE_SCHEMA.getField("after").schema().getTypes().get(1);

    private final Registry registry = id -> Map.of(1, KEY, 2, VALUE).get(id);
    private final Reading reading =
            Reading.of(new TopicTables(Map.of("s.public.t", "t"), null, Map.of(), Map.of()), registry);

    @Test
    void aRecordInAvroIsReadLikeOneInJson() throws Exception {
        GenericRecord row = new GenericData.Record(ROW);
        row.put("id", 7L);
        row.put("small", 3);
        row.put("text", "a 😀");
        row.put("at", -1L);
        row.put("price", ByteBuffer.wrap(BigInteger.valueOf(-210).toByteArray()));
        GenericRecord exact =
                new GenericData.Record(ROW.getField("exact").schema().getTypes().get(1));
        exact.put("scale", 3);
        exact.put("value", ByteBuffer.wrap(BigInteger.valueOf(1234).toByteArray()));
        row.put("exact", exact);
        row.put("raw", ByteBuffer.wrap(new byte[] {1, 2}));
        row.put("ratio", 0.5);
        row.put("tags", java.util.Arrays.asList("a", null));
        row.put("days", List.of(19905));
        GenericRecord empty = new GenericData.Record(ROW);
        empty.put("id", 7L);
        empty.put("text", "__debezium_unavailable_value");
        empty.put("raw", ByteBuffer.wrap(Events.bytes("__debezium_unavailable_value")));
        empty.put("tags", List.of("__debezium_unavailable_value"));

        read(event("c", null, row, 100));
        read(event("u", row, empty, 200));
        read(event("d", row, null, 300));

        assertThat(reading.shown())
                .containsExactly(
                        "INSERT t {\"id\":7} {\"id\":7,\"small\":3,\"text\":\"a 😀\","
                                + "\"at\":\"1969-12-31T23:59:59.999999\",\"price\":\"-2.10\",\"exact\":\"1.234\","
                                + "\"raw\":\"0102\",\"ratio\":\"0.5\",\"tags\":[\"a\",null],\"days\":[\"2024-07-01\"]}",
                        "UPDATE t {\"id\":7} {\"id\":7,\"small\":null,\"text\":null,\"at\":null,\"price\":null,"
                                + "\"exact\":null,\"raw\":null,\"ratio\":null,\"tags\":null,\"days\":null}"
                                + " without [text, raw, tags]",
                        "DELETE t {\"id\":7}");
        assertThat(reading.changes().get(0).schema().toString())
                .isEqualTo("t[id BIGINT NOT NULL, small SMALLINT, text STRING, at TIMESTAMP(6), price DECIMAL(10, 2),"
                        + " exact STRING, raw BYTES, ratio DOUBLE, tags ARRAY<STRING>, days ARRAY<DATE>] key [id]");
    }

    /** As with {@code connect.meta.data=false}, or from another producer. */
    @Test
    void logicalTypesOfAvroAreWhatTheyMean() throws Exception {
        String fields = """
            {"name":"id","type":"long"},
            {"name":"price","type":["null",{"type":"bytes","logicalType":"decimal","precision":10,"scale":2}]},
            {"name":"fixed","type":{"type":"fixed","name":"F","size":4,"logicalType":"decimal","precision":8,"scale":1}},
            {"name":"day","type":{"type":"int","logicalType":"date"}},
            {"name":"opens","type":{"type":"int","logicalType":"time-millis"}},
            {"name":"closes","type":{"type":"long","logicalType":"time-micros"}},
            {"name":"millis","type":["null",{"type":"long","logicalType":"timestamp-millis"}]},
            {"name":"micros","type":{"type":"long","logicalType":"timestamp-micros"}},
            {"name":"local","type":{"type":"long","logicalType":"local-timestamp-millis"}},
            {"name":"number","type":{"type":"string","logicalType":"uuid"}},
            {"name":"days","type":{"type":"array","items":{"type":"int","logicalType":"date"}}},
            {"name":"odd","type":{"type":"string","logicalType":"date"}},
            {"name":"named","type":{"type":"long","logicalType":"timestamp-millis",
              "connect.name":"io.debezium.time.MicroTimestamp"}}
            """;
        String from = VALUE.substring(
                VALUE.indexOf("{\"name\":\"id\""), VALUE.indexOf("],\"connect.name\":\"s.public.t.Value\""));
        String value = VALUE.replace(from, fields);
        Schema schema = new Schema.Parser().parse(value);
        GenericRecord row = new GenericData.Record(
                schema.getField("after").schema().getTypes().get(1));
        row.put("id", 7L);
        row.put("price", ByteBuffer.wrap(BigInteger.valueOf(1250).toByteArray()));
        row.put("fixed", new GenericData.Fixed(row.getSchema().getField("fixed").schema(), new byte[] {-1, -1, -1, -5
        }));
        row.put("day", 19800);
        row.put("opens", 32_700_000);
        row.put("closes", 32_700_250_000L);
        row.put("millis", 1_700_000_000_123L);
        row.put("micros", 1_700_000_000_123_456L);
        row.put("local", 1_700_000_000_000L);
        row.put("number", "0b1c");
        row.put("days", List.of(19800));
        row.put("odd", "x");
        row.put("named", 1_700_000_000_123_456L);
        GenericRecord event = new GenericData.Record(schema);
        event.put("after", row);
        event.put("source", event("c", null, null, 9).get("source"));
        event.put("op", "c");
        Reading of = Reading.of(
                new TopicTables(Map.of("s.public.t", "t"), null, Map.of(), Map.of()),
                id -> Map.of(1, KEY, 2, value).get(id));

        of.read("s.public.t", 0, key(), avro(2, event));

        assertThat(of.shown())
                .containsExactly("INSERT t {\"id\":7} {\"id\":7,\"price\":\"12.50\",\"fixed\":\"-0.5\","
                        + "\"day\":\"2024-03-18\",\"opens\":\"09:05:00\",\"closes\":\"09:05:00.25\","
                        + "\"millis\":\"2023-11-14T22:13:20.123\",\"micros\":\"2023-11-14T22:13:20.123456\","
                        + "\"local\":\"2023-11-14T22:13:20\",\"number\":\"0b1c\",\"days\":[\"2024-03-18\"],"
                        + "\"odd\":\"x\",\"named\":\"2023-11-14T22:13:20.123456\"}");
        assertThat(of.only().schema().toString())
                .isEqualTo("t[id BIGINT NOT NULL, price DECIMAL(10, 2), fixed DECIMAL(8, 1), day DATE, opens STRING,"
                        + " closes STRING, millis TIMESTAMP(6), micros TIMESTAMP(6), local TIMESTAMP(6), number STRING,"
                        + " days ARRAY<DATE>, odd STRING, named TIMESTAMP(6)] key [id]");
    }

    @Test
    void framesOfOtherRegistriesAreNamed() {
        byte[] apicurio = joined(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 2}, new byte[] {0, 2, 14});
        Reading without = Reading.ofTopic().read("s.public.t", 0, key(), new byte[] {0, 0, 0, 0, 2, 0, 8});

        reading.read("s.public.t", 0, key(), apicurio);

        assertThat(reading.shown())
                .singleElement()
                .asString()
                .contains("Apicurio")
                .contains("value.converter.apicurio.registry.as-confluent");
        assertThat(without.shown())
                .singleElement()
                .asString()
                .contains("kafka.registry.url")
                .contains("Protobuf")
                .contains("value.converter");
    }

    @Test
    void whatCannotBeReadIsADeadLetter() throws Exception {
        byte[] good = avro(2, event("d", null, null, 9));
        byte[] unknown = good.clone();
        unknown[4] = 99;
        List<byte[]> records = new java.util.ArrayList<>(List.of(unknown, new byte[] {0, 0, 0}, new byte[] {0}));
        for (int length = 5; length < good.length - 1; length++) {
            records.add(java.util.Arrays.copyOf(good, length));
        }

        for (byte[] record : records) {
            reading.captured().clear();
            reading.read("s.public.t", 0, key(), record);
            assertThat(reading.captured())
                    .as("%s bytes", record.length)
                    .singleElement()
                    .isInstanceOf(Rejected.class);
        }
    }

    @Test
    void aLengthBeyondTheRecordIsADeadLetter() throws Exception {
        byte[] twoGigabytes = {(byte) 0xfe, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f};
        // NULL before, a row after: its id, NULL, and then a text, bytes, an array or the elements of one.
        List<byte[]> rows = List.of(
                joined(new byte[] {0, 2, 14, 0, 2}, twoGigabytes),
                joined(new byte[] {0, 2, 14, 0, 0, 0, 0, 0, 2}, twoGigabytes),
                joined(new byte[] {0, 2, 14, 0, 0, 0, 0, 0, 0, 0, 2}, twoGigabytes),
                joined(new byte[] {0, 2, 14, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2}, twoGigabytes),
                joined(new byte[] {0, 2, 14, 0, 2}, new byte[] {1}),
                joined(new byte[] {0, 2, 14, 0, 2}, joined(twoGigabytes, new byte[] {0, 0})));

        for (byte[] row : rows) {
            byte[] record = joined(new byte[] {0, 0, 0, 0, 2}, row);
            reading.captured().clear();
            long allocated = AllocatedBytes.during(() -> reading.read("s.public.t", 0, key(), record));

            assertThat(reading.shown()).singleElement().asString().contains("It claims ");
            assertThat(allocated).isLessThan(16 << 20);
        }
    }

    @Test
    void elementsThatTakeNoByteAreCounted() {
        String nothings = "{\"type\":\"record\",\"name\":\"E\",\"fields\":[{\"name\":\"after\",\"type\":"
                + "{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"N\",\"fields\":[]}}}]}";
        Reading of = Reading.of(
                new TopicTables(Map.of("s.public.t", "t"), null, Map.of(), Map.of()),
                id -> Map.of(1, KEY, 2, nothings).get(id));
        byte[] record = {0, 0, 0, 0, 2, (byte) 0xfe, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f, 0};

        of.read("s.public.t", 0, key(), record);

        assertThat(of.shown()).singleElement().asString().contains("more elements than it has bytes");
    }

    @Test
    void aSchemaOfEndlessDepthIsADeadLetter() throws Exception {
        String deep = "{\"type\":\"array\",\"items\":".repeat(20_000) + "\"null\"" + "}".repeat(20_000);
        Reading of = Reading.of(
                new TopicTables(Map.of("s.public.t", "t"), null, Map.of(), Map.of()),
                id -> Map.of(1, KEY, 2, deep).get(id));

        of.read("s.public.t", 0, key(), avro(2, event("d", null, null, 9)));

        assertThat(of.shown()).singleElement().asString().contains("Schema 2 of the registry is nested deeper");
    }

    /** Each record has two fields of the next one: written out, it would be 2 to the power of 30. */
    @Test
    void aSchemaThatGrowsWithoutEndIsADeadLetterAndIsAskedForOnce() throws Exception {
        String doubling = "\"long\"";
        for (int i = 0; i < 30; i++) {
            String next = i == 0 ? doubling : "\"R" + (i - 1) + "\"";
            doubling = "{\"type\":\"record\",\"name\":\"R" + i + "\",\"fields\":[{\"name\":\"a\",\"type\":" + doubling
                    + "},{\"name\":\"b\",\"type\":" + next + "}]}";
        }
        String endless = doubling;
        List<Integer> asked = new ArrayList<>();
        Reading of = Reading.of(new TopicTables(Map.of("s.public.t", "t"), null, Map.of(), Map.of()), id -> {
            asked.add(id);
            return Map.of(1, KEY, 2, endless).get(id);
        });

        of.read("s.public.t", 0, key(), avro(2, event("d", null, null, 9)));
        of.read("s.public.t", 0, key(), avro(2, event("d", null, null, 10)));

        assertThat(of.shown()).hasSize(2).allMatch(letter -> letter.contains("more than 100000 fields"));
        assertThat(asked).containsOnlyOnce(2);
    }

    @Test
    void mutatedRecordsBecomeChangesOrDeadLetters() throws Exception {
        GenericRecord row = new GenericData.Record(ROW);
        row.put("id", 7L);
        row.put("text", "text");
        row.put("price", ByteBuffer.wrap(BigInteger.valueOf(-210).toByteArray()));
        GenericRecord exact =
                new GenericData.Record(ROW.getField("exact").schema().getTypes().get(1));
        exact.put("scale", 3);
        exact.put("value", ByteBuffer.wrap(BigInteger.valueOf(1234).toByteArray()));
        row.put("exact", exact);
        row.put("raw", ByteBuffer.wrap(new byte[] {1, 2}));
        row.put("tags", java.util.Arrays.asList("a", null, "b"));
        row.put("days", List.of(19905, 1));
        byte[] good = avro(2, event("u", row, row, 100));
        Mutations mutations = new Mutations(20261129);

        for (int i = 0; i < 3000; i++) {
            byte[] record = mutations.of(good);
            reading.captured().clear();
            long allocated = AllocatedBytes.during(() -> reading.read("s.public.t", 0, key(), record));
            assertThat(allocated).as("mutation %s", i).isLessThan(16 << 20);
            assertThat(reading.captured()).as("mutation %s", i).hasSizeLessThan(3);
        }
    }

    private static byte[] joined(byte[] one, byte[] other) {
        return ByteBuffer.allocate(one.length + other.length)
                .put(one)
                .put(other)
                .array();
    }

    @Test
    void aSchemaThatContainsItselfIsADeadLetter() throws Exception {
        String recursive = VALUE.replace(
                "{\"name\":\"ratio\",",
                "{\"name\":\"next\",\"type\":[\"null\",\"Value\"],\"default\":null},{\"name\":\"ratio\",");
        Reading of = Reading.of(
                new TopicTables(Map.of("s.public.t", "t"), null, Map.of(), Map.of()),
                id -> Map.of(1, KEY, 2, recursive).get(id));

        of.read("s.public.t", 0, key(), avro(2, event("d", null, null, 9)));

        assertThat(of.shown()).singleElement().asString().contains("A record that contains itself, s.public.t.Value");
    }

    @Test
    void aRegistryThatIsAwayIsNoFaultOfTheRecord() {
        Reading away = Reading.of(new TopicTables(Map.of("s.public.t", "t"), null, Map.of(), Map.of()), id -> {
            throw new RegistryException("away", new IOException("away"));
        });

        assertThatThrownBy(() -> away.read("s.public.t", 0, key(), avro(2, event("d", null, null, 9))))
                .hasStackTraceContaining("away");
        assertThat(away.captured()).isEmpty();
    }

    private void read(GenericRecord event) throws IOException {
        reading.read("s.public.t", 0, key(), avro(2, event));
    }

    private static GenericRecord event(String operation, GenericRecord before, GenericRecord after, long lsn) {
        GenericRecord source =
                new GenericData.Record(VALUE_SCHEMA.getField("source").schema());
        source.put("connector", "postgresql");
        source.put("ts_ms", 1719828000123L);
        source.put("snapshot", "false");
        source.put("db", "shop");
        source.put("schema", "public");
        source.put("table", "t");
        source.put("lsn", lsn);
        GenericRecord event = new GenericData.Record(VALUE_SCHEMA);
        event.put("before", before);
        event.put("after", after);
        event.put("source", source);
        event.put("op", operation);
        return event;
    }

    private static byte[] key() {
        return new byte[] {0, 0, 0, 0, 1, 14};
    }

    private static byte[] avro(int id, GenericRecord record) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array());
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
        encoder.flush();
        return out.toByteArray();
    }
}
