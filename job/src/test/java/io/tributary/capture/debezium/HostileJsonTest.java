package io.tributary.capture.debezium;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.AllocatedBytes;
import io.tributary.capture.Mutations;
import io.tributary.change.Rejected;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that are short to write and long to read. */
final class HostileJsonTest {

    private static final long MOST = 32 << 20;

    private static final String SCHEMA = Events.schema(List.of(
            Events.field("id", "int64"),
            Events.field("price", "bytes", "org.apache.kafka.connect.data.Decimal", "{\"scale\":\"2\"}"),
            Events.field("exact", "struct", "io.debezium.data.VariableScaleDecimal"),
            Events.field("flags", "bytes", "io.debezium.data.Bits", "{\"length\":\"83886080\"}"),
            Events.field("took", "string", "io.debezium.time.Interval"),
            Events.field("ratio", "double"),
            Events.field("text", "string"),
            Events.array("tags", "{\"type\":\"string\",\"optional\":true}")));

    private final Reading reading = Reading.ofTopic();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"price\":1e999999999",
                "\"price\":-1e-999999999",
                "\"exact\":{\"scale\":2000000000,\"value\":\"AQ==\"}",
                "\"exact\":{\"scale\":-2000000000,\"value\":\"AQ==\"}",
                "\"exact\":{\"scale\":1e999999999,\"value\":\"AQ==\"}",
                "\"flags\":\"AQ==\"",
                "\"ratio\":1e999999999"
            })
    void aValueThatIsShortToWriteAndLongToReadIsADeadLetter(String field) {
        String row = "{\"id\":1," + field + "}";
        long allocated = AllocatedBytes.during(() -> read(event(row)));

        assertThat(reading.captured()).first().isInstanceOf(Rejected.class);
        assertThat(reading.shown().get(1)).isEqualTo("UNREADABLE t {\"id\":1}");
        assertThat(allocated).isLessThan(MOST);
    }

    @Test
    void numbersWithoutASchemaKeepTheirBounds() {
        for (String number : List.of("1e999999999", "-1e-999999999", "1" + "0".repeat(999), "9".repeat(5000))) {
            Reading schemaless = Reading.with(java.util.Map.of("t", List.of("id")), java.util.Map.of());
            String event = Events.event("c", "null", "{\"id\":1,\"n\":" + number + "}", Events.postgres(100, "false"));
            long allocated = AllocatedBytes.during(() -> schemaless.read("{\"id\":1}", event));

            assertThat(schemaless.captured()).as(number).hasSize(1);
            assertThat(allocated).as(number).isLessThan(MOST);
        }
    }

    @Test
    void aDecimalOfAMillionDigitsIsNotMultipliedOut() {
        String digits = "A".repeat(400_000);

        read(event("{\"id\":1,\"price\":\"" + digits + "\"}"));
        read(event("{\"id\":1,\"exact\":{\"scale\":0,\"value\":\"" + digits + "\"}}"));
        read(event("{\"id\":1,\"took\":\"PT" + "9".repeat(1_000_000) + "S\"}"));

        assertThat(reading.shown())
                .filteredOn(shown -> !shown.equals("UNREADABLE t {\"id\":1}"))
                .hasSize(3)
                .allSatisfy(shown -> assertThat(shown)
                        .startsWith("REJECTED ")
                        .containsAnyOf("characters is not in ISO 8601", "more than the 65536")
                        .hasSizeLessThan(500));
    }

    @Test
    void mutatedEventsBecomeChangesOrDeadLetters() {
        byte[] good = Events.bytes(event("{\"id\":1,\"price\":\"ANI=\",\"exact\":{\"scale\":3,\"value\":\"ANI=\"},"
                + "\"took\":\"P1Y2M3DT4H5M6.78S\",\"ratio\":0.5,\"text\":\"text\",\"tags\":[\"a\",null]}"));
        byte[] key = Events.bytes("{\"id\":1}");
        Mutations mutations = new Mutations(20261130);

        for (int i = 0; i < 3000; i++) {
            byte[] record = mutations.of(good);
            reading.captured().clear();
            long allocated = AllocatedBytes.during(() -> reading.read("s.public.t", 0, key, record));
            assertThat(allocated).as("mutation %s", i).isLessThan(MOST);
            assertThat(reading.captured()).as("mutation %s", i).hasSizeLessThan(3);
        }
    }

    private void read(String event) {
        reading.read(Events.withSchema(Events.keySchema(Events.field("id", "int64")), "{\"id\":1}"), event);
    }

    private static String event(String after) {
        return Events.withSchema(SCHEMA, Events.event("c", "null", after, Events.postgres(100, "false")));
    }
}
