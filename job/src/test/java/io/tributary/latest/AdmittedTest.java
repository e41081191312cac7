package io.tributary.latest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.change.Change;
import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.InferredType;
import io.tributary.change.Operation;
import io.tributary.change.Position;
import io.tributary.change.ReadableRow;
import io.tributary.change.Rejected;
import io.tributary.change.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.DecimalType;
import org.junit.jupiter.api.Test;

/** What several readers find without knowing of each other. */
class AdmittedTest {

    private static final Column ID = Customers.SCHEMA.columns().get(0);
    private static final Schema UPPER = schema(text("City"));
    private static final Schema LOWER = schema(text("city"), text("zip"));

    /** Of a reader that was restored. */
    private static final Schema BOTH = schema(text("City"), text("city"), text("zip"));

    @Test
    void aSecondSpellingIsADeadLetterWhicheverComesFirst() throws Exception {
        try (LatestJob job = LatestJob.start(Retention.whole())) {
            job.take(announced(UPPER), row(UPPER, 1, 1, "Bonn"), announced(LOWER), row(LOWER, 2, 2, "Ulm", null));

            assertThat(shown(job)).containsExactly("{\"id\":1,\"City\":\"Bonn\"}");
            assertThat(job.rejected()).singleElement().satisfies(letter -> {
                assertThat(letter.reason())
                        .contains("Column city", "its column City", "table customers", "rename.city");
                assertThat(new String(letter.raw(), java.nio.charset.StandardCharsets.UTF_8))
                        .contains("Ulm");
            });
        }
        try (LatestJob job = LatestJob.start(Retention.whole())) {
            job.take(announced(LOWER), row(LOWER, 1, 1, "Ulm", null), announced(UPPER), row(UPPER, 2, 2, "Bonn"));

            assertThat(shown(job)).containsExactly("{\"id\":1,\"city\":\"Ulm\",\"zip\":null}");
            assertThat(job.rejected())
                    .extracting(Rejected::reason)
                    .singleElement()
                    .asString()
                    .contains("Column City", "its column city");
        }
    }

    @Test
    void rowsWithoutAValueInItAndDeletesGoOn() throws Exception {
        try (LatestJob job = LatestJob.start(Retention.whole())) {
            job.take(
                    announced(UPPER),
                    row(UPPER, 1, 1, "Bonn"),
                    announced(LOWER),
                    row(LOWER, 2, 2, null, "89073"),
                    row(LOWER, 3, 3, "Ulm", "89073"),
                    Change.delete(LOWER, Position.of(4, 0), 4, Customers.key(1)));

            assertThat(shown(job))
                    .containsExactly(
                            "{\"id\":1,\"City\":\"Bonn\"}",
                            "{\"id\":2,\"City\":null,\"zip\":\"89073\"}",
                            "{\"id\":1,\"City\":\"Bonn\",\"zip\":null}");
            assertThat(job.rejected()).hasSize(1);
        }
    }

    @Test
    void theFirstSpellingStaysWhenTheStateIsRestoredHoweverOften() throws Exception {
        OperatorSubtaskState state;
        try (LatestJob job = LatestJob.start(Retention.whole())) {
            job.take(announced(LOWER), row(LOWER, 1, 1, "Ulm", null), announced(BOTH));
            state = job.snapshot();
        }
        for (int restart = 2; restart < 5; restart++) {
            try (LatestJob job = LatestJob.resume(Retention.whole(), state)) {
                job.take(
                        announced(BOTH),
                        row(BOTH, restart, restart, null, "Ulm", null),
                        row(BOTH, restart, 9, "Bonn", null, null));

                assertThat(shown(job)).containsExactly("{\"id\":" + restart + ",\"city\":\"Ulm\",\"zip\":null}");
                assertThat(job.rejected()).hasSize(1);
                state = job.snapshot();
            }
        }
    }

    /** Two subtasks may each meet another spelling first; the state that they restore has both. */
    @Test
    void afterARestartAllSubtasksShowOneSpellingAndTheValuesOfTheOther() {
        RowShapes shapes = new RowShapes(Retention.whole());
        shapes.of(UPPER);
        shapes.of(LOWER);

        Schema widest = shapes.widest(LOWER).schema();
        LatestRow stored = LatestRow.whole(
                Position.of(1, 0),
                LOWER.fingerprint(),
                Customers.binary(LOWER, 1L, "Ulm", "89073"),
                LatestRow.NOTHING_OLDER);

        assertThat(widest.columns()).extracting(Column::name).containsExactly("id", "City", "zip");
        assertThat(shapes.shown(stored).schema()).isEqualTo(widest);
        assertThat(ReadableRow.json(widest, shapes.expanded(stored, Customers.key(1), widest)))
                .isEqualTo("{\"id\":1,\"City\":\"Ulm\",\"zip\":\"89073\"}");
    }

    @Test
    void theColumnsOfAllReadersTogetherHaveAnEnd() {
        Schema known = schema(columns("a", Schema.MOST_COLUMNS - 2));
        Schema found = schema(text("a0000"), text("b"), text("c"));

        Admitted admitted = Admitted.of(found, known);

        assertThat(admitted.schema()).isEqualTo(schema(text("a0000"), text("b")));
        assertThat(admitted.refusal(row(found, 1, 1, "x", "x", null))).isNull();
        assertThat(admitted.refusal(row(found, 1, 1, "x", "x", "x")))
                .contains("With column c table customers would have more than 10000 columns");
        assertThat(known.hasNumber()).isTrue();
    }

    @Test
    void aDeclarationThatDoesNotHoldWhatIsInStateEndsTheJobWithASentence() throws Exception {
        OperatorSubtaskState found;
        try (LatestJob job = LatestJob.start(Retention.whole())) {
            job.take(row(schema(Column.inferred("price", new DecimalType(21, 2))), 1, 1, (Object) null));
            found = job.snapshot();
        }
        refused(found, Column.of("price", new DecimalType(12, 2)))
                .hasMessageStartingWith(
                        "Column price of table customers is declared as DECIMAL(12, 2), and what came before"
                                + " needs DECIMAL(21, 2): declare it as DECIMAL(21, 2), or as STRING, which holds every value");
        accepted(found, Column.of("price", new DecimalType(21, 2)));
        accepted(found, Column.of("price", InferredType.TEXT));

        OperatorSubtaskState declared;
        try (LatestJob job = LatestJob.start(Retention.whole())) {
            job.take(row(schema(Column.of("price", InferredType.BIGINT)), 1, 1, (Object) null));
            declared = job.snapshot();
        }
        refused(declared, Column.of("price", new BooleanType()))
                .hasMessageContaining("Column price of table customers was BIGINT and is now BOOLEAN");
        accepted(declared, Column.of("price", InferredType.BIGINT));
    }

    private static org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> refused(
            OperatorSubtaskState state, Column column) {
        return assertThatThrownBy(() -> accepted(state, column))
                .isInstanceOf(SuppressRestartsException.class)
                .cause();
    }

    private static void accepted(OperatorSubtaskState state, Column column) throws Exception {
        LatestJob.resume(Retention.whole(), state, schema(column)).close();
    }

    private static List<String> shown(LatestJob job) {
        List<String> rows = new ArrayList<>();
        for (ChangelogRow row : job.output()) {
            rows.add(ReadableRow.json(row.schema(), row.row()));
        }
        return rows;
    }

    private static Column text(String name) {
        return Column.inferred(name, InferredType.TEXT);
    }

    private static Column[] columns(String prefix, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> text(prefix + String.format("%04d", i)))
                .toArray(Column[]::new);
    }

    private static Schema schema(Column... columns) {
        List<Column> all = new ArrayList<>(List.of(ID));
        all.addAll(List.of(columns));
        return Schema.of("customers", all, List.of("id"));
    }

    private static Change announced(Schema schema) {
        return Change.retyped(schema, Position.of(1, 0), 1);
    }

    private static Change row(Schema schema, long at, long id, Object... values) {
        Object[] row = new Object[values.length + 1];
        row[0] = id;
        System.arraycopy(values, 0, row, 1, values.length);
        return Change.upsert(
                Operation.UPDATE, schema, Position.of(at, 0), at, Customers.key(id), Customers.binary(schema, row));
    }
}
