package io.tributary;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Audience;
import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import io.tributary.settings.NamePatterns;
import java.util.List;
import java.util.Set;
import org.apache.flink.streaming.api.operators.StreamFilter;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.api.Test;

class PassThroughTest {

    private static ChangelogRow row(String table, long version) {
        Schema schema = Schema.of(table, List.of(Column.of("id", new BigIntType(false))), List.of("id"));
        return ChangelogRow.of(RowKind.INSERT, schema, Position.of(version, 0), 0, new BinaryRowData(1));
    }

    @Test
    void rowsThatAreForOthersDoNotPass() throws Exception {
        Audience file = Audience.only(Audience.query("made"));
        PassThrough passThrough = new PassThrough(NamePatterns.of(Set.of("people")), Set.of("people", "orders"));
        try (var harness = new OneInputStreamOperatorTestHarness<>(new StreamFilter<>(passThrough))) {
            harness.open();
            for (ChangelogRow row : List.of(
                    row("people", 1),
                    row("people", 2).to(file),
                    row("people", 3).to(Audience.only(Audience.PASS_THROUGH)),
                    row("people", 4).to(Audience.EVERYBODY.without(file)),
                    row("orders", 5))) {
                harness.processElement(new StreamRecord<>(row));
            }
            assertThat(harness.extractOutputValues())
                    .extracting(row -> row.version().toHex())
                    .containsExactly(
                            Position.of(1, 0).toHex(),
                            Position.of(3, 0).toHex(),
                            Position.of(4, 0).toHex());
        }
    }
}
