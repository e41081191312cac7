package io.tributary.latest;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Change;
import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.InferredType;
import io.tributary.change.Operation;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RetypingTest {

    private static final Column ID = Customers.SCHEMA.columns().get(0);

    private static final Schema NUMBERS = schema(Column.inferred("x", InferredType.BIGINT));
    private static final Schema CENTS = schema(Column.inferred("x", new DecimalType(21, 2)));
    private static final Schema LONG_NUMBERS = schema(Column.inferred("x", new DecimalType(38, 0)));
    private static final Schema BYTES = schema(Column.inferred("x", InferredType.BYTES));
    private static final Schema TEXT = schema(Column.inferred("x", InferredType.TEXT));
    private static final Schema MORE_CENTS =
            schema(Column.inferred("x", new DecimalType(21, 2)), Column.inferredJson("y"));

    static List<List<Change>> histories() {
        return List.of(
                List.of(
                        number(1, 7, 5),
                        cents(2, 8, "2.50"),
                        retyped(CENTS),
                        text(3, 9, "a"),
                        retyped(TEXT),
                        Change.delete(CENTS, Position.of(4, 0), 4, Customers.key(8))),
                List.of(
                        number(1, 7, 5),
                        cents(2, 7, "5.00"),
                        retyped(CENTS),
                        upsert(MORE_CENTS, 3, 7, decimal("5.00", 21, 2), "{\"a\":[]}"),
                        retyped(TEXT)),
                List.of(
                        upsert(LONG_NUMBERS, 1, 7, decimal("12345678901234567890123456789012345678", 38, 0)),
                        retyped(LONG_NUMBERS),
                        cents(2, 8, "0.50"),
                        retyped(CENTS),
                        upsert(BYTES, 3, 9, new byte[] {-1, 0}),
                        retyped(BYTES)));
    }

    /** An announcement is taken again wherever a row of its schema comes before it. */
    @ParameterizedTest
    @MethodSource("histories")
    void everyOrderEndsInTheSameRowsAndTypes(List<Change> history) throws Exception {
        ReplacingTarget expected = new ReplacingTarget().apply(run(history));

        for (List<Change> order : LatestTest.permutations(history)) {
            ReplacingTarget target = new ReplacingTarget().apply(run(order));
            assertThat(target.rows()).as("%s", order).isEqualTo(expected.rows());
            assertThat(target.schema()).isEqualTo(expected.schema());
        }
    }

    @ParameterizedTest
    @MethodSource("histories")
    void noOrderLosesAValueWhenTheStateIsRestoredOnTheWay(List<Change> history) throws Exception {
        Map<Long, BinaryRowData> expected =
                new ReplacingTarget().apply(run(history)).rows();

        for (int cut = 1; cut < history.size(); cut++) {
            List<ChangelogRow> output = new ArrayList<>();
            OperatorSubtaskState snapshot;
            try (LatestJob job = LatestJob.start(Retention.whole())) {
                job.take(history.subList(0, cut).toArray(Change[]::new));
                snapshot = job.snapshot();
                output.addAll(job.output());
            }
            try (LatestJob job = LatestJob.resume(Retention.whole(), snapshot)) {
                job.take(history.subList(cut, history.size()).toArray(Change[]::new));
                output.addAll(job.output());
            }
            assertThat(new ReplacingTarget().apply(output).rows()).isEqualTo(expected);
        }
    }

    @Test
    void textFormsAreTheCanonicalOnes() throws Exception {
        List<Change> history = histories().get(2);

        ReplacingTarget target = new ReplacingTarget().apply(run(history));

        assertThat(target.schema()).isEqualTo(TEXT);
        assertThat(target.rows().values().stream().map(row -> row.getString(1).toString()))
                .containsExactly("12345678901234567890123456789012345678", "0.5", "/wA=");
    }

    @Test
    void onlyRowsWithAValueInAReplacedColumnAreShownAgainAndOnce() throws Exception {
        try (LatestJob job = LatestJob.start(Retention.of(Map.of("customers", java.util.Set.of())))) {
            job.take(
                    retyped(NUMBERS),
                    number(1, 7, 5),
                    upsert(NUMBERS, 1, 8, (Object) null),
                    number(1, 9, 6),
                    Change.delete(NUMBERS, Position.of(2, 0), 2, Customers.key(9)));
            int before = job.output().size();

            job.take(retyped(CENTS), retyped(NUMBERS), retyped(CENTS), retyped(MORE_CENTS));

            List<ChangelogRow> again = job.output().subList(before, job.output().size());
            assertThat(Downstream.kinds(again)).containsExactly(RowKind.UPDATE_BEFORE, RowKind.UPDATE_AFTER);
            assertThat(again.get(1).schema()).isEqualTo(CENTS);
            assertThat(again.get(1).version()).isEqualTo(Position.of(1, 0));
            assertThat(again.get(1).row()).isEqualTo(Customers.binary(CENTS, 7L, decimal("5.00", 21, 2)));

            job.take(number(3, 7, 5));
            assertThat(job.output()).as("the same row, later").hasSize(before + 2);
            job.take(number(4, 7, 6));
            assertThat(job.output().get(before + 3).schema()).isEqualTo(MORE_CENTS);
        }
    }

    /** Its values would be gone from a target that replaces the column, and it is in the new shape when the announcement comes. */
    @Test
    void aRowThatDidNotChangeIsShownAgainIfItComesInAnotherTypeAheadOfTheAnnouncement() throws Exception {
        try (LatestJob job = LatestJob.start(Retention.whole())) {
            job.take(number(1, 7, 5), cents(2, 7, "5.00"), retyped(CENTS));

            assertThat(Downstream.kinds(job.output()))
                    .containsExactly(RowKind.INSERT, RowKind.UPDATE_BEFORE, RowKind.UPDATE_AFTER);
        }
    }

    @Test
    void aKeyOfAnotherTypeIsADeadLetterAndItsAnnouncementIsNot() throws Exception {
        Schema other = Schema.of(
                "customers",
                List.of(Column.of("id", new IntType(false)), Column.inferred("x", InferredType.TEXT)),
                List.of("id"));
        BinaryRowData key =
                Customers.binary(Schema.of("customers", List.of(other.columns().get(0)), List.of("id")), 7);
        try (LatestJob job = LatestJob.start(Retention.whole())) {
            job.take(number(1, 7, 5), retyped(other));
            job.take(Change.upsert(
                    Operation.UPDATE, other, Position.of(2, 0), 2, key, Customers.binary(other, 7, "text")));

            assertThat(job.output()).hasSize(1);
            assertThat(job.rejected())
                    .singleElement()
                    .satisfies(
                            letter -> assertThat(letter.reason())
                                    .startsWith(
                                            "The key column id of table customers was BIGINT NOT NULL and is now INT NOT NULL"));
        }
    }

    private static List<ChangelogRow> run(List<Change> changes) throws Exception {
        try (LatestJob job = LatestJob.start(Retention.whole())) {
            job.take(changes.toArray(Change[]::new));
            return job.output();
        }
    }

    private static Schema schema(Column... columns) {
        List<Column> all = new ArrayList<>(List.of(ID));
        all.addAll(List.of(columns));
        return Schema.of("customers", all, List.of("id"));
    }

    private static Change number(long at, long id, long x) {
        return upsert(NUMBERS, at, id, x);
    }

    private static Change cents(long at, long id, String x) {
        return upsert(CENTS, at, id, decimal(x, 21, 2));
    }

    private static Change text(long at, long id, String x) {
        return upsert(TEXT, at, id, x);
    }

    private static DecimalData decimal(String value, int precision, int scale) {
        return DecimalData.fromBigDecimal(new BigDecimal(value), precision, scale);
    }

    private static Change upsert(Schema schema, long at, long id, Object... values) {
        Object[] row = new Object[values.length + 1];
        row[0] = id;
        System.arraycopy(values, 0, row, 1, values.length);
        return Change.upsert(
                Operation.UPDATE, schema, Position.of(at, 0), at, Customers.key(id), Customers.binary(schema, row));
    }

    private static Change retyped(Schema schema) {
        return Change.retyped(schema, Position.of(1, 0), 1);
    }
}
