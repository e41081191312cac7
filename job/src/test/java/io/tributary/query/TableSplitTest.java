package io.tributary.query;

import static io.tributary.query.Rows.after;
import static io.tributary.query.Rows.before;
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
import java.util.Queue;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
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
        harness = harness("plan", scan(PLANNED, 0, 1, 2));
        harness.open();
    }

    private static Scan scan(Schema planned, int... columns) {
        return Input.of(planned, RequiredColumns.NONE).scan(columns);
    }

    /** Of a file that makes the table {@code made}. */
    static OneInputStreamOperatorTestHarness<ChangelogRow, ChangelogRow> harness(String plan, Scan... scans)
            throws Exception {
        Problems problems = new Problems();
        SqlFile file = SqlFile.parse("sql/made.sql", "-- key: id\nSELECT id FROM a", problems);
        problems.throwIfAny();
        return new OneInputStreamOperatorTestHarness<>(new TableSplit(List.of(scans), file, plan));
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
        assertThat(send(before(PLANNED, "1|-|-").blindly())).isEmpty();
        assertThat(send(after(PLANNED, "1|Ann|5").blindly())).containsExactly("+I 1|Ann|5");
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
        harness = harness(plan, scan(PLANNED, 0, 1, 2));
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

    private List<String> send(ChangelogRow... rows) throws Exception {
        return send(scan(PLANNED, 0, 1, 2), rows);
    }

    private List<String> send(Scan scan, ChangelogRow... entries) throws Exception {
        for (ChangelogRow entry : entries) {
            harness.processElement(entry, 0);
        }
        harness.prepareSnapshotPreBarrier(0);
        return given(scan);
    }

    private List<String> given(Scan scan) {
        Queue<StreamRecord<RowData>> rows = harness.getSideOutput(scan.tag());
        if (rows == null) {
            return List.of();
        }
        List<String> texts = rows.stream()
                .map(record ->
                        record.getValue().getRowKind().shortString() + " " + Rows.text(scan.read(), record.getValue()))
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
        try (var numbered = harness("plan", scan(planned, 0, 1, 2))) {
            numbered.open();
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
        Scan scan = scan(planned, 0, 2);
        try (var numbered = harness("plan", scan)) {
            numbered.open();
            harness = numbered;
            Schema unread =
                    numbered(70, 2, Rows.table("a", "id", "id BIGINT NOT NULL", "name INT", "size INT"), 1, 2, 3);
            assertThat(send(scan, insert(unread, "1|4|5"))).containsExactly("+I 1|5");
            Schema read =
                    numbered(70, 3, Rows.table("a", "id", "id BIGINT NOT NULL", "name STRING", "size STRING"), 1, 2, 3);
            assertThat(send(scan, insert(read, "1|Ann|g5"))).isEmpty();
            assertThat(letter()).contains("Column size BIGINT of table a is now size STRING");
        }
    }

    /** Of a source that knows columns by their names alone, as Kafka. */
    @Test
    void goesOnWhereAColumnThatIsNotReadHasATypeThatTheOtherCannotHold() throws Exception {
        Scan scan = scan(PLANNED, 2);
        try (var named = harness("plan", scan)) {
            named.open();
            harness = named;
            Schema unread = Rows.table("a", "id", "id BIGINT NOT NULL", "name BOOLEAN", "size BIGINT");
            assertThat(send(scan, insert(unread, "1|true|5"))).containsExactly("+I 5");
            Schema ofAnotherKey = Rows.table("a", "name", "id BIGINT", "name STRING NOT NULL", "size BIGINT");
            assertThat(send(scan, insert(ofAnotherKey, "1|Ann|5"))).isEmpty();
            assertThat(letter()).contains("The key of table a was [id] and is now [name]");
        }
    }

    @Test
    void doesNotGiveAnUpdateOfOtherColumnsThanThoseThatAreRead() throws Exception {
        Scan scan = scan(PLANNED, 0, 2);
        try (var narrow = harness("plan", scan)) {
            narrow.open();
            harness = narrow;
            assertThat(send(scan, before(PLANNED, "1|Ann|5"), after(PLANNED, "1|Bob|5")))
                    .isEmpty();
            assertThat(send(scan, before(PLANNED, "1|Bob|5"), after(PLANNED, "1|Bob|6")))
                    .containsExactly("-U 1|5", "+U 1|6");
            Schema wider = Rows.table("a", "id", "id BIGINT NOT NULL", "name STRING", "size BIGINT", "more INT");
            assertThat(send(scan, before(PLANNED, "1|Bob|6"), after(wider, "1|Bob|6|1")))
                    .isEmpty();
            assertThat(send(scan, before(PLANNED, "1|Bob|6"), after(PLANNED, "1|Bob|6")))
                    .as("shown again, because somebody wants that")
                    .containsExactly("-U 1|6", "+U 1|6");
        }
    }

    @Test
    void givesHalfAnUpdateWhereTheOtherHalfIsForOthersOrMissing() throws Exception {
        assertThat(send(before(PLANNED, "1|Ann|5"), insert(PLANNED, "2|Bob|6")))
                .containsExactly("-U 1|Ann|5", "+I 2|Bob|6");
        assertThat(send(after(PLANNED, "1|Ann|5"))).containsExactly("+U 1|Ann|5");
        harness.processElement(before(PLANNED, "1|Ann|5"), 0);
        assertThat(given(scan(PLANNED, 0, 1, 2))).isEmpty();
        harness.prepareSnapshotPreBarrier(1);
        assertThat(given(scan(PLANNED, 0, 1, 2))).as("before a barrier").containsExactly("-U 1|Ann|5");
    }

    @Test
    void givesEachScanOfATableItsColumns() throws Exception {
        Scan names = scan(PLANNED, 0, 1);
        Scan sizes = scan(PLANNED, 2);
        try (var two = harness("plan", names, sizes)) {
            two.open();
            harness = two;
            assertThat(send(names, before(PLANNED, "1|Ann|5"), after(PLANNED, "1|Bob|5")))
                    .containsExactly("-U 1|Ann", "+U 1|Bob");
            assertThat(given(sizes)).isEmpty();
            assertThat(send(sizes, delete(PLANNED, "1|Bob|5"))).containsExactly("-D 5");
            assertThat(given(names)).containsExactly("-D 1|Bob");
        }
    }
}
