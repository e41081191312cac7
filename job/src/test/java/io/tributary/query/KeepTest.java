package io.tributary.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tributary.change.Audience;
import io.tributary.change.ChangelogRow;
import io.tributary.change.Filled;
import io.tributary.change.Schema;
import io.tributary.change.TableKey;
import io.tributary.change.WireType;
import io.tributary.settings.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.contrib.streaming.state.EmbeddedRocksDBStateBackend;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.table.runtime.operators.join.stream.AbstractStreamingJoinOperator;
import org.apache.flink.types.RowKind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that say how long their state is kept. */
final class KeepTest {

    private static final Schema TABLE = Rows.table("made", "id", "id BIGINT NOT NULL", "name STRING");
    private static final Duration KEEP = Duration.ofDays(30);
    private static final String JOIN = "SELECT o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer_id";

    @TempDir
    private Path folder;

    private final Problems problems = new Problems();
    private Instant now = Instant.parse("2030-01-01T00:00:00Z");

    private final Clock wall = new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    };

    private Queries compile(String keep, String select) throws IOException {
        Files.writeString(folder.resolve("made.sql"), "-- key: id\n" + keep + select);
        return Queries.compile(
                QueriesTest.settings(Map.of("sql.directory", folder.toString()), problems), ShopTables.ALL, problems);
    }

    private String identity(String keep, String select) throws IOException {
        String identity = compile(keep, select).identities().get("made");
        assertThat(problems.sentences()).isEmpty();
        return identity;
    }

    @ParameterizedTest
    @CsvSource({"30 days, 720", "1 day, 24", "36 HOURS, 36", "1hour, 1", "120 minutes, 2"})
    void saysATime(String said, long hours) {
        SqlFile file = SqlFile.parse("sql/a.sql", "-- key: id\n-- keep:  " + said + " \nSELECT id FROM t", problems);
        assertThat(file.keep()).isEqualTo(Duration.ofHours(hours));
        assertThat(problems.sentences()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"30", "0 days", "-1 days", "2 weeks", "a month", "99999 days", "1 day 2 hours", "5 s"})
    void refusesWhatIsNoTime(String said) {
        SqlFile.parse("sql/a.sql", "-- key: id\n-- keep: " + said + "\nSELECT id FROM t", problems);
        assertThat(problems.sentences())
                .containsExactly("sql/a.sql:2:10: '" + said
                        + "' is no time for which state can be kept; say it in minutes, hours or days, as '-- keep: 30"
                        + " days', or leave the line out to keep it for ever");
    }

    @Test
    void refusesTwoTimesAndOneInTheStatement() {
        SqlFile.parse(
                "sql/a.sql",
                "-- key: id\n-- keep: 1 day\n-- keep: 2 days\nSELECT id\n-- keep: 3 days\nFROM t",
                problems);
        assertThat(problems.sentences())
                .containsExactly(
                        "sql/a.sql:3:1: the header says 'keep:' twice; keep one",
                        "sql/a.sql:5:1: 'keep:' belongs into the header; move the line to before the SELECT");
    }

    @Test
    void whereNothingIsKeptTheLineIsNoted() throws IOException {
        assertThat(compile("-- keep: 30 days\n", "SELECT id FROM customers").cautions())
                .singleElement()
                .asString()
                .endsWith(
                        "made.sql:2:10: the file computes row by row, so it keeps nothing that could be forgotten; the line"
                                + " changes nothing");
        assertThat(compile("-- keep: 30 days\n", JOIN).cautions()).isEmpty();
    }

    @Test
    void aFileThatForgetsIsNotReadByOthers() throws IOException {
        Files.writeString(folder.resolve("reader.sql"), "-- key: id\nSELECT id FROM made");
        compile("-- keep: 30 days\n", JOIN);
        assertThat(problems.sentences())
                .singleElement()
                .asString()
                .endsWith(
                        "made.sql:2:10: other files read made, and would miss what is not kept; leave the line out, and give"
                                + " it to those files");
    }

    @Test
    void aHintForAPartOfTheStateIsRefused() throws IOException {
        compile(
                "",
                "SELECT /*+ STATE_TTL('o' = '1d') */ o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer_id");
        assertThat(problems.sentences())
                .singleElement()
                .asString()
                .endsWith(
                        "made.sql:2:12: a STATE_TTL hint bounds a part of the file's state alone; say how long all of it is"
                                + " kept by a line of the header, as '-- keep: 30 days'");
    }

    @Test
    void thatItForgetsMakesAnotherFileOfItAndHowSoonDoesNot() throws IOException {
        String forever = identity("", JOIN);
        String some = identity("-- keep: 30 days\n", JOIN);
        assertThat(some).isNotEqualTo(forever).isEqualTo(identity("-- keep: 31 days\n", JOIN));
        String direct = "SELECT id, status FROM orders";
        assertThat(identity("-- keep: 30 days\n", direct)).as("it has no state").isEqualTo(identity("", direct));
    }

    @Test
    void thePlannersStateHasTheTimeToo() throws Exception {
        Map<String, String> settings = Map.of("sql.directory", folder.toString());
        compile("-- keep: 30 days\n", JOIN);
        assertThat(retention(settings)).isEqualTo(KEEP.toMillis());
        compile("", JOIN);
        assertThat(retention(settings)).isZero();
    }

    private static long retention(Map<String, String> settings) throws Exception {
        return SqlJob.operators(settings, ShopTables.ALL).stream()
                .filter(AbstractStreamingJoinOperator.class::isInstance)
                .map(join ->
                        (Long) PrivateField.get(AbstractStreamingJoinOperator.class, "leftStateRetentionTime", join))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsForgottenIsWrittenOverBlindly(boolean onRocks) throws Exception {
        try (var settle = settle("plan", KEEP, onRocks, null)) {
            settle.processElement2(mark("plan", true));
            take(settle, Rows.insert(TABLE, "1|Ann"), Rows.insert(TABLE, "2|Bob"), Rows.insert(TABLE, "3|Cy"));
            assertThat(told(settle)).containsExactly("+I 1|Ann", "+I 2|Bob", "+I 3|Cy");
            pass(settle, Duration.ofDays(20));
            take(settle, Rows.delete(TABLE, "3|Cy"), Rows.insert(TABLE, "3|Cyd"), Rows.insert(TABLE, "4|Di"));
            assertThat(told(settle)).containsExactly("-D 3|Cy", "+I 3|Cyd", "+I 4|Di");
            pass(settle, Duration.ofDays(11));
            take(settle, Rows.delete(TABLE, "1|Ann"), Rows.delete(TABLE, "3|Cyd"), Rows.insert(TABLE, "5|Eve"));
            take(settle, Rows.insert(TABLE, "2|Bea"));
            assertThat(told(settle))
                    .containsExactly(
                            "blind -D 1|-",
                            "-D 3|Cyd",
                            "blind -U 5|-",
                            "blind +U 5|Eve",
                            "blind -U 2|-",
                            "blind +U 2|Bea");
            assertThat(settle.getOperator()).isInstanceOf(Settle.class);
            assertThat(((Settle) settle.getOperator()).table().forgottenRows.getCount())
                    .isEqualTo(1);
            assertThat(((Settle) settle.getOperator())
                            .table()
                            .unknownRetractions
                            .getCount())
                    .isZero();
        }
    }

    @Test
    void ofARowThatTheStateKnowsOtherwiseTheLastOneCounts() throws Exception {
        try (var settle = settle("plan", KEEP, false, null, Duration.ofHours(1))) {
            settle.processElement2(mark("plan", true));
            take(settle, Rows.insert(TABLE, "1|Ann"), Rows.insert(TABLE, "2|Bob"), Rows.insert(TABLE, "3|Cy"));
            settle.prepareSnapshotPreBarrier(1);
            settle.getOutput().clear();
            take(settle, Rows.delete(TABLE, "1|other"), Rows.insert(TABLE, "1|Anna"));
            take(settle, Rows.insert(TABLE, "2|Bea"), Rows.delete(TABLE, "2|other"));
            take(settle, Rows.delete(TABLE, "3|other"));
            settle.prepareSnapshotPreBarrier(2);
            assertThat(told(settle)).containsExactly("-U 1|Ann", "+U 1|Anna", "-U 2|Bob", "+U 2|Bea", "-D 3|Cy");
        }
    }

    @Test
    void whatWasKeptForEverIsReplacedAsAWholeAndTheOtherWayRound() throws Exception {
        OperatorSubtaskState state;
        try (var settle = settle("for ever", null, false, null)) {
            settle.processElement2(mark("for ever", true));
            take(settle, Rows.insert(TABLE, "1|Ann"));
            settle.prepareSnapshotPreBarrier(1);
            state = settle.snapshot(1, 1);
        }
        for (int turn = 2; turn < 5; turn++) {
            String plan = "plan " + turn;
            try (var settle = settle(plan, turn == 3 ? null : KEEP, false, state)) {
                take(settle, Rows.insert(TABLE, "1|Ann"), Rows.insert(TABLE, "2|Bob"));
                settle.processElement2(mark(plan, false));
                settle.prepareSnapshotPreBarrier(turn * 10);
                settle.setProcessingTime(settle.getProcessingTime() + 100);
                settle.prepareSnapshotPreBarrier(turn * 10 + 1);
                assertThat(settle.extractOutputValues())
                        .extracting(ChangelogRow::isReplacement, ChangelogRow::isBlind, ChangelogRow::kind)
                        .containsExactly(
                                tuple(true, false, RowKind.DELETE),
                                tuple(false, false, RowKind.INSERT),
                                tuple(false, false, RowKind.INSERT));
                settle.getOutput().clear();
                take(settle, Rows.delete(TABLE, "1|Ann"));
                assertThat(told(settle)).containsExactly("-D 1|Ann");
                settle.prepareSnapshotPreBarrier(turn * 10 + 2);
                state = settle.snapshot(turn * 10 + 2, 1);
            }
        }
    }

    private static StreamRecord<Filled> mark(String plan, boolean isFromTheStart) {
        return new StreamRecord<>(Filled.of("latest", Audience.query("made"), plan, 0, 1, isFromTheStart, 0));
    }

    private static void take(
            KeyedTwoInputStreamOperatorTestHarness<TableKey, ChangelogRow, Filled, ChangelogRow> settle,
            ChangelogRow... rows)
            throws Exception {
        for (ChangelogRow row : rows) {
            settle.processElement1(row, 0);
        }
    }

    private void pass(
            KeyedTwoInputStreamOperatorTestHarness<TableKey, ChangelogRow, Filled, ChangelogRow> settle, Duration time)
            throws Exception {
        now = now.plus(time);
        settle.setStateTtlProcessingTime(now.toEpochMilli());
    }

    /** What came since this was asked last. */
    private static List<String> told(
            KeyedTwoInputStreamOperatorTestHarness<TableKey, ChangelogRow, Filled, ChangelogRow> settle) {
        List<String> told = settle.extractOutputValues().stream()
                .map(entry -> (entry.isBlind() ? "blind " : "") + Rows.text(entry))
                .toList();
        settle.getOutput().clear();
        return told;
    }

    private KeyedTwoInputStreamOperatorTestHarness<TableKey, ChangelogRow, Filled, ChangelogRow> settle(
            String plan, @Nullable Duration keep, boolean onRocks, @Nullable OperatorSubtaskState state)
            throws Exception {
        return settle(plan, keep, onRocks, state, Duration.ZERO);
    }

    private KeyedTwoInputStreamOperatorTestHarness<TableKey, ChangelogRow, Filled, ChangelogRow> settle(
            String plan,
            @Nullable Duration keep,
            boolean onRocks,
            @Nullable OperatorSubtaskState state,
            Duration bundle)
            throws Exception {
        Settle settle = new Settle(
                        TABLE,
                        plan,
                        new Inputs(Audience.query("made"), plan, Set.of("latest")),
                        List.of(),
                        Target.empty(),
                        bundle,
                        bundle.isZero() ? 1 : 100,
                        wall,
                        Duration.ofMillis(200))
                .keeping(keep);
        var harness = new KeyedTwoInputStreamOperatorTestHarness<>(
                settle, new OutputKey(), null, WireType.TABLE_KEY, 8, 1, 0);
        if (onRocks) {
            harness.setStateBackend(new EmbeddedRocksDBStateBackend());
        }
        harness.setup(WireType.CHANGELOG_ROW.createSerializer(
                harness.getExecutionConfig().getSerializerConfig()));
        if (state != null) {
            harness.initializeState(state);
        }
        harness.open();
        harness.setStateTtlProcessingTime(now.toEpochMilli());
        return harness;
    }
}
