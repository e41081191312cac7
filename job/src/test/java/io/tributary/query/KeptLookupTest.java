package io.tributary.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Schema;
import io.tributary.settings.Problems;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.data.utils.JoinedRowData;
import org.apache.flink.table.runtime.operators.join.lookup.LookupJoinRunner;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Rows that are kept with their answers for some time only. */
@SuppressWarnings("try") // The harness closes with any exception, an interruption included.
class KeptLookupTest {

    private static final Schema ORDERS = Rows.table("orders", "id", "id BIGINT NOT NULL", "customer BIGINT");
    private static final Schema JOINED =
            Rows.table("made", "id", "id BIGINT NOT NULL", "customer BIGINT", "region STRING");
    private static final RowType CUSTOMER = RowType.of(new BigIntType());
    private static final Duration KEEP = Duration.ofHours(1);

    private final Regions regions = new Regions();

    @Test
    void aRowThatIsKeptIsTakenBackAsItWasJoined() throws Exception {
        try (var lookup = open(null)) {
            send(lookup, RowKind.INSERT, "1|7");
            regions.region = "east";
            lookup.setStateTtlProcessingTime(KEEP.toMillis() - 1);
            send(lookup, RowKind.DELETE, "1|7");
            assertThat(texts(lookup)).containsExactly("+I 1|7|north", "-D 1|7|north");
        }
    }

    @Test
    void aRowThatIsForgottenIsTakenBackAsItWouldBeJoinedNow() throws Exception {
        try (var lookup = open(null)) {
            send(lookup, RowKind.INSERT, "1|7");
            regions.region = "east";
            lookup.setStateTtlProcessingTime(KEEP.toMillis());
            send(lookup, RowKind.DELETE, "1|7");
            send(lookup, RowKind.INSERT, "1|7");
            send(lookup, RowKind.DELETE, "1|7");
            assertThat(texts(lookup)).containsExactly("+I 1|7|north", "-D 1|7|east", "+I 1|7|east", "-D 1|7|east");
        }
    }

    @Test
    void theTimeGoesOnOverARestoreAndBeginsAnewWithEachRow() throws Exception {
        OperatorSubtaskState state;
        try (var lookup = open(null)) {
            send(lookup, RowKind.INSERT, "1|7");
            send(lookup, RowKind.INSERT, "2|7");
            lookup.setStateTtlProcessingTime(KEEP.toMillis() / 2);
            regions.region = "west";
            send(lookup, RowKind.INSERT, "2|7");
            state = lookup.snapshot(1, 1);
        }
        regions.region = "east";
        try (var lookup = open(state)) {
            lookup.setStateTtlProcessingTime(KEEP.toMillis());
            send(lookup, RowKind.DELETE, "1|7");
            send(lookup, RowKind.DELETE, "2|7");
            send(lookup, RowKind.DELETE, "2|7");
            assertThat(texts(lookup)).containsExactly("-D 1|7|east", "-D 2|7|north", "-D 2|7|west");
        }
    }

    private KeyedOneInputStreamOperatorTestHarness<RowData, RowData, RowData> open(@Nullable OperatorSubtaskState state)
            throws Exception {
        SqlFile file = SqlFile.parse("sql/made.sql", "-- key: id\nSELECT id FROM orders", new Problems());
        KeptLookup kept = new KeptLookup(
                regions,
                new Uncomputable(file, new Expression("LookupJoin(regions)")),
                ORDERS.rowType(),
                JOINED.rowType(),
                KEEP);
        var harness = new KeyedOneInputStreamOperatorTestHarness<RowData, RowData, RowData>(
                new KeyedProcessOperator<>(kept),
                row -> new PlainRows(CUSTOMER).of(GenericRowData.of(row.getLong(1))),
                InternalTypeInfo.of(CUSTOMER));
        harness.setup(InternalTypeInfo.of(JOINED.rowType()).toSerializer());
        if (state != null) {
            harness.initializeState(state);
        }
        harness.open();
        return harness;
    }

    private static void send(
            KeyedOneInputStreamOperatorTestHarness<RowData, RowData, RowData> lookup, RowKind kind, String values)
            throws Exception {
        BinaryRowData row = Rows.row(ORDERS, values);
        row.setRowKind(kind);
        lookup.processElement(row, 0);
    }

    private static List<String> texts(KeyedOneInputStreamOperatorTestHarness<RowData, RowData, RowData> lookup) {
        return lookup.extractOutputValues().stream()
                .map(row -> row.getRowKind().shortString() + " " + Rows.text(JOINED, (BinaryRowData) row))
                .toList();
    }

    /** A lookup table that has one region for all customers. */
    private static final class Regions extends LookupJoinRunner {

        private static final long serialVersionUID = 1L;

        private String region = "north";
        private transient Collector<RowData> out;

        @SuppressWarnings("NullAway")
        Regions() {
            super(null, null, null, false, 1);
        }

        @Override
        public void open(OpenContext context) {}

        @Override
        public void prepareCollector(RowData row, Collector<RowData> collector) {
            out = collector;
        }

        @Override
        public boolean preFilter(RowData row) {
            return true;
        }

        @Override
        public void doFetch(RowData row) {
            out.collect(new JoinedRowData(row.getRowKind(), row, GenericRowData.of(StringData.fromString(region))));
        }

        @Override
        public void padNullForLeftJoin(RowData row, Collector<RowData> collector) {}

        @Override
        public void close() {}
    }
}
