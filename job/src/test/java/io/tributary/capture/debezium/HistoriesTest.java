package io.tributary.capture.debezium;

import static io.tributary.capture.debezium.Events.event;
import static io.tributary.capture.debezium.Events.field;
import static io.tributary.capture.debezium.Events.incremental;
import static io.tributary.capture.debezium.Events.keySchema;
import static io.tributary.capture.debezium.Events.mysql;
import static io.tributary.capture.debezium.Events.postgres;
import static io.tributary.capture.debezium.Events.schema;
import static io.tributary.capture.debezium.Events.withSchema;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Change;
import io.tributary.change.ChangelogRow;
import io.tributary.change.ReadableRow;
import io.tributary.latest.LatestJob;
import io.tributary.latest.Retention;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The changes of a history end in the same row, in whichever order they arrive behind the reader, and however often. */
class HistoriesTest {

    private static final String KEY = withSchema(keySchema(field("id", "int64")), "{\"id\":7}");
    private static final String SCHEMA =
            schema(List.of(field("id", "int64"), field("city", "string"), field("note", "string")));
    private static final String LEFT_OUT = "__debezium_unavailable_value";

    /** How it ends, then the events in the topic's order. */
    private record History(String end, List<String> events) {}

    static Stream<History> histories() {
        return Stream.of(
                new History(
                        "{\"id\":7,\"city\":\"Bonn\",\"note\":\"b\"}",
                        List.of(
                                row("r", "Rome", "a", postgres(100, "last")),
                                row("u", "Oslo", "b", postgres(200, "false")),
                                row("u", "Bonn", LEFT_OUT, postgres(300, "false")))),
                new History(
                        "nothing",
                        List.of(
                                row("r", "Rome", "a", postgres(100, "last")),
                                row("u", "Oslo", LEFT_OUT, postgres(200, "false")),
                                delete(postgres(300, "false")))),
                new History(
                        "{\"id\":7,\"city\":\"Kyiv\",\"note\":\"c\"}",
                        List.of(
                                row("r", "Rome", "a", postgres(100, "true")),
                                delete(postgres(200, "false")),
                                row("c", "Kyiv", "c", postgres(300, "false")))),
                // A transaction that was open while the snapshot was read.
                new History(
                        "{\"id\":7,\"city\":\"Oslo\",\"note\":\"a\"}",
                        List.of(
                                row("r", "Rome", "a", postgres(500, "true")),
                                row("u", "Oslo", LEFT_OUT, postgres(480, "false")))),
                // An incremental snapshot beside the stream, and a transaction that was open meanwhile.
                new History(
                        "{\"id\":7,\"city\":\"Bonn\",\"note\":\"b\"}",
                        List.of(
                                row("u", "Rome", "a", postgres(500, "false")),
                                row("r", "Oslo", "b", incremental("[\"490\",\"500\"]")),
                                row("u", "Bonn", LEFT_OUT, postgres(480, "false")))),
                new History(
                        "{\"id\":7,\"city\":\"Oslo\",\"note\":\"b\"}",
                        List.of(
                                row("r", "Rome", "a", incremental(null)),
                                delete(postgres(500, "false")),
                                row("c", "Bonn", "c", postgres(510, "false")),
                                row("r", "Oslo", "b", incremental(null)))),
                // Transactions that MySQL compressed.
                new History(
                        "{\"id\":7,\"city\":\"Oslo\",\"note\":\"b\"}",
                        List.of(
                                row("c", "Rome", "a", mysql("b.000003", 1450, 0, "aa:23", "false")),
                                row("u", "Oslo", "b", mysql("b.000003", 1450, 0, "aa:23", "false")))),
                new History(
                        "nothing",
                        List.of(
                                row("c", "Rome", "a", mysql("b.000003", 1450, 0, "aa:23", "false")),
                                row("c", "Oslo", "b", mysql("b.000003", 1900, 0, "aa:24", "false")),
                                delete(mysql("b.000003", 1900, 0, "aa:24", "false")))),
                // The connector stops within one and sends it again.
                new History(
                        "{\"id\":7,\"city\":\"Oslo\",\"note\":\"b\"}",
                        List.of(
                                row("c", "Rome", "a", mysql("b.000003", 1450, 0, "aa:23", "false")),
                                row("c", "Rome", "a", mysql("b.000003", 1450, 0, "aa:23", "false")),
                                row("u", "Oslo", "b", mysql("b.000003", 1450, 0, "aa:23", "false")))),
                // Debezium starts again and sends what it has sent.
                new History(
                        "nothing",
                        List.of(
                                row("c", "Rome", "a", mysql("b.000009", 100, 0, "aa:1", "false")),
                                delete(mysql("b.000009", 200, 0, "aa:2", "false")),
                                row("c", "Rome", "a", mysql("b.000009", 100, 0, "aa:1", "false")))),
                // Another server takes over, whose binary log is younger.
                new History(
                        "{\"id\":7,\"city\":\"Oslo\",\"note\":\"b\"}",
                        List.of(
                                row("c", "Rome", "a", mysql("b.000009", 100, 0, "aa:1", "false")),
                                row("u", "Oslo", "b", mysql("b.000001", 50, 0, "bb:1", "false")))));
    }

    @ParameterizedTest
    @MethodSource("histories")
    void everyOrderEndsInTheSameRow(History history) throws Exception {
        Reading reading = Reading.ofTopic();
        history.events().forEach(event -> reading.read(KEY, event));
        List<Change> changes = reading.changes();

        for (List<Change> order : permutations(changes)) {
            List<Change> twice = new ArrayList<>(order);
            twice.addAll(order);
            try (LatestJob latest = LatestJob.start(Retention.whole())) {
                latest.take(twice.toArray(Change[]::new));
                assertThat(end(latest.output())).as("%s", order).isEqualTo(history.end());
            }
        }
    }

    private static String end(List<ChangelogRow> changelog) {
        String row = "nothing";
        for (ChangelogRow entry : changelog) {
            boolean isThere = entry.kind() == RowKind.INSERT || entry.kind() == RowKind.UPDATE_AFTER;
            row = isThere ? ReadableRow.json(entry.schema(), entry.row()) : "nothing";
        }
        return row;
    }

    private static <T> List<List<T>> permutations(List<T> of) {
        if (of.isEmpty()) {
            return List.of(Collections.emptyList());
        }
        List<List<T>> all = new ArrayList<>();
        for (int i = 0; i < of.size(); i++) {
            List<T> rest = new ArrayList<>(of);
            T first = rest.remove(i);
            for (List<T> order : permutations(rest)) {
                List<T> whole = new ArrayList<>(List.of(first));
                whole.addAll(order);
                all.add(whole);
            }
        }
        return all;
    }

    private static String row(String operation, String city, String note, String source) {
        String row = "{\"id\":7,\"city\":\"" + city + "\",\"note\":\"" + note + "\"}";
        return withSchema(SCHEMA, event(operation, "null", row, source));
    }

    private static String delete(String source) {
        return withSchema(SCHEMA, event("d", "{\"id\":7,\"city\":\"\",\"note\":null}", "null", source));
    }
}
