package io.tributary.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Audience;
import io.tributary.change.Change;
import io.tributary.change.ChangelogRow;
import io.tributary.change.FilledTables;
import io.tributary.change.Operation;
import io.tributary.change.Position;
import io.tributary.change.RequiredColumns;
import io.tributary.change.Schema;
import io.tributary.change.TableKey;
import io.tributary.change.WireType;
import io.tributary.fill.Consumer;
import io.tributary.latest.Latest;
import io.tributary.latest.LatestOperator;
import io.tributary.latest.LatestSettings;
import io.tributary.latest.Retention;
import io.tributary.settings.Problems;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.apache.flink.contrib.streaming.state.EmbeddedRocksDBStateBackend;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.KeyedBroadcastOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.types.RowKind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Files that compute row by row, behind the operator that has the rows, while these change at random and the job is killed, stopped and
 * given other files: after every checkpoint Iceberg has what it had before the file was changed, or all that the file makes by then,
 * however many checkpoints it takes to write it. A stream has it, too, although some records are in it before their checkpoint is complete,
 * and stay there when it never is.
 */
@Tag("slow")
final class DirectRandomTest {

    static final Schema SOURCE = Rows.table("t", "id", "id BIGINT NOT NULL", "a BIGINT", "note STRING");
    private static final int KEYS = 120;
    private static final int GROUPS = 8;

    /** The time of rows that were read, while that of a change is its position. */
    private static final long READ = 0;

    /** Each takes a key group further, at least, for Iceberg and then for Kinesis. */
    private static final int MOST_BARRIERS = 2 * GROUPS + 2;

    /** SELECTs, and what they make of a row, null for none. */
    private static final Map<String, BiFunction<Long, Row, @Nullable String>> FILES = Map.of(
            "SELECT id, a * 2 AS twice FROM t WHERE a > 3", (id, row) -> row.a > 3 ? id + "|" + row.a * 2 : null,
            "SELECT id, 12 / a AS share FROM t WHERE note <> 'n1'",
                    (id, row) -> row.a == 0 || row.note.equals("n1") ? null : id + "|" + 12 / row.a,
            "SELECT id, note FROM t", (id, row) -> id + "|" + row.note,
            "SELECT * FROM t WHERE note = 'n2'",
                    (id, row) -> row.note.equals("n2") ? id + "|" + row.a + "|" + row.note : null,
            "SELECT id, UPPER(note) AS note FROM t", (id, row) -> id + "|" + row.note.toUpperCase(Locale.ROOT));

    private record Row(long a, String note) {}

    private final Map<String, Stage> stages = new HashMap<>();
    private final Map<String, RowPlan> plans = new HashMap<>();
    private final Map<Long, Row> model = new TreeMap<>();
    private final List<Change> log = new ArrayList<>();
    private Random random = new Random();
    private boolean onRocks;
    private long position;
    private int taken;

    private @Nullable OperatorSubtaskState latest;
    private @Nullable OperatorSubtaskState direct;
    private VersionedTable iceberg = new VersionedTable();
    private VersionedTable kinesis = new VersionedTable();
    private EarlyStream stream = new EarlyStream();
    private int starts;

    /** Of the rows that are there from the start, those that were not read yet, and as it was at the last checkpoint. */
    private final Set<Long> unread = new TreeSet<>();

    private final Set<Long> unreadAtCheckpoint = new TreeSet<>();
    private final Set<Long> streamed = new HashSet<>();
    private int early;
    private int lost;
    private int again;

    /** What the targets have, after the last checkpoint; null if that is not what the file makes. */
    private @Nullable String checkpointed;

    private boolean isIcebergLost;

    @ParameterizedTest
    @CsvSource({"1, false, 25", "2, true, 8"})
    void targetsAreAlwaysWhole(long seed, boolean rocks, int runs) throws Exception {
        onRocks = rocks;
        for (int run = 0; run < runs; run++) {
            random = new Random(seed * 1000 + run);
            model.clear();
            log.clear();
            latest = null;
            direct = null;
            iceberg = new VersionedTable();
            kinesis = new VersionedTable();
            stream = new EarlyStream();
            streamed.clear();
            unreadAtCheckpoint.clear();
            for (long id = 0; id < KEYS / 4; id++) {
                model.put(id, new Row(random.nextInt(7), "n" + random.nextInt(3)));
                unreadAtCheckpoint.add(id);
            }
            taken = 0;
            checkpointed = null;
            isIcebergLost = false;
            targetsAreAlwaysWhole();
            again += stream.again;
        }
        assertThat(again).isPositive();
        assertThat(early).isGreaterThan(lost);
        assertThat(lost).isPositive();
    }

    private void targetsAreAlwaysWhole() throws Exception {
        List<String> texts = FILES.keySet().stream().sorted().toList();
        String text = texts.get(random.nextInt(texts.size()));
        boolean hasKinesis = random.nextBoolean();
        for (int start = 0; start < 6; start++) {
            if (latest != null && random.nextInt(4) == 0) {
                iceberg = new VersionedTable();
                isIcebergLost = true;
            }
            stream.startsWith(text);
            Target target = isIcebergLost ? Target.empty().writtenAnew(List.of(), "start " + starts++) : Target.empty();
            hasKinesis |= random.nextInt(3) == 0;
            run(text, target, hasKinesis);
            if (random.nextBoolean()) {
                text = texts.get(random.nextInt(texts.size()));
            }
        }
    }

    /** Until it is killed or stopped. */
    private void run(String text, Target target, boolean hasKinesis) throws Exception {
        List<String> before = iceberg.rows();
        boolean isKinesis = hasKinesis;
        boolean isShown = latest == null || (text.equals(checkpointed) && !isIcebergLost);
        Stage stage = stages.computeIfAbsent(text, DirectRandomTest::stage);
        int barriers = random.nextInt(6) == 0 ? MOST_BARRIERS + 2 : random.nextInt(5);
        int barrier = 0;
        unread.clear();
        unread.addAll(unreadAtCheckpoint);
        try (var source = source(stage, target, hasKinesis);
                var file = file(stage, target, hasKinesis)) {
            // What came after the last checkpoint comes again.
            for (Change change : log) {
                source.processElement(change, 0);
            }
            while (true) {
                for (int i = random.nextInt(60); i > 0; i--) {
                    Change change = random.nextInt(5) == 0 ? read() : null;
                    if (change == null) {
                        change = change();
                        log.add(change);
                    }
                    source.processElement(change, 0);
                    if (random.nextInt(3) == 0) {
                        source.setProcessingTime(source.getProcessingTime() + 5);
                    }
                    hand(source, file);
                }
                if (barrier == barriers) {
                    if (random.nextBoolean()) {
                        lost += hasKinesis ? stream.takeEarly(file.extractOutputValues()) : 0;
                        return;
                    }
                }
                source.prepareSnapshotPreBarrier(barrier);
                hand(source, file);
                file.prepareSnapshotPreBarrier(barrier);
                latest = source.snapshot(barrier, barrier);
                direct = file.snapshot(barrier, barrier);
                log.clear();
                unreadAtCheckpoint.retainAll(unread);
                List<ChangelogRow> interval = List.copyOf(file.extractOutputValues());
                file.getOutput().clear();
                if (random.nextInt(8) > 0) {
                    file.notifyOfCompletedCheckpoint(barrier);
                }
                assertThat(interval)
                        .as("nobody but Iceberg takes them")
                        .noneMatch(entry -> !isKinesis && entry.audience().equals(Audience.only(Audience.KINESIS)));
                iceberg.commit(interval, Audience.PASS_THROUGH);
                kinesis.commit(hasKinesis ? interval : List.of(), Audience.KINESIS);
                early += hasKinesis ? stream.takeEarly(interval) : 0;
                stream.takeRest(hasKinesis ? interval : List.of());
                if (kinesis.held.isEmpty() && kinesis.rows().equals(expected(text))) {
                    assertThat(stream.rows())
                            .as("%s at barrier %s", text, barrier)
                            .isEqualTo(kinesis.rows());
                }
                isShown |= iceberg.isReplaced;
                assertThat(iceberg.rows())
                        .as("%s at barrier %s", text, barrier)
                        .isEqualTo(isShown ? expected(text) : before);
                checkpointed = isShown ? text : null;
                isIcebergLost &= !isShown;
                if (barrier >= MOST_BARRIERS) {
                    assertThat(isShown).as("%s at barrier %s", text, barrier).isTrue();
                    assertThat(kinesis.rows()).as(text).isEqualTo(hasKinesis ? expected(text) : List.of());
                }
                if (barrier == barriers) {
                    return;
                }
                barrier++;
            }
        } finally {
            taken = 0;
        }
    }

    private List<String> expected(String text) {
        List<String> rows = new ArrayList<>();
        model.forEach((id, row) -> {
            String made = FILES.get(text).apply(id, row);
            if (made != null && (streamed.contains(id) || !unread.contains(id))) {
                rows.add(made);
            }
        });
        return rows.stream().sorted().toList();
    }

    /** A row that is there from the start, as it is by now; null if there is none left. */
    private @Nullable Change read() {
        if (unread.isEmpty()) {
            return null;
        }
        long id =
                unread.stream().skip(random.nextInt(unread.size())).findFirst().orElseThrow();
        unread.remove(id);
        Row row = model.get(id);
        return row == null ? null : upsert(Operation.READ, Position.of(0, position), READ, id, row);
    }

    private Change change() {
        position++;
        long id = random.nextInt(KEYS);
        streamed.add(id);
        if (random.nextInt(4) == 0) {
            model.remove(id);
            return Change.delete(SOURCE, Position.of(position, 0), position, key(id));
        }
        Row row = new Row(random.nextInt(7), "n" + random.nextInt(3));
        model.put(id, row);
        return upsert(Operation.UPDATE, Position.of(position, 0), position, id, row);
    }

    private static Change upsert(Operation operation, Position at, long time, long id, Row row) {
        return Change.upsert(operation, SOURCE, at, time, key(id), Rows.row(SOURCE, id + "|" + row.a + "|" + row.note));
    }

    private static BinaryRowData key(long id) {
        return Rows.row(Schema.of("t", List.of(SOURCE.columns().get(0)), List.of("id")), "" + id);
    }

    private void hand(
            KeyedBroadcastOperatorTestHarness<TableKey, Change, Change, ChangelogRow> from,
            OneInputStreamOperatorTestHarness<ChangelogRow, ChangelogRow> to)
            throws Exception {
        List<ChangelogRow> all = from.extractOutputValues();
        for (ChangelogRow row : all.subList(taken, all.size())) {
            to.processElement(row, 0);
        }
        taken = all.size();
    }

    static Stage stage(String text) {
        Problems problems = new Problems();
        Functions functions = functions(problems);
        SqlFile file = SqlFile.parse("sql/made.sql", "-- key: id\n" + text, problems);
        Input input = Input.of(SOURCE, RequiredColumns.NONE);
        Table rows = SqlSession.dry(List.of(input), List.of(), functions).query(text);
        Schema output = OutputShape.of(file, rows, problems);
        problems.throwIfAny();
        Stage stage = Stage.of(file, output, OutputShape.neverNull(rows), Map.of("t", input), Map.of());
        return Planning.of(stage, false, List.of(), functions);
    }

    private static Functions functions(Problems problems) {
        return Functions.find(
                QueriesTest.settings(Map.of(), problems), DirectRandomTest.class.getClassLoader(), problems);
    }

    static RowPlan plan(Stage stage) {
        SqlSession session = SqlSession.dry(stage.inputs(), List.of(), functions(new Problems()));
        var made = session.attach("made", stage.rows(session)).getTransformation();
        return RowPlan.of(made, session.scans());
    }

    private KeyedBroadcastOperatorTestHarness<TableKey, Change, Change, ChangelogRow> source(
            Stage stage, Target target, boolean hasKinesis) throws Exception {
        String start = target.writtenAnew();
        Consumer file = Consumer.atOnce(Audience.query("made"), stage.digest(), SOURCE, target.isReplaced());
        List<Consumer> consumers = new ArrayList<>(List.of(start == null ? file : file.refilling(start)));
        if (hasKinesis) {
            consumers.add(Consumer.atOnce(
                    Audience.query("made", Audience.KINESIS), stage.digest(), SOURCE, target.isReplaced()));
        }
        Latest rows = new Latest(
                LatestSettings.of(Duration.ofDays(1), Duration.ofDays(1)),
                Retention.whole(),
                FilledTables.none(),
                consumers);
        var harness = new KeyedBroadcastOperatorTestHarness<>(
                new LatestOperator(rows, Duration.ZERO),
                (Change change) -> TableKey.of(change.schema(), change.key()),
                WireType.TABLE_KEY,
                GROUPS,
                1,
                0);
        if (onRocks) {
            harness.setStateBackend(new EmbeddedRocksDBStateBackend());
        }
        harness.setup(WireType.CHANGELOG_ROW.createSerializer(
                harness.getExecutionConfig().getSerializerConfig()));
        if (latest != null) {
            harness.initializeState(latest);
        }
        harness.open();
        return harness;
    }

    private OneInputStreamOperatorTestHarness<ChangelogRow, ChangelogRow> file(
            Stage stage, Target target, boolean hasKinesis) throws Exception {
        assertThat(stage.isDirect()).isTrue();
        RowPlan plan = plans.computeIfAbsent(stage.digest(), first -> plan(stage));
        var harness = new OneInputStreamOperatorTestHarness<>(
                new DirectFactory(stage, plan, target, hasKinesis, System.currentTimeMillis(), true), GROUPS, 1, 0);
        harness.setup(WireType.CHANGELOG_ROW.createSerializer(
                harness.getExecutionConfig().getSerializerConfig()));
        if (direct != null) {
            harness.initializeState(direct);
        }
        harness.open();
        return harness;
    }

    /** A target that is given a checkpoint's entries at a time, and knows what has a version. */
    private static final class VersionedTable {
        private final Map<String, String> rows = new TreeMap<>();
        private final Map<String, Position> versions = new TreeMap<>();
        private final List<ChangelogRow> held = new ArrayList<>();
        private boolean isReplaced;

        void commit(List<ChangelogRow> interval, String target) {
            isReplaced = false;
            interval.stream().filter(entry -> entry.audience().isFor(target)).forEach(held::add);
            if (interval.stream()
                    .anyMatch(entry -> entry.isHeld() && entry.audience().isFor(target))) {
                return;
            }
            // What came before the last replacement is left out.
            for (int i = held.size() - 1; i >= 0; i--) {
                if (held.get(i).isReplacement()) {
                    held.subList(0, i).clear();
                    isReplaced = true;
                }
            }
            held.stream().filter(entry -> !entry.isHeld()).forEach(this::apply);
            held.clear();
        }

        private void apply(ChangelogRow entry) {
            if (entry.isReplacement()) {
                versions.values().forEach(version -> assertThat(version).isLessThan(entry.version()));
                rows.clear();
                return;
            }
            String row = Rows.text(entry.schema(), entry.row());
            String key = row.split("\\|")[0];
            Position last = versions.put(key, entry.version());
            assertThat(last == null || last.compareTo(entry.version()) <= 0)
                    .as("%s", entry)
                    .isTrue();
            switch (entry.kind()) {
                case INSERT, UPDATE_AFTER ->
                    assertThat(rows.put(key, row)).as("%s", entry).isNull();
                case UPDATE_BEFORE, DELETE ->
                    assertThat(rows.remove(key)).as("%s", entry).isEqualTo(row);
            }
        }

        List<String> rows() {
            return rows.values().stream().sorted().toList();
        }
    }

    /** Records in any order, of which nothing is taken back: of each key the one with the highest version counts. */
    private static final class EarlyStream {
        private final Map<String, ChangelogRow> newest = new TreeMap<>();
        private Position replaced = Position.START;

        /** The versions of changes that did not wait, by key and time, which they have as often as they come. */
        private final Map<String, Position> sent = new HashMap<>();

        private int again;
        private String file = "";

        /** Of another file, nothing comes again. */
        void startsWith(String text) {
            if (!text.equals(file)) {
                sent.clear();
            }
            file = text;
        }

        /** Those that do not wait for their checkpoint, and how many they are. */
        int takeEarly(List<ChangelogRow> entries) {
            List<ChangelogRow> early =
                    entries.stream().filter(ChangelogRow::isRepeated).toList();
            early.forEach(this::take);
            return early.size();
        }

        void takeRest(List<ChangelogRow> entries) {
            entries.stream().filter(entry -> !entry.isRepeated()).forEach(this::take);
        }

        private void take(ChangelogRow entry) {
            if (entry.isReplacement()) {
                // The rows of a result that is made anew have other versions.
                sent.clear();
            }
            if (!entry.audience().isFor(Audience.KINESIS) || entry.kind() == RowKind.UPDATE_BEFORE) {
                return;
            }
            if (entry.isReplacement()) {
                replaced = entry.version().isAfter(replaced) ? entry.version() : replaced;
            } else if (!entry.isOfTable()) {
                String key = Rows.text(entry.schema(), entry.row()).split("\\|")[0];
                newest.merge(key, entry, EarlyStream::newer);
                checkVersion(entry, key + "@" + entry.timestamp());
            }
        }

        /** What comes again has the version that it had when it was sent. */
        private void checkVersion(ChangelogRow entry, String change) {
            if (entry.timestamp() == READ) {
                return;
            }
            Position before = entry.isRepeated() ? sent.putIfAbsent(change, entry.version()) : sent.get(change);
            if (before != null) {
                again++;
                assertThat(entry.version()).as(change).isEqualTo(before);
            }
        }

        private static ChangelogRow newer(ChangelogRow one, ChangelogRow other) {
            if (one.isRepeated() && other.isRepeated()) {
                assertThat(Integer.signum(one.version().compareTo(other.version())))
                        .as("%s and %s", one, other)
                        .isEqualTo(Long.compare(one.timestamp(), other.timestamp()));
            }
            if (one.version().equals(other.version())) {
                assertThat(row(one)).as("%s", one).isEqualTo(row(other));
            }
            return one.version().isAfter(other.version()) ? one : other;
        }

        private static @Nullable String row(ChangelogRow entry) {
            return entry.kind() == RowKind.DELETE ? null : Rows.text(entry.schema(), entry.row());
        }

        List<String> rows() {
            return newest.values().stream()
                    .filter(entry -> entry.kind() != RowKind.DELETE)
                    .filter(entry -> !replaced.isAfter(entry.version()))
                    .map(EarlyStream::row)
                    .sorted()
                    .toList();
        }
    }
}
