package io.tributary.sink.kinesis;

import static io.tributary.sink.kinesis.Rows.CUSTOMERS;
import static io.tributary.sink.kinesis.Rows.TEXT;
import static io.tributary.sink.kinesis.Rows.customer;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.Position;
import io.tributary.change.Rejected;
import io.tributary.change.Schema;
import io.tributary.change.WireType;
import io.tributary.load.Load;
import io.tributary.load.LoadSettings;
import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryStringData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.OutputTag;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // The harness closes with any exception, an interruption included.
class RecordEncoderTest {

    private static final Schema WIDER = Schema.of(
            "customers",
            List.of(Column.of("ID", new BigIntType(false)), Column.of("name", TEXT), Column.of("age", new IntType())),
            List.of("ID"));

    @Test
    void aShapeIsDescribedBeforeItsFirstRowAndOnce() throws Exception {
        try (Harness harness = new Harness(1L << 20)) {
            harness.open();
            harness.processElement(customer(RowKind.INSERT, 1, 1, "Ann"), 0);
            harness.processElement(customer(RowKind.UPDATE_BEFORE, 2, 1, "Ann"), 0);
            harness.processElement(customer(RowKind.UPDATE_AFTER, 2, 1, "Anna"), 0);
            harness.processElement(Rows.row(RowKind.INSERT, 3, WIDER, 2L, null, 30), 0);
            harness.processElement(customer(RowKind.UPDATE_AFTER, 4, 1, "Ann"), 0);
            harness.processElement(customer(RowKind.DELETE, 5, 2, ""), 0);

            assertThat(harness.operations()).containsExactly("s", "c", "u", "s", "c", "u", "d");
            assertThat(harness.texts().get(5)).contains("\"_schema\":" + WIDER.number(), "\"age\":null");
            assertThat(harness.texts().get(6)).contains("\"_schema\":" + WIDER.number());
            assertThat(harness.keys())
                    .containsExactlyInAnyOrder(
                            "customers:1",
                            "customers:1",
                            "customers:1",
                            "customers:2",
                            "customers:2",
                            "customers:1",
                            "customers:2");
        }
    }

    @Test
    void aSnapshotsRowIsRead() throws Exception {
        try (Harness harness = new Harness(1L << 20)) {
            harness.open();
            harness.processElement(
                    ChangelogRow.ofSnapshot(
                            RowKind.INSERT, CUSTOMERS, Position.of(1, 0), 0, Rows.binary(CUSTOMERS, 1L, null)),
                    0);
            assertThat(harness.operations()).containsExactly("s", "r");
        }
    }

    @Test
    void aDeleteAtTheEndOfATimeToLiveSaysSo() throws Exception {
        try (Harness harness = new Harness(1L << 20)) {
            harness.open();
            harness.processElement(customer(RowKind.INSERT, 1, 1, "Ann"), 0);
            harness.processElement(customer(RowKind.DELETE, 2, 1, "").expired(), 0);
            harness.processElement(customer(RowKind.DELETE, 3, 2, ""), 0);
            assertThat(harness.operations()).containsExactly("s", "c", "d", "d");
            assertThat(harness.texts().get(1)).doesNotContain("_expired");
            assertThat(harness.texts().get(2)).endsWith(",\"_expired\":true,\"id\":1}");
            assertThat(harness.texts().get(3)).doesNotContain("_expired");
        }
    }

    @Test
    void theLimitCountsPartitionKeyAndData() throws Exception {
        long size;
        try (Harness harness = new Harness(1L << 20)) {
            harness.open();
            harness.processElement(customer(RowKind.INSERT, 1, 1, "x".repeat(5000)), 0);
            size = (long) harness.texts().get(1).length() + "customers:1".length();
        }
        try (Harness harness = new Harness(size)) {
            harness.open();
            harness.processElement(customer(RowKind.INSERT, 1, 1, "x".repeat(5000)), 0);
            harness.processElement(customer(RowKind.INSERT, 2, 1, "x".repeat(5001)), 0);
            harness.processElement(customer(RowKind.DELETE, 3, 1, ""), 0);
            assertThat(harness.operations()).containsExactly("s", "c", "d");
            assertThat(harness.rejected()).singleElement().satisfies(rejected -> {
                assertThat(rejected.system()).isEqualTo("kinesis");
                assertThat(rejected.table()).isEqualTo("customers");
                assertThat(rejected.position()).isEqualTo(Position.of(2, 1));
                assertThat(rejected.reason())
                        .contains(
                                "customers:1", (size + 1) + " bytes", "kinesis.max-record-size is " + size, "raise it");
                assertThat(new String(rejected.raw(), StandardCharsets.UTF_8)).contains("x".repeat(5001) + "\"}");
            });
        }
    }

    @Test
    void aDescriptionThatIsTooLargeRejectsItsRowsInsteadOfHidingThem() throws Exception {
        try (Harness harness = new Harness(180)) {
            harness.open();
            harness.processElement(customer(RowKind.INSERT, 1, 1, ""), 0);
            harness.processElement(customer(RowKind.INSERT, 2, 2, ""), 0);
            assertThat(harness.texts()).isEmpty();
            assertThat(harness.rejected())
                    .hasSize(2)
                    .allSatisfy(rejected -> assertThat(rejected.reason()).startsWith("The description of its columns"));
        }
    }

    @Test
    void whatCannotBeShownIsRejectedWithItsReasonButItsDeletesAreNot() throws Exception {
        Schema clash = Schema.of(
                "customers",
                List.of(Column.of("ID", new BigIntType(false)), Column.of("name", TEXT), Column.of("Name", TEXT)),
                List.of("ID"));
        Schema conflict = Schema.of(
                "customers",
                List.of(Column.of("ID", new BigIntType(false)), Column.of("name", new IntType())),
                List.of("ID"));
        try (Harness harness = new Harness(1L << 20)) {
            harness.open();
            harness.processElement(customer(RowKind.INSERT, 1, 1, "Ann"), 0);
            harness.processElement(Rows.row(RowKind.INSERT, 2, clash, 2L, null, null), 0);
            harness.processElement(Rows.row(RowKind.INSERT, 3, conflict, 3L, 3), 0);
            harness.processElement(Rows.row(RowKind.DELETE, 3, conflict, 1L, null), 0);
            harness.processElement(Rows.row(RowKind.DELETE, 3, clash, 2L, null, null), 0);
            harness.processElement(
                    Rows.row(RowKind.INSERT, 4, CUSTOMERS, 4L, BinaryStringData.fromBytes(new byte[] {(byte) 0xFF})),
                    0);
            harness.processElement(customer(RowKind.INSERT, 5, 5, "Eve"), 0);
            assertThat(harness.operations()).containsExactly("s", "c", "d", "d", "c");
            assertThat(harness.rejected())
                    .extracting(Rejected::reason)
                    .satisfiesExactly(
                            reason -> assertThat(reason).contains("upper and lower case"),
                            reason -> assertThat(reason)
                                    .contains("Column name of table customers was STRING and is now INT"),
                            reason -> assertThat(reason).contains("customers:4", "not UTF-8"));
        }
    }

    @Test
    void aTableThatIsMadeAnewHasTheShapeOfWhatComes() throws Exception {
        Schema other = Schema.of(
                "customers", List.of(Column.of("name", new IntType(false)), Column.of("ID", TEXT)), List.of("name"));
        ChangelogRow entry = ChangelogRow.replacement(other, Position.of(2, 1), 1_700_000_000_123L);
        OperatorSubtaskState state;
        try (Harness harness = new Harness(1L << 20)) {
            harness.open();
            harness.processElement(customer(RowKind.INSERT, 1, 1, "Ann"), 0);
            state = harness.snapshot(1, 1);
            harness.processElement(entry, 0);
            harness.processElement(Rows.row(RowKind.INSERT, 3, other, 3, null), 0);
            assertThat(harness.operations()).containsExactly("s", "c", "s", "t", "c");
            assertThat(harness.texts().get(3))
                    .isEqualTo(
                            "{\"_table\":\"customers\",\"_schema\":" + other.number()
                                    + ",\"_op\":\"t\",\"_version\":\"00000000000000020000000000000001\",\"_ts_ms\":1700000000123}");
            assertThat(harness.keys().get(3)).isEqualTo("customers:null");
            assertThat(harness.rejected()).isEmpty();
        }
        // Behind the rows it needs to be said before.
        try (Harness harness = new Harness(1L << 20, Map.of(), Set.of("customers"))) {
            harness.initializeState(state);
            harness.open();
            harness.processElement(Rows.row(RowKind.INSERT, 3, other, 3, null), 0);
            harness.processElement(entry, 0);
            assertThat(harness.operations()).containsExactly("s", "c", "t");
            assertThat(harness.rejected()).isEmpty();
        }
    }

    /** So the row stays as it was, until it is deleted. */
    @Test
    void anUpdateThatIsRefusedSendsNothingOfItsRow() throws Exception {
        Schema conflict = Schema.of(
                "customers",
                List.of(Column.of("ID", new BigIntType(false)), Column.of("name", new IntType())),
                List.of("ID"));
        try (Harness harness = new Harness(500)) {
            harness.open();
            harness.processElement(customer(RowKind.INSERT, 1, 1, "Ann"), 0);
            harness.processElement(customer(RowKind.UPDATE_BEFORE, 2, 1, "Ann"), 0);
            harness.processElement(Rows.row(RowKind.UPDATE_AFTER, 2, conflict, 1L, 3), 0);
            harness.processElement(Rows.row(RowKind.UPDATE_BEFORE, 3, conflict, 1L, 3), 0);
            harness.processElement(customer(RowKind.UPDATE_AFTER, 3, 1, "Ann".repeat(200)), 0);
            harness.processElement(customer(RowKind.UPDATE_BEFORE, 4, 1, "Ann".repeat(200)), 0);
            harness.processElement(
                    Rows.row(RowKind.UPDATE_AFTER, 4, CUSTOMERS, 1L, BinaryStringData.fromBytes(new byte[] {(byte) 0xFF
                    })),
                    0);
            assertThat(harness.operations()).containsExactly("s", "c");
            assertThat(harness.rejected()).hasSize(3);
            harness.processElement(Rows.row(RowKind.DELETE, 5, conflict, 1L, null), 0);
            assertThat(harness.operations()).containsExactly("s", "c", "d");
        }
    }

    @Test
    void rowsInEitherSpellingOfAColumnAreOneShape() throws Exception {
        Schema upper = Schema.of(
                "customers", List.of(Column.of("id", new BigIntType(false)), Column.of("Name", TEXT)), List.of("id"));
        OperatorSubtaskState state;
        try (Harness harness = new Harness(1L << 20)) {
            harness.open();
            harness.processElement(customer(RowKind.INSERT, 1, 1, "Ann"), 0);
            harness.processElement(Rows.row(RowKind.INSERT, 2, upper, 2L, BinaryStringData.fromString("Bob")), 0);
            assertThat(harness.operations()).containsExactly("s", "c", "c");
            assertThat(harness.texts().get(2)).endsWith("\"id\":2,\"name\":\"Bob\"}");
            assertThat(harness.rejected()).isEmpty();
            state = harness.snapshot(1, 1);
        }
        try (Harness harness = new Harness(1L << 20)) {
            harness.initializeState(state);
            harness.open();
            harness.processElement(Rows.row(RowKind.INSERT, 3, upper, 3L, BinaryStringData.fromString("Eve")), 0);
            assertThat(harness.texts().get(1)).endsWith("\"id\":3,\"name\":\"Eve\"}");
        }
    }

    @Test
    void moreColumnsThanCanBeNumberedAreADeadLetterAndNoFailure() throws Exception {
        List<Column> columns = new ArrayList<>(List.of(Column.of("ID", new BigIntType(false))));
        for (int i = 0; i < 13_000; i++) {
            columns.add(Column.inferred("c" + i, TEXT));
        }
        Schema wide = Schema.of("customers", columns, List.of("ID"));
        Object[] values = new Object[columns.size()];
        values[0] = 2L;
        try (Harness harness = new Harness(1L << 20)) {
            harness.open();
            harness.processElement(customer(RowKind.INSERT, 1, 1, "Ann"), 0);
            harness.processElement(Rows.row(RowKind.INSERT, 2, wide, values), 0);
            harness.processElement(customer(RowKind.UPDATE_AFTER, 3, 1, "Anna"), 0);
            assertThat(harness.operations()).containsExactly("s", "c", "u");
            assertThat(harness.rejected())
                    .extracting(Rejected::reason)
                    .singleElement()
                    .asString()
                    .startsWith("Table customers has 13002 columns, more than Kinesis records can number");
        }
    }

    @Test
    void aRestoredSubtaskKnowsTheShapesOfAll() throws Exception {
        OperatorSubtaskState state;
        try (Harness harness = new Harness(1L << 20)) {
            harness.open();
            harness.processElement(Rows.row(RowKind.INSERT, 1, WIDER, 2L, null, 30), 0);
            state = harness.snapshot(1, 1);
        }
        try (Harness harness = new Harness(1L << 20)) {
            harness.initializeState(state);
            harness.open();
            harness.processElement(customer(RowKind.UPDATE_AFTER, 2, 2, "Bob"), 0);
            assertThat(harness.operations()).containsExactly("s", "u");
            assertThat(harness.texts()).allSatisfy(text -> assertThat(text).contains("\"_schema\":" + WIDER.number()));
            assertThat(harness.texts().get(1)).endsWith("\"id\":2,\"name\":\"Bob\",\"age\":null}");
        }
    }

    @Test
    void tablesLeaveByTheirOwnStreams() throws Exception {
        OutputTag<Tuple2<String, byte[]>> tag = new OutputTag<>("stream-customers", RecordEncoder.RECORD);
        Schema orders = Schema.of("orders", List.of(Column.of("id", new BigIntType(false))), List.of("id"));
        try (Harness harness = new Harness(1L << 20, Map.of("customers", tag), Set.of())) {
            harness.open();
            harness.processElement(customer(RowKind.INSERT, 1, 1, "Ann"), 0);
            harness.processElement(Rows.row(RowKind.INSERT, 2, orders, 1L), 0);
            assertThat(harness.extractOutputValues()).isEmpty();
            assertThat(harness.getSideOutput(tag)).hasSize(2);
            assertThat(harness.rejected())
                    .singleElement()
                    .satisfies(
                            rejected -> assertThat(rejected.reason()).contains("Table orders has no Kinesis stream"));
        }
    }

    @Test
    void aTextThatIsTooLongEndsBehindACharacterAndTheRowSaysSo() throws Exception {
        try (Harness harness = new Harness(UnfitValues.TRUNCATE)) {
            harness.open();
            harness.processElement(customer(RowKind.INSERT, 1, 1, "\u20ac".repeat(21_845)), 0);
            harness.processElement(customer(RowKind.INSERT, 2, 2, "x" + "\u20ac".repeat(21_845)), 0);
            harness.processElement(customer(RowKind.INSERT, 3, 3, "\"".repeat(65_536)), 0);
            harness.processElement(customer(RowKind.INSERT, 4, 4, "a\0b\0"), 0);
            assertThat(harness.rejected()).isEmpty();
            assertThat(harness.texts().get(1)).endsWith("\u20ac\"}").doesNotContain("_cut");
            assertThat(harness.texts().get(2))
                    .contains("\"x" + "\u20ac".repeat(21_844) + "\"")
                    .endsWith(",\"_cut\":[\"name\"]}");
            assertThat(harness.texts().get(3))
                    .contains("\"" + "\\\"".repeat(65_535) + "\"")
                    .endsWith(",\"_cut\":[\"name\"]}");
            assertThat(harness.texts().get(4)).endsWith(",\"name\":\"ab\",\"_cut\":[\"name\"]}");
        }
    }

    @Test
    void aValueThatDoesNotFitIsNullOrItsRowADeadLetterWhereTheSettingsSaySo() throws Exception {
        Schema orders = Schema.of(
                "orders", List.of(Column.of("id", new BigIntType(false)), Column.of("note", TEXT)), List.of("id"));
        try (Harness harness = new Harness(UnfitValues.REJECT)) {
            harness.open();
            harness.processElement(customer(RowKind.INSERT, 1, 1, "x".repeat(65_536)), 0);
            harness.processElement(Rows.row(RowKind.INSERT, 2, orders, 1L, BinaryStringData.fromString("a\0b")), 0);
            assertThat(harness.operations()).containsExactly("s", "c");
            assertThat(harness.texts().get(1)).endsWith(",\"note\":null,\"_cut\":[\"note\"]}");
            assertThat(harness.rejected()).singleElement().satisfies(rejected -> {
                assertThat(rejected.reason())
                        .contains(
                                "Of table customers, key customers:1, the warehouse cannot hold name",
                                "tables.customers.kinesis.unfit-values to truncate");
                assertThat(new String(rejected.raw(), StandardCharsets.UTF_8)).contains("x".repeat(65_536));
            });
        }
    }

    @Test
    void aKeyIsNeverCutSinceTwoRowsCouldBecomeOne() throws Exception {
        Schema notes = Schema.of("notes", List.of(Column.of("id", TEXT), Column.of("n", new IntType())), List.of("id"));
        try (Harness harness = new Harness(UnfitValues.TRUNCATE)) {
            harness.open();
            harness.processElement(Rows.row(RowKind.INSERT, 1, notes, BinaryStringData.fromString("a\0b"), 1), 0);
            harness.processElement(
                    Rows.row(RowKind.DELETE, 2, notes, BinaryStringData.fromString("x".repeat(65_536)), 1), 0);
            harness.processElement(Rows.row(RowKind.INSERT, 3, notes, BinaryStringData.fromString("ab"), 1), 0);
            assertThat(harness.operations()).containsExactly("s", "c");
            assertThat(harness.rejected())
                    .hasSize(2)
                    .allMatch(rejected -> rejected.reason().contains("the warehouse cannot hold id"));
        }
    }

    @Test
    void whatAllIsLoadedByFilesGoesThereWithItsShapeAndNothingToTheStream() throws Exception {
        try (Harness harness = new Harness(500, Load.FILES)) {
            harness.open();
            harness.processElement(customer(RowKind.INSERT, 1, 1, "a"), 0);
            harness.processElement(customer(RowKind.UPDATE_AFTER, 2, 1, "x".repeat(10_000)), 0);
            harness.processElement(customer(RowKind.DELETE, 3, 1, ""), 0);
            assertThat(harness.texts()).isEmpty();
            assertThat(harness.operationsInFiles()).containsExactly("s", "c", "u", "d");
            assertThat(harness.rejected()).isEmpty();
        }
    }

    @Test
    void withAutoRowsThatWereReadAndRecordsThatAreTooLargeGoIntoFilesAndAllElseToTheStream() throws Exception {
        try (Harness harness = new Harness(500, Load.AUTO)) {
            harness.open();
            harness.processElement(read(RowKind.INSERT, 1), 0);
            harness.processElement(read(RowKind.UPDATE_AFTER, 2), 0);
            assertThat(harness.texts()).isEmpty();
            harness.processElement(customer(RowKind.INSERT, 2, 3, "streamed"), 0);
            harness.processElement(customer(RowKind.UPDATE_AFTER, 3, 3, "x".repeat(1_000)), 0);
            harness.processElement(customer(RowKind.DELETE, 4, 1, ""), 0);
            assertThat(harness.operations()).containsExactly("s", "c", "d");
            assertThat(harness.operationsInFiles()).containsExactly("s", "r", "r", "u");
            assertThat(harness.rejected()).isEmpty();
        }
    }

    private static ChangelogRow read(RowKind kind, long id) {
        return ChangelogRow.ofSnapshot(
                kind, CUSTOMERS, Position.of(1, 1), 1, Rows.binary(CUSTOMERS, id, StringData.fromString("read")));
    }

    @Test
    void aRecordThatNoLineOfAFileMayHaveIsADeadLetter() throws Exception {
        Schema notes = Schema.of(
                "notes",
                List.of(
                        Column.of("id", new BigIntType(false)),
                        Column.of("texts", new ArrayType(new VarCharType(VarCharType.MAX_LENGTH)))),
                List.of("id"));
        StringData[] texts = new StringData[70];
        Arrays.fill(texts, StringData.fromString("x".repeat(65_000)));
        try (Harness harness = new Harness(1L << 20, Load.AUTO)) {
            harness.open();
            harness.processElement(Rows.row(RowKind.INSERT, 1, notes, 1L, new GenericArrayData(texts)), 0);
            harness.processElement(Rows.row(RowKind.INSERT, 1, notes, 2L, null), 0);
            assertThat(harness.operations()).containsExactly("s", "c");
            assertThat(harness.rejected())
                    .singleElement()
                    .satisfies(rejected -> assertThat(rejected.reason())
                            .contains(
                                    "The record of table notes, key notes:1, has ",
                                    "Redshift copies no line of more than"));
        }
    }

    private static final class Harness extends OneInputStreamOperatorTestHarness<ChangelogRow, Tuple2<String, byte[]>> {

        Harness(long limit) throws Exception {
            this(limit, Map.of(), Set.of());
        }

        Harness(long limit, Map<String, OutputTag<Tuple2<String, byte[]>>> streams, Set<String> replaced)
                throws Exception {
            this(limit, UnfitValues.TRUNCATE, streams, replaced, LoadSettings.streamed());
        }

        /** All tables are loaded so. */
        Harness(long limit, Load load) throws Exception {
            this(limit, UnfitValues.TRUNCATE, Map.of(), Set.of(), loads(load));
        }

        private static LoadSettings loads(Load load) {
            Configuration settings = new Configuration();
            settings.set(LoadSettings.LOAD, load);
            settings.set(LoadSettings.LOCATION, "/loads");
            return LoadSettings.from(Given.of(settings, new Secrets(name -> null, name -> null), new Problems()));
        }

        /** With another policy for the table orders. */
        Harness(UnfitValues unfit) throws Exception {
            this(1L << 20, unfit, Map.of(), Set.of(), LoadSettings.streamed());
        }

        private Harness(
                long limit,
                UnfitValues unfit,
                Map<String, OutputTag<Tuple2<String, byte[]>>> streams,
                Set<String> replaced,
                LoadSettings loads)
                throws Exception {
            super(
                    new ProcessOperator<>(new RecordEncoder(
                            limit,
                            new UnfitPolicy(unfit, Map.of("orders", UnfitValues.NULL)),
                            streams,
                            replaced,
                            loads)),
                    WireType.CHANGELOG_ROW.createSerializer(new ExecutionConfig().getSerializerConfig()));
            setup(RecordEncoder.RECORD.createSerializer(new ExecutionConfig().getSerializerConfig()));
        }

        List<String> texts() {
            return extractOutputValues().stream()
                    .map(record -> new String(record.f1, StandardCharsets.UTF_8))
                    .toList();
        }

        List<String> keys() {
            return extractOutputValues().stream().map(record -> record.f0).toList();
        }

        List<String> operations() {
            return operations(texts());
        }

        List<String> operationsInFiles() {
            return operations(getSideOutput(RecordEncoder.FILES).stream()
                    .map(record -> new String(record.getValue(), StandardCharsets.UTF_8))
                    .toList());
        }

        private static List<String> operations(List<String> texts) {
            return texts.stream()
                    .map(text -> text.substring(text.indexOf("_op") + 6, text.indexOf("_op") + 7))
                    .toList();
        }

        List<Rejected> rejected() {
            Queue<StreamRecord<Rejected>> output = getSideOutput(RecordEncoder.REJECTED);
            return output == null
                    ? List.of()
                    : new ArrayList<>(
                            output.stream().map(StreamRecord::getValue).toList());
        }
    }
}
