package io.tributary.latest;

import static org.apache.flink.types.RowKind.DELETE;
import static org.apache.flink.types.RowKind.INSERT;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Change;
import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.FilledTables;
import io.tributary.change.Operation;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of keys that the targets had before the job began. */
@Tag("slow")
class HeldKeysTest {

    private static final Column ID = Column.of("id", new BigIntType(false)).numbered(1);
    private static final Schema SCHEMA = Schema.of(
                    "t",
                    List.of(
                            ID,
                            Column.omissible("city", VarCharType.STRING_TYPE).numbered(2)),
                    List.of("id"))
            .ofRelation(70, 1);
    private static final Retention HASHES = Retention.of(Map.of("t", Set.of()));
    private static final long KEY = 1;
    private static final long READING = 100;

    private static BinaryRowData key() {
        return row(Schema.of("t", List.of(ID), List.of("id")), KEY);
    }

    private static BinaryRowData row(Schema schema, Object... values) {
        GenericRowData row = new GenericRowData(values.length);
        for (int i = 0; i < values.length; i++) {
            row.setField(i, values[i] instanceof String text ? StringData.fromString(text) : values[i]);
        }
        return new RowDataSerializer(schema.rowType()).toBinaryRow(row).copy();
    }

    private static final Change HELD = Change.held(SCHEMA, Position.START, 0, key());

    private static Change found(String city) {
        return Change.upsert(Operation.READ, SCHEMA, Position.of(READING, 1), 0, key(), row(SCHEMA, KEY, city));
    }

    private static Change insert(long at, String city) {
        return Change.upsert(Operation.INSERT, SCHEMA, Position.of(at, 1), 0, key(), row(SCHEMA, KEY, city));
    }

    private static Change delete(long at) {
        return Change.delete(SCHEMA, Position.of(at, 1), 0, key());
    }

    private static Change unreadable(long at) {
        return Change.unreadable(SCHEMA, Position.of(at, 1), 0, key(), new int[0]);
    }

    private static Change truncation(long at) {
        return Change.truncate(SCHEMA, Position.of(at, 1), 0);
    }

    /** Behind all rows that it found, as a capture sees to. */
    private static Change end() {
        return Change.resynced(SCHEMA, Position.of(READING, 0), 0);
    }

    private static FilledTables compared() {
        return new FilledTables(Set.of("t"), Set.of("t")).comparing(Set.of("t"));
    }

    /** What a target has that had the key, as text, and what it had if nobody has said anything. */
    private static String target(List<ChangelogRow> changelog) {
        Downstream target = new Downstream()
                .apply(List.of(ChangelogRow.of(INSERT, SCHEMA, Position.of(1, 0), 0, row(SCHEMA, KEY, "of before"))));
        BinaryRowData row = target.apply(changelog).rows().get(KEY);
        return row == null ? "nothing" : row.getString(1).toString();
    }

    /** What a warehouse has, which goes by versions. */
    private static String warehouse(List<ChangelogRow> changelog, Position before) {
        TreeMap<Position, String> versions = new TreeMap<>(Map.of(before, "of before"));
        for (ChangelogRow entry : changelog) {
            switch (entry.kind()) {
                case INSERT, UPDATE_AFTER ->
                    versions.put(entry.version(), entry.row().getString(1).toString());
                case DELETE -> versions.put(entry.version(), "nothing");
                case UPDATE_BEFORE -> {
                    // Of no interest to it.
                }
            }
        }
        return versions.lastEntry().getValue();
    }

    /** The key comes at every place among the others, once and twice, with a restart and without. */
    private static void isSure(String expected, Change... changes) throws Exception {
        isSure(HELD, Position.of(1, 0), expected, changes);
    }

    private static void isSure(Change held, Position before, String expected, Change... changes) throws Exception {
        for (int first = 0; first <= changes.length; first++) {
            for (int second = first; second <= changes.length + 1; second++) {
                List<Change> order = new ArrayList<>(List.of(changes));
                order.add(first, held);
                order.add(second, held);
                for (int restart = 0; restart <= order.size(); restart++) {
                    List<ChangelogRow> shown = run(order, restart);
                    assertThat(target(shown))
                            .as("%s, restart %s: %s", order, restart, shown)
                            .isEqualTo(expected);
                    assertThat(warehouse(shown, before))
                            .as("%s: %s", order, shown)
                            .isEqualTo(expected);
                }
            }
        }
    }

    private static List<ChangelogRow> run(List<Change> changes, int restart) throws Exception {
        List<ChangelogRow> shown = new ArrayList<>();
        OperatorSubtaskState state;
        try (LatestJob job = LatestJob.start(HASHES, compared())) {
            job.take(changes.subList(0, restart).toArray(Change[]::new));
            shown.addAll(job.output());
            state = job.snapshot();
        }
        try (LatestJob job = LatestJob.resume(HASHES, state)) {
            job.take(changes.subList(restart, changes.size()).toArray(Change[]::new));
            shown.addAll(job.output());
        }
        return shown;
    }

    @Test
    void aKeyThatIsGoneIsDeletedWheneverItComes() throws Exception {
        isSure("nothing", end());
        isSure("nothing", delete(50), end());
        isSure("nothing", end(), delete(150));
        isSure("nothing", truncation(50), end());
        isSure("nothing", insert(50, "x"), delete(60), end());
        isSure("nothing", end(), insert(150, "x"), truncation(160));
    }

    @Test
    void aKeyThatIsThereIsUpdatedWheneverItComes() throws Exception {
        isSure("Rome", found("Rome"), end());
        isSure("Rome", delete(50), insert(60, "Rome"), found("Rome"), end());
        isSure("Rome", truncation(50), insert(60, "Rome"), found("Rome"), end());
        isSure("Rome", found("Oslo"), end(), truncation(150), insert(160, "Rome"));
        isSure("Rome", insert(150, "Rome"), end());
        isSure("Rome", end(), insert(150, "Rome"));
        isSure("Rome", delete(150), end(), insert(160, "Rome"));
    }

    /** It is there, and nobody knows how. */
    @Test
    void aRowThatCannotBeReadStaysAsItWas() throws Exception {
        isSure("of before", unreadable(READING), end());
        isSure("of before", unreadable(150), end());
        isSure("nothing", unreadable(READING), end(), delete(150));
        isSure("Rome", unreadable(READING), end(), insert(150, "Rome"));
        isSure("nothing", unreadable(50), end());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void keysOfTablesThatAreNotComparedChangeNothing(boolean isFilled) throws Exception {
        FilledTables tables = new FilledTables(Set.of("t"), isFilled ? Set.of("t") : Set.of());
        try (LatestJob job = LatestJob.start(HASHES, tables)) {
            job.take(HELD, end(), HELD);
            assertThat(job.output()).isEmpty();
        }
    }

    @Test
    void nothingIsKeptOfAKeyThatIsGone() throws Exception {
        try (LatestJob job = LatestJob.start(HASHES, compared())) {
            int empty = job.keyedState().length;
            job.take(HELD);
            assertThat(job.keyedState().length).isGreaterThan(empty);
            job.take(end());
            assertThat(job.keyedState()).hasSize(empty);
            assertThat(job.output()).extracting(ChangelogRow::kind).containsExactly(DELETE);
        }
    }

    /** Kafka's partitions: each has positions of its own, and of a row that is gone nothing is left. */
    @Test
    void whereReadingsHaveNoPositionAKeyIsDeletedBehindItsVersion() throws Exception {
        Position version = Position.of(50, 7);
        Change held = Change.held(SCHEMA, version, 0, key());
        Change end = Change.resynced(SCHEMA, Position.START, 0);

        isSure(held, version, "nothing", end);
        isSure(held, version, "nothing", end, end);
        isSure(held, version, "again", end, insert(51, "again"));
        isSure(held, version, "newer", insert(60, "newer"), end);
        isSure(held, version, "newest", insert(60, "newer"), end, insert(61, "newest"));
        isSure(held, version, "nothing", insert(60, "newer"), end, delete(61));
        isSure(held, version, "nothing", delete(60), end);
        isSure(held, version, "of before", unreadable(60), end);
    }
}
