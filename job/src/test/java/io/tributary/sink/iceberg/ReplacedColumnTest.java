package io.tributary.sink.iceberg;

import static io.tributary.sink.iceberg.Fixture.ID;
import static io.tributary.sink.iceberg.Fixture.after;
import static io.tributary.sink.iceberg.Fixture.before;
import static io.tributary.sink.iceberg.Fixture.delete;
import static io.tributary.sink.iceberg.Fixture.insert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.change.Column;
import io.tributary.change.InferredType;
import io.tributary.change.Schema;
import io.tributary.settings.Problems;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.OutputFileFactory;
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
class ReplacedColumnTest {

    @Parameter
    Deletes deletes;

    private static final Schema NUMBERS = schema(Column.inferred("x", InferredType.BIGINT));
    private static final Schema CENTS = schema(Column.inferred("x", new DecimalType(21, 2)));
    private static final Schema LONGER_CENTS = schema(Column.inferred("x", new DecimalType(25, 2)));
    private static final Schema TEXT = schema(Column.inferred("x", InferredType.TEXT));

    private static final LogicalType TEXT_KEY = InferredType.TEXT.copy(false);

    @TempDir
    private Path directory;

    private IcebergSettings settings;

    @BeforeEach
    void settings() {
        settings = Fixture.settings(deletes, directory);
    }

    @Test
    void aColumnGoesFromNumbersToTextAndKeepsItsValues() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NUMBERS, 1L, 5L), insert(NUMBERS, 2L, 6L), insert(NUMBERS, 3L, 7L));
            job.checkpoint();

            job.process(
                    before(CENTS, 1L), after(CENTS, 1L, cents("5")), before(CENTS, 2L), after(CENTS, 2L, cents("6")));
            job.process(insert(CENTS, 4L, cents("2.50")), delete(NUMBERS, 3L));
            assertThat(rows()).as("before the commit").containsExactly("1=5", "2=6", "3=7");
            job.checkpoint();
            assertThat(rows()).containsExactly("1=5.00", "2=6.00", "4=2.50");

            job.process(delete(NUMBERS, 2L), before(NUMBERS, 1L), after(NUMBERS, 1L, 8L));
            job.process(
                    before(LONGER_CENTS, 4L),
                    after(
                            LONGER_CENTS,
                            4L,
                            DecimalData.fromBigDecimal(new BigDecimal("12345678901234567890123.45"), 25, 2)));
            job.checkpoint();
            assertThat(rows()).containsExactly("1=8.00", "4=12345678901234567890123.45");
            assertThat(names()).containsExactly("id", "x__bigint", "x");

            job.process(before(TEXT, 1L), after(TEXT, 1L, "8"), before(TEXT, 4L));
            job.process(after(TEXT, 4L, "12345678901234567890123.45"), insert(TEXT, 5L, "é🙂"));
            job.process(insert(CENTS, 6L, cents("1.50")), insert(NUMBERS, 7L, 9L), delete(CENTS, 5L));
            job.checkpoint();
            assertThat(rows()).containsExactly("1=8", "4=12345678901234567890123.45", "6=1.5", "7=9");
            assertThat(names()).containsExactly("id", "x__bigint", "x__decimal_25_2", "x");
            assertThat(job.rejected()).isEmpty();
        }
    }

    @Test
    void allInOneCheckpoint() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NUMBERS, 1L, 5L), insert(NUMBERS, 2L, 6L));
            job.process(
                    before(CENTS, 1L), after(CENTS, 1L, cents("5")), before(CENTS, 2L), after(CENTS, 2L, cents("6")));
            job.process(before(TEXT, 1L), after(TEXT, 1L, "5"), before(TEXT, 2L), after(TEXT, 2L, "6"));
            job.checkpoint();
            assertThat(rows()).containsExactly("1=5", "2=6");
            assertThat(names()).containsExactly("id", "x__bigint", "x__decimal_21_2", "x");
        }
    }

    /** What was shown in a narrower type was shown again in the wider one before the checkpoint. */
    @Test
    void writersThatAreOfDifferentMindsAgreeOnTheWiderTypeInEitherOrder() throws Exception {
        for (int first = 0; first < 2; first++) {
            IcebergSettings own = Fixture.settings(deletes, directory.resolve("order" + first));
            try (SinkHarness job = SinkHarness.start(own, 2)) {
                job.processOn(0, insert(NUMBERS, 1L, 5L));
                job.processOn(1, insert(NUMBERS, 2L));
                job.checkpoint();
                for (int turn = 0; turn < 2; turn++) {
                    if (turn == first) {
                        job.processOn(0, before(TEXT, 1L), after(TEXT, 1L, "5"));
                    } else {
                        job.processOn(1, before(CENTS, 2L), after(CENTS, 2L));
                    }
                }
                job.checkpoint();
                job.processOn(1, before(TEXT, 2L), after(TEXT, 2L, "a"));
                job.checkpoint();
                assertThat(rows(own)).containsExactly("1=5", "2=a");
            }
        }
    }

    @Test
    void aFailureBeforeTheCommitLeavesTheColumnAsItWas() throws Exception {
        OperatorSubtaskState state;
        long checkpoint;
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NUMBERS, 1L, 5L));
            state = job.checkpoint();
            checkpoint = job.checkpointId();
            job.process(before(TEXT, 1L), after(TEXT, 1L, "5"));
            job.fail();
            assertThat(rows()).containsExactly("1=5");
        }
        try (SinkHarness job = SinkHarness.restore(settings, checkpoint, state)) {
            job.process(insert(NUMBERS, 2L, 6L));
            job.checkpoint();
            assertThat(rows()).as("nobody shows the first row again").containsExactly("1=5", "2=6");
            job.process(before(TEXT, 1L), after(TEXT, 1L, "5"), before(TEXT, 2L), after(TEXT, 2L, "6"));
            job.checkpoint();
            assertThat(rows()).containsExactly("1=5", "2=6");
            assertThat(names()).containsExactly("id", "x__bigint", "x");
        }
    }

    @Test
    void aCommitAfterARestoreReplacesTheColumn() throws Exception {
        OperatorSubtaskState state;
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NUMBERS, 1L, 5L));
            job.checkpoint();
            job.process(before(TEXT, 1L), after(TEXT, 1L, "5"));
            state = job.snapshot();
        }
        try (SinkHarness job = SinkHarness.restore(settings, 2, state)) {
            assertThat(rows()).containsExactly("1=5");
            assertThat(names()).containsExactly("id", "x__bigint", "x");
        }
    }

    /** Iceberg applies a change of columns to the table it was made for, and to no later one. */
    @Test
    void aCommitThatSomebodyGetsAheadOfIsTriedAgain() throws Exception {
        try (Warehouse warehouse = Warehouse.open(settings)) {
            Table table = warehouse.findOrCreate(NUMBERS);
            TableWriter writer = new TableWriter(
                    table,
                    new CatalogAccess(settings, UnregisteredMetricsGroup.createOperatorMetricGroup()),
                    OutputFileFactory.builderFor(table, 0, 0).build(),
                    new WriteLimits(10, 0),
                    new WriteMetrics(new UnregisteredMetricsGroup(), "people"),
                    new StayedRows(),
                    false,
                    0);
            assertThat(writer.write(null, insert(NUMBERS, 1L, 5L))).isNull();
            new Commits(warehouse.load("people"), "main", "me").commit(1, "job", writer.flush(1));
            assertThat(writer.write(before(TEXT, 1L), after(TEXT, 1L, "5"))).isNull();
            OvertakenOperations operations = new OvertakenOperations(
                    warehouse.load("people"),
                    () -> warehouse
                            .load("people")
                            .updateProperties()
                            .set("theirs", "kept")
                            .commit());

            new Commits(new BaseTable(operations, "people"), "main", "me").commit(2, "job", writer.flush(2));

            assertThat(operations.isOvertaken()).isTrue();
            assertThat(rows()).containsExactly("1=5");
            assertThat(names()).containsExactly("id", "x__bigint", "x");
            assertThat(warehouse.load("people").properties()).containsEntry("theirs", "kept");
        }
    }

    @Test
    void aJobThatStartsFromNothingWritesInTheTypeOfTheTable() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(TEXT, 1L, "a"));
            job.checkpoint();
        }
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(CENTS, 2L, cents("1.50")), insert(NUMBERS, 3L, 7L));
            job.checkpoint();
            assertThat(rows()).containsExactly("1=a", "2=1.5", "3=7");
            assertThat(names()).containsExactly("id", "x");
        }
    }

    @Test
    void columnsOfTheUserThatHaveTheNamesAreLeftAlone() throws Exception {
        Schema taken = Schema.of(
                "people",
                List.of(
                        Column.of("id", ID),
                        Column.inferred("x", InferredType.BIGINT),
                        Column.inferred("x__new_string", InferredType.TEXT),
                        Column.inferred("X__bigint", InferredType.TEXT)),
                List.of("id"));
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(taken, 1L, 5L, "mine", "mine too"));
            job.checkpoint();
            job.process(before(TEXT, 1L), after(TEXT, 1L, "5"), insert(taken, 2L, 6L, "a", "b"));
            job.checkpoint();
            assertThat(Fixture.read(settings, "people"))
                    .containsExactlyInAnyOrder(
                            "{X__bigint=null, id=1, x=5, x__bigint_2=null, x__new_string=null}",
                            "{X__bigint=b, id=2, x=6, x__bigint_2=null, x__new_string=a}");
        }
    }

    @Test
    void aColumnThatPartitionsTheTableIsNotReplaced() throws Exception {
        Schema declared = schema(Column.of("x", InferredType.BIGINT));
        IcebergSettings partitioned = Fixture.settings(deletes, directory, "tables.people.iceberg.partition-by", "x");
        try (SinkHarness job = SinkHarness.start(partitioned)) {
            job.process(insert(NUMBERS, 1L, 5L));
            assertThat(job.rejected())
                    .singleElement()
                    .satisfies(
                            letter -> assertThat(letter.reason())
                                    .isEqualTo(
                                            "Iceberg table people is partitioned by column x, whose type was found from data and may"
                                                    + " become another: declare the type of the column, or partition the table by another"));
            job.checkpoint();
            job.process(insert(declared, 1L, 5L), insert(TEXT, 2L, "a"));
            job.checkpoint();
            assertThat(rows()).containsExactly("1=5");
            assertThat(job.rejected().get(1).reason())
                    .startsWith(
                            "Column x of Iceberg table people is long, and values were found that only string holds")
                    .contains("declare the type of the column");
        }
        Problems problems = new Problems();
        IcebergPlan.check(partitioned, List.of(NUMBERS), problems);
        assertThatThrownBy(problems::throwIfAny).hasMessageContaining("whose type was found from data");
    }

    @Test
    void aKeyIsNotReplaced() throws Exception {
        Schema keyed = Schema.of("people", List.of(Column.of("x", ID)), List.of("x"));
        Schema found = Schema.of(
                "people", List.of(Column.inferred("x", InferredType.TEXT).typed(TEXT_KEY)), List.of("x"));
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(keyed, 1L), insert(found, "a"));
            job.checkpoint();
            assertThat(Fixture.read(settings, "people")).containsExactly("{x=1}");
            assertThat(job.rejected())
                    .singleElement()
                    .satisfies(letter -> assertThat(letter.reason()).contains("as it is part of the key"));
        }
    }

    private List<String> rows() throws Exception {
        return rows(settings);
    }

    /** Key and x of each row that a reader sees. */
    private static List<String> rows(IcebergSettings settings) throws Exception {
        List<String> rows = new ArrayList<>();
        try (Warehouse warehouse = Warehouse.open(settings);
                CloseableIterable<Record> records =
                        IcebergGenerics.read(warehouse.load("people")).build()) {
            for (Record record : records) {
                rows.add(record.getField("id") + "=" + record.getField("x"));
            }
        }
        rows.sort(null);
        return rows;
    }

    private List<String> names() {
        try (Warehouse warehouse = Warehouse.open(settings)) {
            return warehouse.load("people").schema().columns().stream()
                    .map(Types.NestedField::name)
                    .toList();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static DecimalData cents(String value) {
        return DecimalData.fromBigDecimal(new BigDecimal(value), 21, 2);
    }

    private static Schema schema(Column column) {
        return Schema.of("people", List.of(Column.of("id", ID), column), List.of("id"));
    }
}
