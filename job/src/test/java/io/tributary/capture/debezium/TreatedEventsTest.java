package io.tributary.capture.debezium;

import static io.tributary.capture.Rules.hash;
import static io.tributary.capture.debezium.Events.event;
import static io.tributary.capture.debezium.Events.field;
import static io.tributary.capture.debezium.Events.keySchema;
import static io.tributary.capture.debezium.Events.postgres;
import static io.tributary.capture.debezium.Events.schema;
import static io.tributary.capture.debezium.Events.withSchema;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.ColumnRules;
import io.tributary.capture.Rules;
import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Rejected;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Columns of Debezium's events that are left out or hashed are so in changes and in dead letters. */
class TreatedEventsTest {

    private static final String RAW = "private";
    private static final ColumnRules RULES = Rules.of("hash", "id;email;number", "exclude", "card");
    private static final String SCHEMA = schema(List.of(
            field("id", "int64"),
            field("email", "string"),
            field("card", "string"),
            field("number", "int32"),
            field("town", "string")));
    private static final String KEY = withSchema(keySchema(field("id", "int64")), "{\"id\":7}");

    private static Reading reading(ColumnRules rules) {
        TopicTables tables =
                new TopicTables(Map.of("s.public.t", "t", "s.public.other", "other"), null, Map.of(), Map.of());
        return Reading.of(tables.treating(Map.of("t", rules)), null);
    }

    private static String row(String email) {
        return "{\"id\":7,\"email\":" + email + ",\"card\":\"private\",\"number\":42,\"town\":\"Ulm\"}";
    }

    private static void check(List<Captured> all) {
        for (Captured captured : all) {
            if (captured instanceof Rejected rejected) {
                assertThat(rejected.reason()).doesNotContain(RAW);
                assertThat(rejected.raw()).isEmpty();
            } else if (((Change) captured).row() != null) {
                assertThat(new String(((Change) captured).row().getSegments()[0].getArray(), UTF_8))
                        .doesNotContain(RAW);
            }
        }
    }

    @Test
    void rowsWithASchema() {
        Reading reading = reading(RULES)
                .read(KEY, withSchema(SCHEMA, event("c", "null", row("\"private\""), postgres(1, "false"))))
                .read(
                        KEY,
                        withSchema(
                                SCHEMA,
                                event("u", "null", row("\"__debezium_unavailable_value\""), postgres(2, "false"))))
                .read(KEY, withSchema(SCHEMA, event("u", "null", row("null"), postgres(3, "false"))))
                .read(KEY, withSchema(SCHEMA, event("d", row("\"private\""), "null", postgres(4, "false"))));
        String id = "{\"id\":\"" + hash("7") + "\"}";
        String rest = "\",\"number\":\"" + hash("42") + "\",\"town\":\"Ulm\"}";
        assertThat(reading.shown())
                .containsExactly(
                        "INSERT t " + id + " {\"id\":\"" + hash("7") + "\",\"email\":\"" + hash("private") + rest,
                        "UPDATE t " + id + " {\"id\":\"" + hash("7") + "\",\"email\":null" + rest.substring(1)
                                + " without [email]",
                        "UPDATE t " + id + " {\"id\":\"" + hash("7") + "\",\"email\":null" + rest.substring(1),
                        "DELETE t " + id);
        assertThat(reading.changes().get(0).schema())
                .hasToString(
                        "t[id STRING NOT NULL (hashed), email STRING (hashed), number STRING (hashed), town STRING]"
                                + " key [id]");
        check(reading.captured());
    }

    @Test
    void rowsWithoutASchema() {
        Reading reading = reading(RULES)
                .read("{\"id\":7}", event("c", "null", row("\"private\""), postgres(1, "false")))
                .read(
                        "{\"id\":8}",
                        event(
                                "c",
                                "null",
                                "{\"id\":8,\"email\":{\"private\":[1]},\"card\":5,\"number\":1.50,\"town\":5,\"new\":true}",
                                postgres(2, "false")))
                .read("{\"id\":7}", event("d", "null", "null", postgres(3, "false")));
        assertThat(reading.shown())
                .containsExactly(
                        "INSERT t {\"id\":\"" + hash("7") + "\"} {\"id\":\"" + hash("7") + "\",\"email\":\""
                                + hash("private") + "\",\"number\":\"" + hash("42") + "\",\"town\":\"Ulm\"}",
                        "INSERT t {\"id\":\"" + hash("8") + "\"} {\"id\":\"" + hash("8") + "\",\"email\":\""
                                + hash("{\"private\":[1]}") + "\",\"new\":true,\"number\":\"" + hash("1.5")
                                + "\",\"town\":\"5\"}",
                        "DELETE t {\"id\":\"" + hash("7") + "\"}");
        check(reading.captured());
    }

    @Test
    void onlyWhatIsIncludedComesThrough() {
        Reading reading = reading(Rules.of("include", "id;town"))
                .read("{\"id\":7}", event("c", "null", row("\"private\""), postgres(1, "false")))
                .read(KEY, withSchema(SCHEMA, event("c", "null", row("\"private\""), postgres(2, "false"))));
        assertThat(reading.shown())
                .containsExactly(
                        "INSERT t {\"id\":7} {\"id\":7,\"town\":\"Ulm\"}",
                        "INSERT t {\"id\":7} {\"id\":7,\"town\":\"Ulm\"}");
    }

    /** Whoever renames a column at the source does not make it come through. */
    @Test
    void aRowThatLacksAColumnOfTheSettingsIsNotTaken() {
        String renamed = row("\"private\"").replace("email", "mail");
        String fields = SCHEMA.replace("\"field\":\"email\"", "\"field\":\"mail\"");
        Reading reading = reading(RULES)
                .read("{\"id\":7}", event("c", "null", row("\"private\""), postgres(1, "false")))
                .read("{\"id\":7}", event("u", "null", renamed, postgres(2, "false")))
                .read(KEY, withSchema(fields, event("u", "null", renamed, postgres(3, "false"))));
        check(reading.captured());
        assertThat(reading.captured())
                .filteredOn(Rejected.class::isInstance)
                .extracting(rejected -> ((Rejected) rejected).reason())
                .hasSize(2)
                .allMatch(reason -> reason.contains("Rows of table t have no column "))
                .allMatch(reason -> reason.contains("which tables.t.columns leaves out or hashes"));
    }

    @Test
    void aKeyCannotBeLeftOut() {
        assertThat(reading(Rules.of("exclude", "id"))
                        .read("{\"id\":7}", event("c", "null", row("\"private\""), postgres(1, "false")))
                        .read(KEY, withSchema(SCHEMA, event("c", "null", row("\"private\""), postgres(2, "false"))))
                        .shown())
                .hasSize(2)
                .allMatch(shown -> shown.contains("tables.t.columns.exclude names id, which is of the table's key"));
    }

    @Test
    void deadLettersHaveNothingOfTheRecord() {
        String good = event("c", "null", row("\"private\""), postgres(1, "false"));
        Reading reading = reading(RULES)
                .read("{\"id\":7}", good)
                .read("{\"id\":7}", good.substring(0, good.indexOf("\"card\"")) + "private}")
                .read("{\"id\":7}", event("c", "null", "\"private\"", postgres(2, "false")))
                .read("Struct{email=private}", good)
                .read("private", good)
                .read("{\"id\":7}", "private")
                .read(
                        KEY,
                        withSchema(
                                SCHEMA,
                                event(
                                        "c",
                                        "null",
                                        row("\"private\"").replace("42", "\"private\""),
                                        postgres(4, "false"))));
        assertThat(reading.captured().stream().filter(Rejected.class::isInstance))
                .hasSizeGreaterThanOrEqualTo(6);
        check(reading.captured());
        assertThat(reading.shown())
                .anyMatch(
                        shown -> shown.contains("Column number: A value that is to be hashed cannot be read; it is not"
                                + " shown. More of it is not shown, and its bytes are not kept, since columns of its table are left"
                                + " out or hashed"));

        Reading others = reading(RULES);
        others.read("s.public.other", 0, Events.bytes("{\"id\":7}"), Events.bytes("private"));
        assertThat(((Rejected) others.captured().get(0)).raw()).isNotEmpty();
        assertThat(others.shown().get(0)).contains(RAW);
    }
}
