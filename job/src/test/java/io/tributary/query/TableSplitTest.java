package io.tributary.query;

import static io.tributary.query.Rows.delete;
import static io.tributary.query.Rows.insert;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Audience;
import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.Filled;
import io.tributary.change.InferredType;
import io.tributary.change.Position;
import io.tributary.change.Rejected;
import io.tributary.change.RequiredColumns;
import io.tributary.change.Schema;
import io.tributary.settings.Problems;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.ProcessFunctionTestHarnesses;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class TableSplitTest {

    private static final Schema PLANNED = Rows.table("a", "id", "id BIGINT NOT NULL", "name STRING", "size BIGINT");

    private OneInputStreamOperatorTestHarness<ChangelogRow, ChangelogRow> harness;

    @BeforeEach
    void open() throws Exception {
        harness = ProcessFunctionTestHarnesses.forProcessFunction(split(PLANNED, "SELECT id, COUNT(*), size FROM a"));
    }

    private static TableSplit split(Schema planned, String select) {
        return split(planned, Map.of(), select, "plan");
    }

    static TableSplit split(Schema planned, Map<String, RequiredColumns> required, String select, String plan) {
        Problems problems = new Problems();
        SqlFile file = SqlFile.parse("sql/made.sql", "-- key: id\n" + select, problems);
        problems.throwIfAny();
        return new TableSplit(List.of(planned), required, file, plan);
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @Test
    void givesRowsOfEveryShapeAsTheyWerePlanned() throws Exception {
        Schema wider = Rows.table("a", "id", "added STRING", "size INT", "id BIGINT NOT NULL", "name STRING");
        Schema narrower = Rows.table("a", "id", "id BIGINT NOT NULL", "name STRING");
        assertThat(send(insert(PLANNED, "1|Ann|5"))).containsExactly("+I 1|Ann|5");
        assertThat(send(insert(wider, "x|5|1|Ann"))).containsExactly("+I 1|Ann|5");
        assertThat(send(delete(narrower, "1|Ann"))).containsExactly("-D 1|Ann|-");
    }

    @Test
    void leavesTheRowThatCameAsItIs() throws Exception {
        ChangelogRow delete = delete(PLANNED, "1|Ann|5");
        assertThat(send(delete)).containsExactly("-D 1|Ann|5");
        assertThat(delete.row().getRowKind()).isEqualTo(RowKind.INSERT);
    }

    @Test
    void leavesOutTablesThatNoFileReads() throws Exception {
        assertThat(send(insert(ShopTables.ORDERS, "1|2|new"))).isEmpty();
    }

    @Test
    void retractsNothingThatWasNeverThere() throws Exception {
        assertThat(send(Rows.before(PLANNED, "1|-|-").blindly())).isEmpty();
        assertThat(send(Rows.after(PLANNED, "1|Ann|5").blindly())).containsExactly("+I 1|Ann|5");
        assertThat(send(delete(PLANNED, "2|-|-").blindly())).isEmpty();
    }

    @Test
    void leavesOutRowsThatAreForOthers() throws Exception {
        ChangelogRow row = insert(PLANNED, "1|Ann|5");
        assertThat(send(row.to(Audience.only(Audience.PASS_THROUGH, Audience.query("other")))))
                .isEmpty();
        assertThat(send(row.to(Audience.only(Audience.query("made"))))).containsExactly("+I 1|Ann|5");
    }

    @Test
    void showsNoFileThatATableIsMadeAnew() throws Exception {
        Schema other = Rows.table("a", "id", "id BIGINT NOT NULL", "size DECIMAL(30, 0)");
        assertThat(send(ChangelogRow.replacement(PLANNED, Position.of(2, 0), 5)))
                .isEmpty();
        assertThat(send(ChangelogRow.replacement(other, Position.of(2, 0), 5))).isEmpty();
    }

    @Test
    void setsTheFileAsideWhereAColumnBecameWiderThanThePlan() throws Exception {
        Schema wider = Rows.table("a", "id", "id BIGINT NOT NULL", "name STRING", "size DECIMAL(30, 0)");
        assertThat(send(insert(PLANNED, "1|Ann|5"))).hasSize(1);
        assertThat(send(insert(wider, "2|Ann|5"))).isEmpty();
        assertThat(send(insert(PLANNED, "3|Ann|5"))).as("from then on").isEmpty();
        assertThat(send(insert(wider, "4|Ann|5"))).isEmpty();

        assertThat(letter())
                .startsWith(
                        "made: sql/made.sql is set aside, and its table stays as it is. Column size of table a was BIGINT"
                                + " and is now DECIMAL(30, 0), which cannot hold its earlier values. The SQL was planned before"
                                + " that; start the job again from its last checkpoint, which is where the cluster")
                .endsWith(" {\"id\":2,\"name\":\"Ann\",\"size\":\"5\"}");
        assertThat(harness.getSideOutput(SetAside.MARKS))
                .extracting(StreamRecord::getValue)
                .containsExactly(Filled.setAside("query/made", "plan"));

        OperatorSubtaskState state = harness.snapshot(1, 1);
        assertThat(sendAfter(state, "plan")).as("after a restart").isEmpty();
        assertThat(sendAfter(state, "another plan")).containsExactly("+I 5|Ann|5");
    }

    private List<String> sendAfter(OperatorSubtaskState state, String plan) throws Exception {
        harness.close();
        harness = new OneInputStreamOperatorTestHarness<>(
                new ProcessOperator<>(split(PLANNED, Map.of(), "SELECT id, COUNT(*), size FROM a", plan)));
        harness.initializeState(state);
        harness.open();
        return send(insert(PLANNED, "5|Ann|5"));
    }

    @Test
    void saysWhatToDoWhereATypeThatWasFoundFromDataBecameAnother() throws Exception {
        Schema found = Schema.of(
                "a", List.of(PLANNED.columns().get(0), Column.inferred("size", InferredType.TEXT)), List.of("id"));
        send(insert(found, "1|five"));
        assertThat(letter())
                .contains("Column size "
                        + PLANNED.columns().get(PLANNED.indexOf("size")).type().asSummaryString()
                        + " of table a is now size STRING, as values were found that its type does not hold, and the SQL"
                        + " was planned with that type. Declare the column as STRING in the settings of its source, or as"
                        + " STRING, which holds every value, and start the job again from its last checkpoint, ");
    }

    @Test
    void namesTheTypeThatHoldsWhatWasFoundAndWhatIsDeclared() throws Exception {
        Schema found = Schema.of(
                "a", List.of(PLANNED.columns().get(0), Column.inferred("size", new DecimalType(21, 2))), List.of("id"));
        send(insert(found, "1|5"));
        assertThat(letter()).contains("Declare the column as DECIMAL(21, 2) in the settings of its source");
    }

    @Test
    void leavesOutColumnsThatWereFoundSinceAndTakesTheOthersByName() throws Exception {
        Schema found = Schema.of(
                "a",
                List.of(
                        Column.inferred("extra", InferredType.BOOLEAN),
                        PLANNED.columns().get(PLANNED.indexOf("size")),
                        PLANNED.columns().get(PLANNED.indexOf("name")),
                        PLANNED.columns().get(PLANNED.indexOf("id"))),
                List.of("id"));
        assertThat(send(insert(found, "true|5|Ann|1"))).containsExactly("+I 1|Ann|5");
    }

    /** The only one. */
    private String letter() {
        assertThat(harness.getSideOutput(GuardedOperator.REJECTED)).hasSize(1);
        Rejected letter = harness.getSideOutput(GuardedOperator.REJECTED).peek().getValue();
        return letter.table() + ": " + letter.reason() + " " + new String(letter.raw(), StandardCharsets.UTF_8);
    }

    private List<String> send(ChangelogRow row) throws Exception {
        harness.processElement(row, 0);
        Queue<StreamRecord<RowData>> rows = harness.getSideOutput(TableSplit.tag(PLANNED));
        if (rows == null) {
            return List.of();
        }
        List<String> texts = rows.stream()
                .map(record ->
                        record.getValue().getRowKind().shortString() + " " + Rows.text(PLANNED, record.getValue()))
                .toList();
        rows.clear();
        return texts;
    }

    private static Schema numbered(long relation, long revision, Schema named, int... numbers) {
        List<Column> columns = new java.util.ArrayList<>();
        for (int i = 0; i < numbers.length; i++) {
            columns.add(named.columns().get(i).numbered(numbers[i]));
        }
        return Schema.of(named.table(), columns, named.keyNames()).ofRelation(relation, revision);
    }

    @Test
    void goesOnWithColumnsThatHaveOtherNamesByNow() throws Exception {
        Schema planned = numbered(70, 1, PLANNED, 1, 2, 3);
        try (var numbered = ProcessFunctionTestHarnesses.forProcessFunction(split(planned, "SELECT id, size FROM a"))) {
            harness = numbered;
            Schema renamed = numbered(
                    70, 2, Rows.table("a", "id", "id BIGINT NOT NULL", "name STRING", "extent BIGINT"), 1, 2, 3);
            assertThat(send(insert(planned, "1|Ann|5"))).containsExactly("+I 1|Ann|5");
            assertThat(send(insert(renamed, "2|Bob|6"))).containsExactly("+I 2|Bob|6");
            Schema anew =
                    numbered(70, 3, Rows.table("a", "id", "id BIGINT NOT NULL", "name STRING", "size BIGINT"), 1, 2, 4);
            assertThat(send(insert(anew, "3|Eve|7"))).as("another column").containsExactly("+I 3|Eve|-");
            Schema other =
                    numbered(71, 4, Rows.table("a", "id", "size BIGINT", "id BIGINT NOT NULL", "name STRING"), 1, 2, 3);
            assertThat(send(insert(other, "8|4|Joe"))).as("another relation").containsExactly("+I 4|Joe|8");
        }
    }

    @Test
    void setsTheFileAsideOnlyForAnotherTypeOfAColumnThatIsRead() throws Exception {
        Schema planned = numbered(70, 1, PLANNED, 1, 2, 3);
        try (var numbered = ProcessFunctionTestHarnesses.forProcessFunction(split(planned, "SELECT id, size FROM a"))) {
            harness = numbered;
            Schema unread =
                    numbered(70, 2, Rows.table("a", "id", "id BIGINT NOT NULL", "name INT", "size INT"), 1, 2, 3);
            assertThat(send(insert(unread, "1|4|5"))).containsExactly("+I 1|-|5");
            Schema read =
                    numbered(70, 3, Rows.table("a", "id", "id BIGINT NOT NULL", "name STRING", "size STRING"), 1, 2, 3);
            assertThat(send(insert(read, "1|Ann|g5"))).isEmpty();
            assertThat(letter()).contains("Column size BIGINT of table a is now size STRING");
        }
    }
}
