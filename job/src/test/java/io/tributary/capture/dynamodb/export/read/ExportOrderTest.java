package io.tributary.capture.dynamodb.export.read;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.dynamodb.export.Orders;
import io.tributary.capture.dynamodb.export.find.DataFile;
import io.tributary.capture.dynamodb.export.find.Export;
import io.tributary.capture.dynamodb.export.find.Window;
import io.tributary.capture.dynamodb.stream.StreamedChanges;
import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.ChangelogRow;
import io.tributary.change.FilledTables;
import io.tributary.change.ReadableRow;
import io.tributary.change.TableKey;
import io.tributary.change.WireType;
import io.tributary.latest.Latest;
import io.tributary.latest.LatestSettings;
import io.tributary.latest.Retention;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithKeyedOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedBroadcastOperatorTestHarness;
import org.apache.flink.types.RowKind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Rows of exports and records of the stream, in every order, each as often as it likes, end in the same row. */
class ExportOrderTest {

    /** A millisecond. */
    private static final Instant T = Orders.NOON.plusMillis(7);

    private final StreamedChanges stream = new StreamedChanges(Orders.TABLE);
    private final ItemLines lines = new ItemLines(List.of(Orders.TABLE));

    /** What happens to an item; {@code id} is another one for each order. */
    private interface Event {
        List<Captured> of(String id);
    }

    @Test
    void theStreamGoesOnFromAFullExport() throws Exception {
        Event before = record("INSERT", T.minusMillis(1), "MILLISECOND", 1, 1);
        everyOrderEndsWith(
                3,
                full(T, 1),
                before,
                before,
                record("MODIFY", T.plusMillis(2), "MILLISECOND", 2, 2),
                record("MODIFY", T.plusMillis(2), "MILLISECOND", 3, 3));
    }

    @Test
    void aChangeInTheMillisecondOfTheExportIsNewer() throws Exception {
        everyOrderEndsWith(2, full(T, 1), record("MODIFY", T, "MILLISECOND", 5, 2));
        everyOrderEndsWith(2, full(T, 1), record("MODIFY", T, "MICROSECOND", 5, 2));
        everyOrderEndsWith(1, full(T, 1), record("MODIFY", T.minusNanos(1000), "MICROSECOND", 5, 0));
    }

    @Test
    void whatWasDeletedAfterTheExportStaysDeleted() throws Exception {
        Event insert = record("INSERT", T.minusMillis(1), "MICROSECOND", 1, 1);
        everyOrderEndsWith(null, full(T, 1), insert, insert, record("REMOVE", T.plusMillis(9), "MICROSECOND", 2, 0));
    }

    @Test
    void anIncrementalRowOutranksAllOfItsMillisecond() throws Exception {
        for (String precision : List.of("MILLISECOND", "MICROSECOND")) {
            Event first = record("MODIFY", T.plusNanos(100_000), precision, 1, 1);
            everyOrderEndsWith(
                    3,
                    first,
                    first,
                    record("MODIFY", T.plusNanos(400_000), precision, 2, 2),
                    record("MODIFY", T.plusNanos(900_000), precision, 3, 3),
                    written(T.plusNanos(900_000), 3));
        }
    }

    @Test
    void aRecordThatTheStreamLacksIsRepaired() throws Exception {
        for (String precision : List.of("MILLISECOND", "MICROSECOND")) {
            everyOrderEndsWith(
                    3,
                    full(T.minusMillis(50), 0),
                    record("MODIFY", T.plusNanos(100_000), precision, 1, 1),
                    record("MODIFY", T.plusNanos(400_000), precision, 2, 2),
                    written(T.plusNanos(900_000), 3),
                    written(T.plusNanos(900_000), 3));
            everyOrderEndsWith(
                    null,
                    full(T.minusMillis(50), 0),
                    record("MODIFY", T.plusNanos(100_000), precision, 1, 1),
                    deleted(T.plusNanos(200_000)),
                    deleted(T.plusNanos(200_000)));
        }
    }

    @Test
    void theStreamGoesOnFromAnIncrementalExport() throws Exception {
        for (String precision : List.of("MILLISECOND", "MICROSECOND")) {
            everyOrderEndsWith(
                    4,
                    record("MODIFY", T.plusNanos(900_000), precision, 3, 3),
                    written(T.plusNanos(900_000), 3),
                    full(T.minusMillis(9), 0),
                    record("MODIFY", T.plusMillis(1), precision, 4, 4));
            everyOrderEndsWith(
                    5,
                    deleted(T.plusNanos(100_000)),
                    full(T.minusMillis(9), 0),
                    record("INSERT", T.plusMillis(1), precision, 4, 5));
        }
    }

    @Test
    void aLaterFullExportIsNewerThanWhatWasWrittenBefore() throws Exception {
        everyOrderEndsWith(
                2,
                full(T, 2),
                written(T.minusNanos(1000), 1),
                full(T.minusSeconds(60), 0),
                record("MODIFY", T.minusNanos(1000), "MILLISECOND", 9, 1));
    }

    @Test
    void whatAReplacingExportLacksIsGone() throws Exception {
        Change truncation = Change.truncate(
                Orders.TABLE.schema(), Window.full(T.toEpochMilli()).truncation(), T.toEpochMilli());
        Event truncated = id -> List.of(truncation);
        List<Event[]> histories = List.of(
                new Event[] {truncated, written(T.minusNanos(1000), 1), full(T.minusSeconds(60), 0)},
                new Event[] {truncated, full(T, 2), written(T.minusNanos(1000), 1)},
                new Event[] {truncated, written(T.plusMillis(1), 3), truncated});
        List<@Nullable Integer> ends = new ArrayList<>();
        ends.add(null);
        ends.add(2);
        ends.add(3);
        for (int i = 0; i < histories.size(); i++) {
            for (List<Event> order : orders(List.of(histories.get(i)))) {
                assertThat(rows(List.of(order))).isEqualTo(expected(1, ends.get(i)));
            }
        }
    }

    private void everyOrderEndsWith(@Nullable Integer quantity, Event... events) throws Exception {
        List<List<Event>> orders = orders(List.of(events));
        assertThat(rows(orders)).isEqualTo(expected(orders.size(), quantity));
    }

    private static Map<String, String> expected(int orders, @Nullable Integer quantity) {
        Map<String, String> rows = new TreeMap<>();
        for (int i = 0; i < orders && quantity != null; i++) {
            rows.put("i" + i, Orders.row("i" + i, quantity));
        }
        return rows;
    }

    /** What is in a target in the end; each order is one of another item. */
    private static Map<String, String> rows(List<List<Event>> orders) throws Exception {
        Map<String, String> rows = new TreeMap<>();
        try (var harness = new KeyedBroadcastOperatorTestHarness<>(
                new CoBroadcastWithKeyedOperator<>(
                        new Latest(
                                LatestSettings.of(Duration.ofHours(1), Duration.ofMinutes(5)),
                                Retention.of(Map.of()),
                                FilledTables.none()),
                        List.of(Latest.TRUNCATIONS, Latest.SNAPSHOTS, Latest.RETYPED, Latest.SWEPT)),
                change -> TableKey.of(change.schema(), change.key()),
                WireType.TABLE_KEY,
                1,
                1,
                0)) {
            harness.open();
            for (int i = 0; i < orders.size(); i++) {
                for (Event event : orders.get(i)) {
                    for (Captured captured : event.of("i" + i)) {
                        Change change = (Change) captured;
                        if (change.operation().isOfRow()) {
                            harness.processElement(new StreamRecord<>(change));
                        } else {
                            harness.processBroadcastElement(new StreamRecord<>(change));
                        }
                    }
                }
            }
            for (ChangelogRow row : harness.extractOutputValues()) {
                String id = row.row().getString(0).toString();
                if (row.kind() == RowKind.INSERT || row.kind() == RowKind.UPDATE_AFTER) {
                    rows.put(id, ReadableRow.json(row.schema(), row.row()));
                } else {
                    rows.remove(id);
                }
            }
        }
        return rows;
    }

    private static <T> List<List<T>> orders(List<T> events) {
        if (events.isEmpty()) {
            return List.of(List.of());
        }
        List<List<T>> orders = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            List<T> others = new ArrayList<>(events);
            T first = others.remove(i);
            for (List<T> rest : orders(others)) {
                List<T> order = new ArrayList<>(List.of(first));
                order.addAll(rest);
                orders.add(order);
            }
        }
        return orders;
    }

    private Event full(Instant time, int quantity) {
        return id -> read(Window.full(time.toEpochMilli()), Orders.item(id, quantity));
    }

    private Event written(Instant at, int quantity) {
        return id -> read(Window.incremental(0, 1), Orders.written(at, id, quantity));
    }

    private Event deleted(Instant at) {
        return id -> read(Window.incremental(0, 1), Orders.deleted(at, id));
    }

    private List<Captured> read(Window window, String line) {
        List<Captured> out = new ArrayList<>();
        Export export = Export.of("e", "Orders", window, List.of());
        byte[] bytes = line.getBytes(UTF_8);
        lines.read(ExportSplit.file(export, "orders", DataFile.of("f", "", 1)), bytes, 0, bytes.length, out::add);
        return out;
    }

    private Event record(String name, Instant at, String precision, int sequence, int quantity) {
        return id -> {
            List<Captured> out = new ArrayList<>();
            String json = Orders.record(name, at, precision, id, quantity);
            stream.read(
                    "4950000000000000000000000000000000000000000000000000000" + sequence,
                    json.getBytes(UTF_8),
                    out::add);
            return out;
        };
    }
}
