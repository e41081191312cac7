package io.tributary.sink.iceberg;

import static io.tributary.sink.iceberg.Fixture.CONFLICTING;
import static io.tributary.sink.iceberg.Fixture.ID;
import static io.tributary.sink.iceberg.Fixture.NARROW;
import static io.tributary.sink.iceberg.Fixture.TEXT;
import static io.tributary.sink.iceberg.Fixture.WIDE;
import static io.tributary.sink.iceberg.Fixture.after;
import static io.tributary.sink.iceberg.Fixture.before;
import static io.tributary.sink.iceberg.Fixture.delete;
import static io.tributary.sink.iceberg.Fixture.insert;
import static io.tributary.sink.iceberg.Fixture.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Column;
import io.tributary.change.Rejected;
import io.tributary.change.Schema;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Deletes.class)
@Tag("slow")
class EvolutionTest {

    @Parameter
    Deletes deletes;

    @TempDir
    private Path directory;

    private IcebergSettings settings;

    @BeforeEach
    void settings() {
        settings = Fixture.settings(deletes, directory);
    }

    @Test
    void updatesBeforeAndAfterASchemaChangeInOneCheckpointLeaveOneRowAKey() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "a"), insert(NARROW, 2L, "a"), insert(NARROW, 3L, "a"));
            job.checkpoint();
            job.process(before(NARROW, 1L), after(NARROW, 1L, "b"), insert(NARROW, 4L, "b"));
            job.process(before(WIDE, 1L), after(WIDE, 1L, "c", 10), before(WIDE, 4L), after(WIDE, 4L, "c", 40));
            job.process(before(WIDE, 1L), after(WIDE, 1L, "d", 11));
            job.process(before(NARROW, 2L), after(NARROW, 2L, "late"));
            job.checkpoint();
            assertThat(read(settings, "people"))
                    .containsExactly(
                            "{age=11, id=1, name=d}",
                            "{age=40, id=4, name=c}",
                            "{age=null, id=2, name=late}",
                            "{age=null, id=3, name=a}");
        }
    }

    @Test
    void snapshotsOfOneCheckpointAppearTogether() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings);
                Warehouse warehouse = Warehouse.open(settings)) {
            job.process(insert(NARROW, 1L, "a"), before(WIDE, 1L), after(WIDE, 1L, "b", 2));
            job.checkpoint();
            Table table = warehouse.load("people");
            assertThat(Fixture.snapshots(table)).hasSize(2);
            assertThat(table.history()).as("only the last was ever current").hasSize(1);
        }
    }

    @Test
    void columnsWidenAndRowsOfTheOldTypeFollow() throws Exception {
        Schema ints = people(Column.of("id", new IntType(false)), Column.of("n", new IntType()));
        Schema longs = people(Column.of("id", new BigIntType(false)), Column.of("n", new BigIntType()));
        try (SinkHarness job = SinkHarness.start(settings);
                Warehouse warehouse = Warehouse.open(settings)) {
            job.process(insert(ints, 1, 1), insert(ints, 2, 2));
            job.checkpoint();
            job.process(before(longs, 1L), after(longs, 1L, Long.MAX_VALUE), before(ints, 2), after(ints, 2, 22));
            job.checkpoint();
            Table table = warehouse.load("people");
            assertThat(read(table)).containsExactly("{id=1, n=9223372036854775807}", "{id=2, n=22}");
            assertThat(table.schema().findType("n")).isEqualTo(Types.LongType.get());
        }
    }

    @Test
    void wideTableTakesNarrowRowsAfterARestart() throws Exception {
        Schema ints = people(Column.of("id", ID), Column.of("n", new IntType()));
        Schema longs = people(Column.of("id", ID), Column.of("n", new BigIntType()), Column.of("more", TEXT));
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(longs, 1L, 1L, "x"));
            job.checkpoint();
        }
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(ints, 2L, 2));
            job.checkpoint();
            assertThat(read(settings, "people")).containsExactly("{id=1, more=x, n=1}", "{id=2, more=null, n=2}");
        }
    }

    @Test
    void columnThatIsGoneFromTheSourceStaysWithNulls() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(WIDE, 1L, "a", 1), insert(WIDE, 2L, "a", 2));
            job.process(before(NARROW, 1L), after(NARROW, 1L, "b"));
            job.checkpoint();
            assertThat(read(settings, "people")).containsExactly("{age=2, id=2, name=a}", "{age=null, id=1, name=b}");
        }
    }

    @Test
    void rowsThatConflictAreRejectedAndTheirKeysStillDeleted() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "a"), insert(NARROW, 2L, "a"));
            job.checkpoint();
            job.process(insert(CONFLICTING, 3L, 33), delete(CONFLICTING, 2L));
            job.process(before(NARROW, 1L), after(NARROW, 1L, "b"));
            job.checkpoint();
            assertThat(read(settings, "people")).containsExactly("{id=1, name=b}");
            assertThat(job.rejected()).singleElement().satisfies(rejected -> {
                assertThat(rejected.system()).isEqualTo("iceberg");
                assertThat(rejected.table()).isEqualTo("people");
                assertThat(rejected.reason())
                        .contains("name")
                        .contains("people")
                        .contains("INT");
                assertThat(new String(rejected.raw(), StandardCharsets.UTF_8)).isEqualTo("{\"id\":3,\"name\":33}");
            });
        }
    }

    @Test
    void keyThatChangesItsColumnsIsRejected() throws Exception {
        Schema otherKey = Schema.of("people", NARROW.columns(), List.of("name"));
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "a"), insert(otherKey, 2L, "b"), delete(otherKey, 1L, "a"));
            job.checkpoint();
            assertThat(read(settings, "people")).containsExactly("{id=1, name=a}");
            assertThat(job.rejected()).hasSize(2);
        }
    }

    @Test
    void rowsOfATableThatCannotBeMadeAreRejected() throws Exception {
        Schema nanos = people(Column.of("id", ID), Column.of("at", new TimestampType(9)));
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(nanos, 1L), insert(nanos, 2L));
            job.checkpoint();
            assertThat(job.rejected())
                    .hasSize(2)
                    .allMatch(rejected -> rejected.reason().contains("TIMESTAMP(9)"));
        }
    }

    @Test
    void conflictEndsWhenTheTableIsMended() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings);
                Warehouse warehouse = Warehouse.open(settings)) {
            warehouse.findOrCreate(CONFLICTING);
            job.process(insert(NARROW, 1L, "a"));
            job.checkpoint();
            assertThat(job.rejected()).hasSize(1);
            warehouse
                    .load("people")
                    .updateSchema()
                    .renameColumn("name", "old_name")
                    .commit();
            job.process(insert(NARROW, 2L, "b"));
            job.checkpoint();
            assertThat(read(settings, "people")).containsExactly("{id=2, name=b, old_name=null}");
        }
    }

    @Test
    void anyHistoryInAnyShapesEndsInTheSameRows() throws Exception {
        Random random = new Random(42);
        TreeMap<Long, String> expected = new TreeMap<>();
        try (SinkHarness job =
                SinkHarness.start(Fixture.settings(deletes, directory, "iceberg.keys-in-memory", "15"))) {
            for (int step = 0; step < 600; step++) {
                long id = random.nextInt(20);
                Schema shape = random.nextInt(50) == 0 || step > 400 ? WIDE : NARROW;
                String name = "n" + step;
                Object[] values = shape == WIDE ? new Object[] {id, name, step} : new Object[] {id, name};
                String row = "{age=" + (shape == WIDE ? step : null) + ", id=" + id + ", name=" + name + "}";
                if (!expected.containsKey(id)) {
                    job.process(insert(shape, values));
                    expected.put(id, row);
                } else if (random.nextInt(4) == 0) {
                    job.process(delete(shape, id));
                    expected.remove(id);
                } else {
                    job.process(before(shape, id), after(shape, values));
                    expected.put(id, row);
                }
                if (random.nextInt(100) == 0) {
                    job.checkpoint();
                }
            }
            job.checkpoint();
            assertThat(read(settings, "people")).containsExactlyInAnyOrderElementsOf(expected.values());
            List<Rejected> rejected = job.rejected();
            assertThat(rejected).isEmpty();
        }
    }

    private static Schema people(Column... columns) {
        return Schema.of("people", List.of(columns), List.of("id"));
    }
}
