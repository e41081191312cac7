package io.tributary.capture.debezium;

import static io.tributary.capture.debezium.Events.array;
import static io.tributary.capture.debezium.Events.event;
import static io.tributary.capture.debezium.Events.field;
import static io.tributary.capture.debezium.Events.incremental;
import static io.tributary.capture.debezium.Events.keySchema;
import static io.tributary.capture.debezium.Events.mysql;
import static io.tributary.capture.debezium.Events.postgres;
import static io.tributary.capture.debezium.Events.schema;
import static io.tributary.capture.debezium.Events.withSchema;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.change.Change;
import io.tributary.change.Column;
import io.tributary.change.Operation;
import io.tributary.change.RawRecord;
import io.tributary.change.Rejected;
import io.tributary.change.Schema;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DecimalType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Records of every shape, and what becomes of them. */
class DebeziumReaderTest {

    private static final String KEY = withSchema(keySchema(field("id", "int64")), "{\"id\":7}");
    private static final List<String> CITIES = List.of(field("id", "int64"), field("city", "string"));
    private static final String SCHEMA = schema(CITIES);

    private final Reading reading = Reading.ofTopic();

    @Test
    void everyOperationBecomesItsChange() {
        reading.read(KEY, value("r", "null", row(7, "Rome"), postgres(100, "true")))
                .read(KEY, value("c", "null", row(7, "Oslo"), postgres(200, "false")))
                .read(KEY, value("u", "null", row(7, "Bonn"), postgres(300, "false")))
                .read(KEY, value("d", "{\"id\":7,\"city\":\"\"}", "null", postgres(400, "false")))
                .read(KEY, null)
                .read(null, value("t", "null", "null", postgres(500, "false")))
                .read(null, withSchema(SCHEMA, "{\"op\":\"m\",\"source\":" + postgres(600, "false") + "}"))
                .read(KEY, withSchema(SCHEMA, "null"));

        assertThat(reading.shown())
                .containsExactly(
                        "READ t {\"id\":7} {\"id\":7,\"city\":\"Rome\"}",
                        "INSERT t {\"id\":7} {\"id\":7,\"city\":\"Oslo\"}",
                        "UPDATE t {\"id\":7} {\"id\":7,\"city\":\"Bonn\"}",
                        "DELETE t {\"id\":7}",
                        "TRUNCATE t");
        assertThat(reading.changes()).extracting(Change::timestamp).containsOnly(1719828000123L);
        assertThat(reading.changes().get(0).schema().toString())
                .isEqualTo("t[id BIGINT NOT NULL, city STRING] key [id]");
    }

    @Test
    void aRecordWithoutASchemaIsReadAsDeclared() {
        Reading declared = Reading.with(
                Map.of(),
                Map.of(
                        "t",
                        Map.of(
                                "id", "BIGINT",
                                "price", "DECIMAL(10, 2)",
                                "at", "io.debezium.time.MicroTimestamp",
                                "day", "DATE",
                                "note", "STRING",
                                "raw", "BYTES",
                                "tags", "ARRAY<STRING>",
                                "exact", "org.apache.kafka.connect.data.Decimal(6, 2)")));

        declared.read("{\"id\":7}", event("c", "null", """
            {"id":7,"price":12.5,"at":1719828000123456,"day":19905,"note":"n","raw":"AQI=",\
            "tags":["a",null],"exact":"ANI="}\
            """, postgres(200, "false")));

        assertThat(declared.shown())
                .containsExactly("INSERT t {\"id\":7} {\"at\":\"2024-07-01T10:00:00.123456\",\"day\":\"2024-07-01\","
                        + "\"exact\":\"2.10\",\"id\":7,\"note\":\"n\",\"price\":\"12.50\",\"raw\":\"0102\","
                        + "\"tags\":[\"a\",null]}");
    }

    @Test
    void whatIsNotDeclaredIsFoundAndWidens() {
        reading.read(
                        "{\"id\":7}",
                        event("c", "null", "{\"id\":7,\"n\":1,\"b\":true}", mysql("b.1", 4, 0, null, "false")))
                .read(
                        "{\"id\":7}",
                        event("u", "null", "{\"id\":7,\"n\":1.5,\"b\":null}", mysql("b.1", 5, 0, null, "false")))
                .read(
                        "{\"id\":7}",
                        event(
                                "u",
                                "null",
                                "{\"id\":7,\"n\":\"x\",\"m\":{\"a\":1.50}}",
                                mysql("b.1", 6, 0, null, "false")))
                .read("{\"id\":7}", event("d", "{\"id\":7}", "null", mysql("b.1", 7, 0, null, "false")));

        assertThat(reading.shown())
                .containsExactly(
                        "INSERT t {\"id\":7} {\"id\":7,\"n\":1,\"b\":true}",
                        "UPDATE t {\"id\":7} {\"id\":7,\"b\":null,\"n\":\"1.50\"}",
                        "UPDATE t {\"id\":7} {\"id\":7,\"b\":null,\"m\":\"{\\\"a\\\":1.50}\",\"n\":\"x\"}",
                        "DELETE t {\"id\":7}");
    }

    @Test
    void aDeleteMayBeTheFirstThatIsSeen() {
        reading.read("{\"id\":7}", event("d", "null", "null", mysql("b.1", 7, 0, null, "false")))
                .read("{\"id\":7}", event("c", "null", row(7, "Rome"), mysql("b.1", 8, 0, null, "false")));

        assertThat(reading.shown())
                .containsExactly("DELETE t {\"id\":7}", "INSERT t {\"id\":7} {\"id\":7,\"city\":\"Rome\"}");
    }

    @Test
    void aColumnThatIsAddedIsInTheNextSchema() {
        String wider = schema(List.of(field("id", "int64"), field("city", "string"), field("age", "int32")));
        reading.read(KEY, value("c", "null", row(7, "Rome"), postgres(1, "false")))
                .read(
                        KEY,
                        withSchema(
                                wider,
                                event("u", "null", "{\"id\":7,\"city\":\"Rome\",\"age\":3}", postgres(2, "false"))))
                .read(KEY, value("u", "null", row(7, "Oslo"), postgres(3, "false")));

        assertThat(reading.changes())
                .extracting(change -> change.schema().arity())
                .containsExactly(2, 3, 2);
        assertThat(reading.changes().get(2).schema())
                .isEqualTo(reading.changes().get(0).schema());
    }

    @Test
    void theSameRowHasTheSameBytesInWhicheverOrderItsFieldsCome() {
        String long1 = "a text that is longer than seven bytes";
        reading.read(KEY, value("c", "null", "{\"id\":7,\"city\":\"" + long1 + "\"}", postgres(1, "false")))
                .read(KEY, value("u", "null", "{\"city\":\"" + long1 + "\",\"id\":7}", postgres(2, "false")));

        assertThat(reading.changes().get(0).row())
                .isEqualTo(reading.changes().get(1).row());
    }

    @Test
    void valuesThatWereLeftOutAreMarked() {
        String wide = schema(List.of(
                field("id", "int64"),
                field("text", "string"),
                field("raw", "bytes"),
                array("words", field("i", "string")),
                array("numbers", field("i", "int32")),
                field("pairs", "map"),
                field("day", "int32", "io.debezium.time.Date")));
        StringBuilder numbers = new StringBuilder();
        for (byte b : "__debezium_unavailable_value".getBytes(StandardCharsets.UTF_8)) {
            numbers.append(numbers.isEmpty() ? "" : ",").append(b);
        }

        reading.read(
                KEY,
                withSchema(
                        wide,
                        event(
                                "u",
                                "null",
                                "{\"id\":7,\"text\":\"__debezium_unavailable_value\","
                                        + "\"raw\":\"X19kZWJleml1bV91bmF2YWlsYWJsZV92YWx1ZQ==\","
                                        + "\"words\":[\"__debezium_unavailable_value\"],\"numbers\":[" + numbers
                                        + "],\"pairs\":{\"__debezium_unavailable_value\":"
                                        + "\"__debezium_unavailable_value\"},\"day\":null}",
                                postgres(9, "false"))));

        assertThat(reading.only().missing()).containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void valuesThatWereLeftOutAreMarkedWithoutASchemaToo() {
        String note = "__debezium_unavailable_value";
        reading.read("{\"id\":7}", event("c", "null", "{\"id\":7,\"a\":\"x\",\"l\":[1]}", postgres(1, "false")))
                .read(
                        "{\"id\":7}",
                        event(
                                "u",
                                "null",
                                "{\"id\":7,\"a\":\"" + note + "\",\"l\":[\"" + note + "\"],\"n\":\"" + note + "\"}",
                                postgres(2, "false")))
                .read(
                        "{\"id\":7}",
                        event("u", "null", "{\"id\":7,\"a\":\"y\",\"l\":[2],\"n\":3}", postgres(3, "false")));

        assertThat(reading.shown())
                .containsExactly(
                        "INSERT t {\"id\":7} {\"id\":7,\"a\":\"x\",\"l\":\"[1]\"}",
                        "UPDATE t {\"id\":7} {\"id\":7,\"a\":null,\"l\":null,\"n\":null} without [a, l, n]",
                        "UPDATE t {\"id\":7} {\"id\":7,\"a\":\"y\",\"l\":\"[2]\",\"n\":\"3\"}");
    }

    @Test
    void aMysqlRowThatHoldsThePlaceholderHoldsIt() {
        reading.read(
                KEY, value("c", "null", row(7, "__debezium_unavailable_value"), mysql("b.1", 4, 0, null, "false")));

        assertThat(reading.only().missing()).isEmpty();
        assertThat(reading.only().schema().columns()).noneMatch(column -> column.isOmissible());
    }

    @Test
    void aDeclaredKeyThatChangesDeletesTheOldRow() {
        Reading declared = Reading.with(Map.of("t", List.of("city")), Map.of());

        declared.read(null, value("u", row(7, "Rome"), row(7, "Oslo"), postgres(9, "false")))
                .read(null, value("d", row(7, "Oslo"), "null", postgres(10, "false")));

        assertThat(declared.shown())
                .containsExactly(
                        "DELETE t {\"city\":\"Rome\"}",
                        "UPDATE t {\"city\":\"Oslo\"} {\"id\":7,\"city\":\"Oslo\"}",
                        "DELETE t {\"city\":\"Oslo\"}");
    }

    @Test
    void oneTopicMayCarryTheTablesThatAreNamed() {
        Reading several = Reading.of(
                new TopicTables(Map.of("all", "all"), Map.of("public.a", "first", "public.b", "b"), Map.of(), Map.of()),
                null);
        for (String table : List.of("a", "b", "c", "a")) {
            several.read(
                    "all",
                    0,
                    Events.bytes(KEY),
                    Events.bytes(value("c", "null", row(7, table), postgres(table, 9, "false"))));
        }

        assertThat(several.shown())
                .containsExactly(
                        "INSERT first {\"id\":7} {\"id\":7,\"city\":\"a\"}",
                        "INSERT b {\"id\":7} {\"id\":7,\"city\":\"b\"}",
                        "INSERT first {\"id\":7} {\"id\":7,\"city\":\"a\"}");
    }

    /** Their positions have no common order, and the rows of one would be taken for those of the other. */
    @Test
    void aTableThatIsNamedHasOneSource() {
        Reading several = ofTables(Map.of("public.t", "t"));
        String of = value("c", "null", row(7, "a"), postgres(9, "false"));
        several.read("all", 0, Events.bytes(KEY), Events.bytes(of))
                .read("all", 0, Events.bytes(KEY), Events.bytes(of.replace("\"db\":\"shop\"", "\"db\":\"other\"")))
                .read("all", 0, Events.bytes(KEY), Events.bytes(of.replace("\"name\":\"s\"", "\"name\":\"other\"")))
                .read("all", 0, Events.bytes(KEY), Events.bytes(of));

        assertThat(several.shown().get(0)).startsWith("INSERT t ");
        assertThat(several.shown().get(1))
                .startsWith("REJECTED")
                .contains("changes of shop.public.t (server s) and of other.public.t (server s)")
                .contains("as database.schema.table in kafka.tables");
        assertThat(several.shown().get(2)).contains("and of shop.public.t (server other)");
        assertThat(several.shown().get(3)).startsWith("INSERT t ");
    }

    @Test
    void tablesOfSeveralDatabasesAreToldByTheirFullNames() {
        Reading several = ofTables(Map.of("shop.public.t", "ours", "other.public.t", "theirs"));
        String of = value("c", "null", row(7, "a"), postgres(9, "false"));
        several.read("all", 0, Events.bytes(KEY), Events.bytes(of))
                .read("all", 0, Events.bytes(KEY), Events.bytes(of.replace("\"db\":\"shop\"", "\"db\":\"other\"")));

        assertThat(several.changes()).extracting(Change::table).containsExactly("ours", "theirs");
    }

    @Test
    void eachTableOfATopicKeepsItsLayout() {
        Reading several = ofTables(Map.of("public.a", "a", "public.b", "b"));
        String wide = schema(List.of(field("id", "int64"), field("city", "string"), field("n", "int32")));
        for (String table : List.of("a", "b", "a", "b")) {
            String of = table.equals("a") ? SCHEMA : wide;
            several.read(
                    "all",
                    0,
                    Events.bytes(KEY),
                    Events.bytes(withSchema(of, event("c", "null", row(7, table), postgres(table, 9, "false")))));
        }

        List<Change> changes = several.changes();
        assertThat(changes).extracting(Change::table).containsExactly("a", "b", "a", "b");
        assertThat(changes.get(2).schema()).isSameAs(changes.get(0).schema());
        assertThat(changes.get(3).schema()).isSameAs(changes.get(1).schema());
    }

    /** A row is found by the bytes of its key, which are others in another type. */
    @Test
    void aKeyIsReadInTheWiderTypeThatItWasPlannedWith() {
        Schema planned = Schema.of(
                "t",
                List.of(Column.of("id", new BigIntType(false)), Column.of("price", new DecimalType(false, 12, 2))),
                List.of("id", "price"));
        String fields = schema(List.of(
                field("id", "int32"),
                field(
                        "price",
                        "bytes",
                        "org.apache.kafka.connect.data.Decimal",
                        "{\"scale\":\"2\",\"connect.decimal.precision\":\"10\"}"),
                field("n", "int32")));
        String key =
                withSchema(keySchema(field("id", "int32"), field("price", "bytes")), "{\"id\":7,\"price\":\"ANI=\"}");
        String row = "{\"id\":7,\"price\":\"ANI=\",\"n\":3}";
        Reading narrow = new Reading(new DebeziumReader(
                "kafka",
                new TopicTables(Map.of("s.public.t", "t"), null, Map.of(), Map.of()),
                "__debezium_unavailable_value",
                null,
                Map.of("t", planned)));
        narrow.read(key, withSchema(fields, event("c", "null", row, postgres(1, "false"))))
                .read(key, withSchema(fields, event("d", row, "null", postgres(2, "false"))))
                .read(
                        key.replace("int32", "int64"),
                        withSchema(
                                fields.replace(
                                        "{\"type\":\"int32\",\"optional\":true,\"field\":\"id\"}",
                                        field("id", "int64")),
                                event("c", "null", row, postgres(3, "false"))));

        assertThat(narrow.changes().get(0).schema().toString())
                .isEqualTo("t[id BIGINT NOT NULL, price DECIMAL(12, 2) NOT NULL, n INT] key [id, price]");
        assertThat(narrow.changes().get(1).key())
                .isEqualTo(narrow.changes().get(0).key());
        assertThat(narrow.changes().get(2).schema().columns().get(0).type().asSummaryString())
                .isEqualTo("BIGINT NOT NULL");
    }

    private static Reading ofTables(Map<String, String> bySource) {
        return Reading.of(new TopicTables(Map.of("all", "all"), bySource, Map.of(), Map.of()), null);
    }

    @Test
    void aTableHasOneTopicAndATopicOneConnector() {
        Reading mixed = Reading.of(new TopicTables(Map.of("x.t", "t", "y.t", "t"), null, Map.of(), Map.of()), null);
        mixed.read("x.t", 0, Events.bytes(KEY), Events.bytes(value("c", "null", row(7, "a"), postgres(9, "false"))))
                .read("y.t", 0, Events.bytes(KEY), Events.bytes(value("c", "null", row(7, "a"), postgres(9, "false"))))
                .read(
                        "x.t",
                        0,
                        Events.bytes(KEY),
                        Events.bytes(value("c", "null", row(7, "a"), postgres("u", 9, "false"))));
        reading.read(KEY, value("c", "null", row(7, "a"), postgres(9, "false")).replace("\"schema\":\"public\",", ""))
                .read(KEY, value("c", "null", row(7, "a"), mysql("b.1", 4, 0, null, "false")));

        assertThat(mixed.shown().get(1)).startsWith("REJECTED y.t").contains("comes from the topics x.t and y.t");
        assertThat(mixed.shown().get(2))
                .contains("has changes of shop.public.t (server s) and of shop.public.u (server s)");
        assertThat(reading.shown().get(1)).startsWith("REJECTED").contains("of the connector 'mysql'");
    }

    @Test
    void whatFailsBehindTheReaderIsNoFaultOfTheRecord() {
        RawRecord record = new RawRecord(
                "s.public.t",
                0,
                1,
                5,
                Events.bytes(KEY),
                Events.bytes(value("c", "null", row(7, "a"), postgres(9, "false"))));

        assertThatThrownBy(() -> reading.reader().read(record, captured -> {
                    reading.captured().add(captured);
                    throw new IllegalStateException("downstream");
                }))
                .hasMessage("downstream");

        assertThat(reading.shown()).containsExactly("INSERT t {\"id\":7} {\"id\":7,\"city\":\"a\"}");
    }

    @Test
    void aStrayRecordBindsNothing() {
        Reading several = Reading.of(new TopicTables(Map.of("x.t", "t", "y.t", "t"), null, Map.of(), Map.of()), null);
        several.read("y.t", 0, null, Events.bytes("{\"op\":\"c\",\"after\":{\"id\":1}}"))
                .read("x.t", 0, null, Events.bytes("{\"op\":\"c\",\"after\":{\"id\":1}}"));
        several.captured().clear();
        Reading restored = Reading.of(new TopicTables(Map.of("x.t", "t", "y.t", "t"), null, Map.of(), Map.of()), null);
        several.reader().progress().forEach(restored.reader()::restore);

        for (Reading each : List.of(several, restored)) {
            each.read("x.t", 0, Events.bytes(KEY), Events.bytes(value("c", "null", row(7, "a"), postgres(9, "false"))));
            assertThat(each.shown()).containsExactly("INSERT t {\"id\":7} {\"id\":7,\"city\":\"a\"}");
        }
    }

    @Test
    void mysqlAndMariadbAreOneLog() {
        reading.read(KEY, value("c", "null", row(7, "a"), mysql("b.1", 4, 0, null, "false")))
                .read(
                        KEY,
                        value("u", "null", row(7, "b"), mysql("b.1", 5, 0, null, "false"))
                                .replace("\"connector\":\"mysql\"", "\"connector\":\"mariadb\""));

        assertThat(reading.changes()
                        .get(1)
                        .position()
                        .isAfter(reading.changes().get(0).position()))
                .isTrue();
    }

    @Test
    void beforeMayStandBehindAfter() {
        String note = "__debezium_unavailable_value";
        Reading declared = Reading.with(Map.of("t", List.of("id")), Map.of());
        String swapped = "{\"op\":\"u\",\"after\":{\"id\":8,\"city\":\"" + note
                + "\"},\"before\":{\"id\":7,\"city\":\"Rome\"},\"source\":" + postgres(9, "false") + "}";
        declared.read(KEY, withSchema(SCHEMA, swapped))
                .read(KEY, withSchema(SCHEMA, swapped.replace("\"city\":\"" + note + "\"", "\"city\":[1]")));
        Reading open = Reading.with(Map.of("t", List.of("id")), Map.of());
        open.read(null, swapped).read(null, swapped.replace("\"city\":\"" + note + "\"", "\"n\":1"));

        assertThat(declared.shown().subList(0, 3))
                .containsExactly(
                        "DELETE t {\"id\":7}",
                        "UPDATE t {\"id\":8} {\"id\":8,\"city\":null} without [city]",
                        "DELETE t {\"id\":7}");
        assertThat(declared.shown().get(3)).contains("Column city: ");
        assertThat(declared.shown().get(4)).isEqualTo("UNREADABLE t {\"id\":8}");
        assertThat(open.shown())
                .containsExactly(
                        "DELETE t {\"id\":7}",
                        "UPDATE t {\"id\":8} {\"id\":8,\"city\":null} without [city]",
                        "DELETE t {\"id\":7}",
                        "UPDATE t {\"id\":8} {\"id\":8,\"city\":null,\"n\":1}");
    }

    @Test
    void aTruncateOfAnotherServerIsADeadLetter() {
        reading.read(KEY, value("c", "null", row(7, "a"), postgres(500, "false")))
                .read(null, value("t", "null", "null", postgres(510, "false")))
                .read(KEY, value("r", "null", row(7, "a"), postgres(90, "first")))
                .read(null, value("t", "null", "null", postgres(100, "false")));

        assertThat(reading.shown().get(1)).isEqualTo("TRUNCATE t");
        assertThat(reading.shown().get(3)).startsWith("REJECTED").contains("started again on another server");
    }

    @Test
    void offsetsOrderOnlyWhatIsInOnePartition() {
        String source = "{\"connector\":\"sqlserver\",\"db\":\"d\",\"schema\":\"public\",\"table\":\"t\"}";
        byte[] value = Events.bytes(event("c", "null", row(7, "a"), source));
        Reading declared = Reading.with(Map.of("t", List.of("id")), Map.of());
        declared.read("s.public.t", 0, null, value)
                .read("s.public.t", 1, Events.bytes("{\"id\":7}"), value)
                .read("s.public.t", 1, null, value)
                .read("s.public.t", 1, Events.bytes("{\"id\":7,\"city\":\"a\"}"), value);

        assertThat(declared.shown().subList(0, 2)).allMatch(shown -> shown.startsWith("INSERT t "));
        assertThat(declared.shown().get(2))
                .startsWith("REJECTED")
                .contains("It has no key")
                .contains("one partition");
        assertThat(declared.shown().get(3))
                .startsWith("REJECTED")
                .contains("has the columns [id, city]")
                .contains("one partition");
    }

    /** Debezium leaves the LSN out of them, which the plan may meet in each of the newest records. */
    @Test
    void rowsOfAnIncrementalSnapshotAreRead() {
        reading.read(KEY, value("r", "null", row(7, "Rome"), incremental(null)))
                .read(KEY, value("r", "null", row(7, "Oslo"), incremental("[\"120\",\"120\"]")))
                .read(
                        "{\"id\":7}",
                        event("r", "null", row(7, "Bonn"), incremental(null).replace("\"lsn\":null,", "")))
                .read(KEY, value("u", "null", row(7, "Kyiv"), postgres(90, "false")));

        assertThat(reading.shown())
                .containsExactly(
                        "READ t {\"id\":7} {\"id\":7,\"city\":\"Rome\"}",
                        "READ t {\"id\":7} {\"id\":7,\"city\":\"Oslo\"}",
                        "READ t {\"id\":7} {\"id\":7,\"city\":\"Bonn\"}",
                        "UPDATE t {\"id\":7} {\"id\":7,\"city\":\"Kyiv\"}");
        assertThat(reading.changes()).extracting(Change::position).isSorted().doesNotHaveDuplicates();
    }

    static Stream<Arguments> malformed() {
        String good = value("c", "null", row(7, "Rome"), postgres(9, "false"));
        return Stream.of(
                Arguments.of("no JSON", KEY, "hello", "cannot be parsed"),
                Arguments.of("empty", KEY, "", "not a JSON object"),
                Arguments.of("cut off", KEY, good.substring(0, good.length() - 40), "cannot be parsed"),
                Arguments.of("cut off by one", KEY, good.substring(0, good.length() - 1), "cannot be parsed"),
                Arguments.of("something behind it", KEY, good + "}", "cannot be parsed"),
                Arguments.of("a number", KEY, "17", "not a JSON object"),
                Arguments.of("no event", KEY, "{\"id\":1,\"city\":\"x\"}", "has no op"),
                Arguments.of("unwrapped", KEY, withSchema(SCHEMA, "{\"id\":1}"), "has no op"),
                Arguments.of("an unknown op", KEY, good.replace("\"op\":\"c\"", "\"op\":\"q\""), "op 'q'"),
                Arguments.of("an op that is a number", KEY, good.replace("\"op\":\"c\"", "\"op\":4"), "is not a text"),
                Arguments.of("no row", KEY, value("c", "null", "null", postgres(9, "false")), "no row in after"),
                Arguments.of("a row that is none", KEY, value("c", "null", "[1]", postgres(9, "false")), "not a row"),
                Arguments.of(
                        "no lsn",
                        KEY,
                        good.replace("\"lsn\":9", "\"lsn\":null").replace("[null,\\\"9\\\"]", "[\\\"9\\\",null]"),
                        "source.lsn is missing"),
                Arguments.of(
                        "a long connector",
                        KEY,
                        good.replace("\"connector\":\"postgresql\"", "\"connector\":\"" + "é".repeat(40_000) + "\""),
                        "source.connector is longer than 100"),
                Arguments.of("no source", KEY, value("c", "null", row(7, "a"), "null"), "kafka.tables"),
                Arguments.of("no key", null, good, "set tables.t.key"),
                Arguments.of("a key that is a number", "7", good, "set tables.t.key"),
                Arguments.of("a key that is a word", "hello", good, "'hello' is a bare value"),
                Arguments.of("a key that is nothing", "", good, "is a bare value"),
                Arguments.of("a key that is a list", "[7]", good, "set tables.t.key"),
                Arguments.of("a key that is cut off", "{\"id\":", good, "cannot be parsed"),
                Arguments.of("a key that is a struct's text", "Struct{id=7}", good, "StringConverter"),
                Arguments.of(
                        "a struct's text", KEY, "Struct{after=Struct{id=7}}", "set the connector's value.converter"),
                Arguments.of(
                        "a key that is NULL",
                        KEY,
                        value("c", "null", "{\"id\":null,\"city\":\"a\"}", postgres(9, "false")),
                        "is not in its row"),
                Arguments.of(
                        "a key that is text",
                        KEY,
                        value("c", "null", "{\"id\":\"x\",\"city\":\"a\"}", postgres(9, "false")),
                        "Column id: 'x' is not a whole number"),
                Arguments.of(
                        "a key of another table",
                        withSchema(keySchema(field("other", "int64")), "{\"other\":1}"),
                        good,
                        "set tables.t.key to columns of its rows"),
                Arguments.of("Avro without a registry", KEY, "\0\0\0\0\1x", "kafka.registry.url"),
                Arguments.of("a schema of nothing", KEY, withSchema("{\"type\":\"nothing\"}", "{}"), "type 'nothing'"),
                Arguments.of(
                        "a delete without a key",
                        withSchema(keySchema(field("id", "int64")), "{\"id\":null}"),
                        value("d", "null", "null", postgres(9, "false")),
                        "does not have its key"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void whatCannotBeReadIsOneDeadLetterWithItsBytes(String name, String key, String value, String reason) {
        reading.read(KEY, value("r", "null", row(7, "Rome"), postgres(1, "true")));
        Reading cut = name.equals("no source") ? reading : Reading.ofTopic();
        cut.captured().clear();

        cut.read(key, value);

        Rejected letter = (Rejected) cut.captured().get(0);
        assertThat(cut.captured()).hasSize(1);
        assertThat(letter.reason())
                .startsWith("s.public.t, partition 0, offset ")
                .containsIgnoringCase(name.equals("no source") ? "has changes of" : reason);
        ByteBuffer raw = ByteBuffer.wrap(letter.raw());
        assertThat(part(raw)).isEqualTo(key);
        assertThat(part(raw)).isEqualTo(value);
        assertThat(raw.hasRemaining()).isFalse();
    }

    @Test
    void aValueThatCannotBeReadLeavesItsRowUnreadable() {
        reading.read(KEY, value("u", "null", "{\"id\":7,\"city\":{\"a\":[1]}}", postgres(9, "false")))
                .read(KEY, value("u", "null", row(7, "Bonn"), postgres(10, "false")));

        assertThat(reading.captured()).hasSize(3);
        assertThat(reading.captured().get(0)).isInstanceOf(Rejected.class);
        assertThat(((Rejected) reading.captured().get(0)).reason()).contains("Column city: '{' is not a text");
        assertThat(((Change) reading.captured().get(1)).operation()).isEqualTo(Operation.UNREADABLE);
        assertThat(reading.shown().get(2)).isEqualTo("UPDATE t {\"id\":7} {\"id\":7,\"city\":\"Bonn\"}");
    }

    @Test
    void noCutOfARecordEndsTheReader() {
        byte[] good = Events.bytes(value("c", "null", row(7, "Rome"), postgres(9, "false")));
        List<String> shown = new ArrayList<>();
        for (int length = 0; length < good.length; length++) {
            Reading each = Reading.ofTopic();
            each.read("s.public.t", 0, Events.bytes(KEY), java.util.Arrays.copyOf(good, length));
            shown.addAll(each.shown());
        }

        assertThat(shown).hasSize(good.length).allMatch(text -> text.startsWith("REJECTED "));
    }

    /** It is no failure of a registry, after which the record would be read again for ever. */
    @Test
    void aColumnThatCannotGoOnIsADeadLetter() {
        String name = "€".repeat(30_000);
        StringBuilder many = new StringBuilder("{\"id\":7");
        for (int i = 0; i < 65_535; i++) {
            many.append(",\"c").append(i).append("\":1");
        }
        Reading open = Reading.ofTopic()
                .read("{\"id\":7}", event("c", "null", "{\"id\":7,\"" + name + "\":1}", postgres(1, "false")))
                .read("{\"id\":7}", event("c", "null", many + "}", postgres(2, "false")))
                .read("{\"id\":7}", event("c", "null", "{\"id\":7}", postgres(3, "false")))
                .read("{\"id\":7}", event("u", "null", many + "}", postgres(4, "false")));
        reading.read(
                KEY,
                withSchema(
                        schema(List.of(field("id", "int64"), field(name, "int32"))),
                        event("c", "null", "{\"id\":7}", postgres(1, "false"))));

        assertThat(open.shown().get(0)).startsWith("REJECTED");
        assertThat(open.shown().get(1)).contains("has 65536 columns").doesNotContain("set tables.t.key");
        assertThat(open.shown().get(2)).isEqualTo("INSERT t {\"id\":7} {\"id\":7}");
        assertThat(open.shown().get(3)).startsWith("REJECTED").contains("has 65536 columns");
        assertThat(reading.shown()).singleElement().asString().contains("longer than 65535 bytes");
    }

    private static String part(ByteBuffer raw) {
        int length = raw.getInt();
        if (length < 0) {
            return null;
        }
        byte[] bytes = new byte[length];
        raw.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String row(int id, String city) {
        return "{\"id\":" + id + ",\"city\":\"" + city + "\"}";
    }

    private static String value(String operation, String before, String after, String source) {
        return withSchema(SCHEMA, event(operation, before, after, source));
    }
}
