package io.tributary.capture.dynamodb.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.dynamodb.Unwanted;
import io.tributary.capture.dynamodb.item.ItemTables;
import io.tributary.capture.dynamodb.item.Tables;
import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.ChangelogRow;
import io.tributary.change.FilledTables;
import io.tributary.change.Projection;
import io.tributary.change.Schema;
import io.tributary.change.TableKey;
import io.tributary.change.WireType;
import io.tributary.latest.Latest;
import io.tributary.latest.LatestSettings;
import io.tributary.latest.Retention;
import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithKeyedOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedBroadcastOperatorTestHarness;
import org.apache.flink.types.RowKind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Records of one item, from the stream to the row that the targets end with. */
final class StreamOrderTest {

    private static final long MILLIS = 1_700_000_000_000L;

    /** A record, and the sequence number it arrives with. */
    record Arrival(String sequence, String json) {}

    @Test
    void everyOrderOfChangesAndDuplicatesEndsInTheSameRow() throws Exception {
        List<Arrival> history = List.of(
                arrival(1, insert(MILLIS, "MILLISECOND", "{\"N\":\"1\"}")),
                arrival(2, modify(MILLIS * 1000 + 1_500, "MICROSECOND", "{\"N\":\"0.5\"}")),
                arrival(3, remove(MILLIS + 2)),
                arrival(4, insert(MILLIS + 2, null, "{\"S\":\"again\"}")),
                arrival(5, modify(MILLIS + 3, null, "{\"M\":{\"a\":{\"N\":\"7\"}}}")));

        for (List<Integer> order : permutations(history.size())) {
            List<Arrival> arrivals = new ArrayList<>();
            order.forEach(index -> arrivals.add(history.get(index)));
            // What was written last comes again, as the stream may have it twice.
            arrivals.add(history.get(order.get(0)));

            assertThat(lastRow(arrivals)).as("%s", order).isEqualTo(Map.of("pk", "o1", "v", "{\"a\":7}"));
        }
    }

    @Test
    void changesOfOneMillisecondAreInTheOrderOfTheirSequenceNumbers() throws Exception {
        List<Arrival> history = List.of(
                arrival(1, insert(MILLIS, null, "{\"N\":\"1\"}")),
                arrival(2, modify(MILLIS, null, "{\"N\":\"2\"}")),
                arrival(3, remove(MILLIS)));

        for (List<Integer> order : permutations(history.size())) {
            List<Arrival> arrivals = new ArrayList<>();
            order.forEach(index -> arrivals.add(history.get(index)));

            assertThat(lastRow(arrivals)).as("%s", order).isNull();
        }
    }

    @Test
    void longHistoriesEndInTheLastWrite() throws Exception {
        Random random = new Random(42);
        for (int round = 0; round < 20; round++) {
            List<Arrival> arrivals = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                boolean isMicros = random.nextBoolean();
                long time = MILLIS + i;
                String value = random.nextInt(4) == 0
                        ? "{\"S\":\"text " + i + "\"}"
                        : "{\"N\":\"" + i + (random.nextBoolean() ? ".25" : "") + "\"}";
                Arrival arrival = arrival(i, modify(isMicros ? time * 1000 + random.nextInt(1000) : time, null, value));
                arrivals.add(arrival);
                if (random.nextInt(3) == 0) {
                    arrivals.add(arrival);
                }
            }
            arrivals.add(arrival(40, modify(MILLIS + 40, "MILLISECOND", "{\"BOOL\":true}")));
            Collections.shuffle(arrivals, random);

            Map<String, String> row = lastRow(arrivals);

            assertThat(row).isEqualTo(Map.of("pk", "o1", "v", "true"));
        }
    }

    @Test
    void anExpiryIsToldInTheChangelog() throws Exception {
        List<ChangelogRow> changelog = changelog(
                List.of(
                        arrival(1, insert(MILLIS, null, "{\"N\":\"1\"}")),
                        arrival(
                                2,
                                remove(MILLIS + 1)
                                        .replace(
                                                "\"tableName\"",
                                                "\"userIdentity\":{\"type\":\"Service\",\"principalId\":\"dynamodb.amazonaws.com\"},\"tableName\""))));

        assertThat(changelog).extracting(ChangelogRow::kind).containsExactly(RowKind.INSERT, RowKind.DELETE);
        assertThat(changelog).extracting(ChangelogRow::isExpiry).containsExactly(false, true);
    }

    /** The row in the widest columns; null if it is not there. */
    private static @Nullable Map<String, String> lastRow(List<Arrival> arrivals) throws Exception {
        List<ChangelogRow> changelog = changelog(arrivals);
        ChangelogRow last = changelog.get(changelog.size() - 1);
        if (last.kind() == RowKind.DELETE) {
            return null;
        }
        Schema widest = last.schema();
        for (ChangelogRow row : changelog) {
            widest = widest.merge(row.schema());
        }
        return Tables.values(widest, Projection.of(last.schema(), widest).apply(last.row()));
    }

    private static List<ChangelogRow> changelog(List<Arrival> arrivals) throws Exception {
        RecordDecoder decoder = new RecordDecoder(
                new ItemTables(List.of(Tables.plain("orders"))),
                Unwanted.DEAD_LETTER,
                Unwanted.DEAD_LETTER,
                new SimpleCounter());
        List<Captured> captured = new ArrayList<>();
        for (Arrival arrival : arrivals) {
            decoder.decode(arrival.sequence(), arrival.json().getBytes(StandardCharsets.UTF_8), 0, captured::add);
        }
        try (var harness = new KeyedBroadcastOperatorTestHarness<TableKey, Change, Change, ChangelogRow>(
                new CoBroadcastWithKeyedOperator<>(
                        new Latest(
                                LatestSettings.from(Given.of(
                                        new Configuration(), new Secrets(name -> null, name -> null), new Problems())),
                                Retention.of(Map.of()),
                                FilledTables.none()),
                        List.of(Latest.TRUNCATIONS, Latest.SNAPSHOTS, Latest.RETYPED, Latest.SWEPT)),
                change -> TableKey.of(change.schema(), change.key()),
                WireType.TABLE_KEY,
                1,
                1,
                0)) {
            harness.open();
            for (Captured one : captured) {
                harness.processElement(new StreamRecord<>((Change) one));
            }
            return harness.extractOutputValues();
        }
    }

    private static Arrival arrival(int count, String json) {
        String digits = String.format("2%09x%x%016x00%09x%08x2", 0x54b6fffeL, 0, count, 0x54b70000L, 0);
        return new Arrival(new BigInteger(digits, 16).toString(), json);
    }

    private static String insert(long time, @Nullable String precision, String value) {
        return record("INSERT", time, precision, value);
    }

    private static String modify(long time, @Nullable String precision, String value) {
        return record("MODIFY", time, precision, value);
    }

    private static String remove(long time) {
        return record("REMOVE", time, null, null);
    }

    private static String record(String event, long time, @Nullable String precision, @Nullable String value) {
        return "{\"eventName\":\"" + event
                + "\",\"eventSource\":\"aws:dynamodb\",\"tableName\":\"orders\",\"dynamodb\":{"
                + "\"ApproximateCreationDateTime\":" + time
                + (precision == null ? "" : ",\"ApproximateCreationDateTimePrecision\":\"" + precision + "\"")
                + ",\"Keys\":{\"pk\":{\"S\":\"o1\"}}"
                + (value == null ? "" : ",\"NewImage\":{\"pk\":{\"S\":\"o1\"},\"v\":" + value + "}") + "}}";
    }

    private static List<List<Integer>> permutations(int size) {
        List<List<Integer>> all = new ArrayList<>();
        permute(IntStream.range(0, size).boxed().toList(), List.of(), all);
        return all;
    }

    private static void permute(List<Integer> rest, List<Integer> begin, List<List<Integer>> all) {
        if (rest.isEmpty()) {
            all.add(begin);
            return;
        }
        for (Integer next : rest) {
            List<Integer> longer = new ArrayList<>(begin);
            longer.add(next);
            permute(rest.stream().filter(other -> !other.equals(next)).toList(), longer, all);
        }
    }
}
