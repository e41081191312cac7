package io.tributary.sink.iceberg;

import static io.tributary.sink.iceberg.Fixture.CONFLICTING;
import static io.tributary.sink.iceberg.Fixture.ID;
import static io.tributary.sink.iceberg.Fixture.NARROW;
import static io.tributary.sink.iceberg.Fixture.TEXT;
import static io.tributary.sink.iceberg.Fixture.after;
import static io.tributary.sink.iceberg.Fixture.before;
import static io.tributary.sink.iceberg.Fixture.delete;
import static io.tributary.sink.iceberg.Fixture.insert;
import static io.tributary.sink.iceberg.Fixture.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.Schema;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.TimestampType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A row whose change is refused stays as it was, whatever the reason, and what comes next of it finds it. */
@ParameterizedClass
@EnumSource(Deletes.class)
@Tag("slow")
class RefusedChangesTest {

    @Parameter
    Deletes deletes;

    private static final TimestampData MONDAY = TimestampData.fromEpochMillis(1_700_000_000_000L);
    private static final TimestampData TOO_LATE = TimestampData.fromEpochMillis(9_300_000_000_000_000L);

    private static final Schema TIMES = people(Column.of("at", new TimestampType(6)));
    private static final Schema MANY_TIMES = people(Column.of("at", new ArrayType(new TimestampType(6))));

    /** Partitioned by region. */
    private static final Schema PLACED = placed(TEXT, TEXT);

    private static final Schema PLACED_OF_NUMBERS = placed(TEXT, new IntType());
    private static final Schema PLACED_BY_NUMBERS = placed(new IntType(), TEXT);

    @TempDir
    private Path directory;

    @Test
    void aTypeThatConflicts() throws Exception {
        try (SinkHarness job = SinkHarness.start(Fixture.settings(deletes, directory))) {
            job.process(insert(NARROW, 1L, "a"), insert(NARROW, 2L, "b"), insert(NARROW, 3L, "c"));
            job.checkpoint();
            for (long id = 1; id <= 3; id++) {
                job.process(before(NARROW, id, "a"), after(CONFLICTING, id, 7));
            }
            job.process(before(CONFLICTING, 1L, 7), after(CONFLICTING, 1L, 8));
            job.checkpoint();
            assertThat(rows("people")).containsExactly("{id=1, name=a}", "{id=2, name=b}", "{id=3, name=c}");
            assertThat(job.rejected()).as("one letter a change").hasSize(4);

            job.process(before(CONFLICTING, 1L, 8), after(NARROW, 1L, "d"), delete(CONFLICTING, 2L, 7));
            job.checkpoint();
            assertThat(rows("people")).containsExactly("{id=1, name=d}", "{id=3, name=c}");
            assertThat(job.rejected()).hasSize(4);
        }
    }

    @Test
    void aValueThatDoesNotFit() throws Exception {
        try (SinkHarness job = SinkHarness.start(Fixture.settings(deletes, directory))) {
            job.process(insert(TIMES, 1L, MONDAY), insert(TIMES, 2L, MONDAY));
            job.process(before(TIMES, 1L, MONDAY), after(TIMES, 1L, TOO_LATE));
            job.checkpoint();
            job.process(before(TIMES, 2L, MONDAY), after(TIMES, 2L, TOO_LATE));
            job.checkpoint();
            assertThat(rows("people"))
                    .containsExactly("{at=2023-11-14T22:13:20, id=1}", "{at=2023-11-14T22:13:20, id=2}");
            assertThat(job.rejected())
                    .hasSize(2)
                    .allMatch(letter -> letter.reason().contains("cannot hold"));

            job.process(before(TIMES, 1L, TOO_LATE), after(TIMES, 1L), delete(TIMES, 2L, TOO_LATE));
            job.checkpoint();
            assertThat(rows("people")).containsExactly("{at=null, id=1}");
        }
    }

    @Test
    void aValueInAnArrayThatDoesNotFit() throws Exception {
        try (SinkHarness job = SinkHarness.start(Fixture.settings(deletes, directory))) {
            job.process(insert(MANY_TIMES, 1L, new GenericArrayData(new Object[] {MONDAY})));
            job.checkpoint();
            job.process(before(MANY_TIMES, 1L), after(MANY_TIMES, 1L, new GenericArrayData(new Object[] {TOO_LATE})));
            job.checkpoint();
            assertThat(rows("people")).containsExactly("{at=[2023-11-14T22:13:20], id=1}");
            assertThat(job.rejected()).hasSize(1);
        }
    }

    @Test
    void aColumnThatIcebergCannotHold() throws Exception {
        Schema nanos = Schema.of(
                "people",
                List.of(Column.of("id", ID), Column.of("name", TEXT), Column.of("at", new TimestampType(9))),
                List.of("id"));
        try (SinkHarness job = SinkHarness.start(Fixture.settings(deletes, directory))) {
            job.process(insert(NARROW, 1L, "a"));
            job.checkpoint();
            job.process(before(NARROW, 1L, "a"), after(nanos, 1L, "b"));
            job.checkpoint();
            assertThat(rows("people")).containsExactly("{id=1, name=a}");
            assertThat(job.rejected())
                    .singleElement()
                    .satisfies(letter -> assertThat(letter.reason()).contains("TIMESTAMP(9)"));
        }
    }

    @Test
    void aTableThatCannotBeMade() throws Exception {
        Schema nanos = people(Column.of("at", new TimestampType(9)));
        try (SinkHarness job = SinkHarness.start(Fixture.settings(deletes, directory))) {
            job.process(before(nanos, 1L), after(nanos, 1L));
            job.checkpoint();
            assertThat(job.rejected()).hasSize(1);
        }
    }

    @Test
    void anUpdateThatWouldHaveMovedItsRowToAnotherPartition() throws Exception {
        try (SinkHarness job = SinkHarness.start(partitioned())) {
            for (long id = 1; id <= 4; id++) {
                job.process(insert(PLACED, id, "east", "a"));
            }
            job.checkpoint();
            for (long id = 1; id <= 4; id++) {
                job.process(before(PLACED, id, "east"), after(PLACED_OF_NUMBERS, id, "west", 7));
            }
            job.process(before(PLACED_OF_NUMBERS, 1L, "west"), after(PLACED_OF_NUMBERS, 1L, "north", 7));
            job.checkpoint();
            assertThat(rows("orders")).hasSize(4).allMatch(row -> row.contains("region=east"));

            job.process(before(PLACED_OF_NUMBERS, 1L, "north"), after(PLACED, 1L, "west", "b"));
            job.process(delete(PLACED_OF_NUMBERS, 2L, "west"));
            job.process(before(PLACED_OF_NUMBERS, 3L, "west"), after(PLACED, 3L, "east", "b"));
            job.checkpoint();
            assertThat(rows("orders"))
                    .containsExactly(
                            "{id=1, note=b, region=west}",
                            "{id=3, note=b, region=east}",
                            "{id=4, note=a, region=east}");

            job.process(before(PLACED, 1L, "west"), after(PLACED, 1L, "south", "c"));
            job.checkpoint();
            assertThat(rows("orders")).contains("{id=1, note=c, region=south}").hasSize(3);
        }
    }

    @Test
    void aColumnThatPartitionsTheTableAndIsOfAnotherType() throws Exception {
        try (SinkHarness job = SinkHarness.start(partitioned())) {
            job.process(
                    insert(PLACED, 1L, "east", "a"), insert(PLACED, 2L, "east", "a"), insert(PLACED, 3L, "east", "a"));
            job.checkpoint();
            for (long id = 1; id <= 3; id++) {
                job.process(before(PLACED, id, "east"), after(PLACED_BY_NUMBERS, id, 7, "b"));
            }
            job.checkpoint();
            assertThat(rows("orders")).hasSize(3).allMatch(row -> row.contains("region=east"));
            assertThat(job.rejected()).hasSize(3);

            job.process(delete(PLACED_BY_NUMBERS, 1L, 7));
            job.process(before(PLACED_BY_NUMBERS, 2L, 7), after(PLACED, 2L, "west", "c"));
            job.checkpoint();
            assertThat(rows("orders")).containsExactly("{id=2, note=c, region=west}", "{id=3, note=a, region=east}");
            assertThat(job.rejected()).hasSize(3);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void whereARowStayedIsKnownAfterARestore(int parallelism) throws Exception {
        WriterStates states;
        try (SinkHarness job = SinkHarness.start(partitioned())) {
            job.process(insert(PLACED, 1L, "east", "a"));
            job.process(before(PLACED, 1L, "east"), after(PLACED_OF_NUMBERS, 1L, "west", 7));
            states = job.withWriters();
        }
        for (int owner = 0; owner < parallelism; owner++) {
            IcebergSettings copy = partitioned();
            try (SinkHarness job = SinkHarness.restore(copy, states, parallelism)) {
                job.processOn(owner, before(PLACED_OF_NUMBERS, 1L, "west"), after(PLACED, 1L, "region" + owner, "b"));
                states = job.withWriters();
                assertThat(rows("orders")).containsExactly("{id=1, note=b, region=region" + owner + "}");
                job.processOn(owner, delete(PLACED, 1L, "region" + owner), insert(PLACED, 1L, "west", "c"));
                job.processOn(owner, before(PLACED, 1L, "west"), after(PLACED_OF_NUMBERS, 1L, "east", 7));
                states = job.withWriters();
            }
        }
        assertThat(rows("orders")).containsExactly("{id=1, note=c, region=west}");
    }

    @Test
    void halvesOfSeveralUpdatesFindEachOther() throws Exception {
        ChangelogRow[] first = {before(NARROW, 1L, "a"), after(NARROW, 1L, "b")};
        ChangelogRow[] second = {before(NARROW, 2L, "a"), after(CONFLICTING, 2L, 7)};
        ChangelogRow third = before(NARROW, 3L, "a");
        try (SinkHarness job = SinkHarness.start(Fixture.settings(deletes, directory))) {
            job.process(insert(NARROW, 1L, "a"), insert(NARROW, 2L, "a"), insert(NARROW, 3L, "a"));
            job.process(second[0], first[0], first[1], second[1], third);
            assertThatThrownBy(() -> job.process(delete(NARROW, 3L)))
                    .hasMessageContaining("is not followed by its second half");
            job.checkpoint();
            assertThat(rows("people")).containsExactly("{id=1, name=b}", "{id=2, name=a}", "{id=3, name=a}");
        }
    }

    /** The second halves are then in the state of a channel. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void halvesThatAnUnalignedCheckpointPartsAreWrittenTogether(int parallelism) throws Exception {
        IcebergSettings settings = Fixture.settings(deletes, directory);
        ChangelogRow[] halves = {before(NARROW, 1L, "a"), after(NARROW, 1L, "b")};
        ChangelogRow[] refused = {before(NARROW, 2L, "a"), after(CONFLICTING, 2L, 7)};
        WriterStates states;
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "a"), insert(NARROW, 2L, "a"));
            job.process(halves[0], refused[0]);
            states = job.withWriters();
            assertThat(rows("people")).containsExactly("{id=1, name=a}", "{id=2, name=a}");
        }
        try (SinkHarness job = SinkHarness.restore(settings, states, parallelism)) {
            job.processByKey(halves[1], refused[1]);
            job.withWriters();
            assertThat(rows("people")).containsExactly("{id=1, name=b}", "{id=2, name=a}");
            assertThat(job.rejected()).hasSize(1);
        }
    }

    private IcebergSettings partitioned() {
        return Fixture.settings(deletes, directory, "tables.orders.iceberg.partition-by", "region");
    }

    private List<String> rows(String table) throws Exception {
        return read(Fixture.settings(deletes, directory), table);
    }

    private static Schema people(Column column) {
        return Schema.of("people", List.of(Column.of("id", ID), column), List.of("id"));
    }

    private static Schema placed(LogicalType region, LogicalType note) {
        return Schema.of(
                "orders",
                List.of(Column.of("id", ID), Column.of("region", region), Column.of("note", note)),
                List.of("id"));
    }
}
