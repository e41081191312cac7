package io.tributary.latest;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Change;
import io.tributary.change.Column;
import io.tributary.change.Operation;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.Test;

/** Rows of whatever system, with the limit that is the default. */
class RowsTooLargeTest {

    private static final Column ID = Column.of("id", new BigIntType(false));
    private static final Schema NOTES =
            Schema.of("notes", List.of(ID, Column.of("body", new VarCharType(VarCharType.MAX_LENGTH))), List.of("id"));
    private static final String TOO_LARGE = "x".repeat(17 << 20);

    @Test
    void oneIsADeadLetterWithItsKeyAndTheNextThatIsNotReplacesTheEarlierOne() throws Exception {
        try (LatestJob job = LatestJob.start(Retention.whole())) {
            job.take(note(1, "a"), note(2, TOO_LARGE), note(3, "b"));

            assertThat(job.output())
                    .extracting(
                            entry -> entry.kind().shortString() + entry.row().getString(1))
                    .containsExactly("+Ia", "-Ua", "+Ub");
            assertThat(job.rejected()).singleElement().satisfies(letter -> {
                assertThat(letter.reason()).contains("The row has 178", "latest.max-row-size is 16 mb");
                assertThat(letter.raw()).asString(StandardCharsets.UTF_8).isEqualTo("{\"id\":7,\"body\":null}");
                assertThat(letter.position()).isEqualTo(Position.of(2, 0));
            });
        }
    }

    @Test
    void oneThatIsOlderThanTheRowIsOfNoInterest() throws Exception {
        try (LatestJob job = LatestJob.start(Retention.whole())) {
            job.take(note(3, "b"), note(2, TOO_LARGE));

            assertThat(job.output()).hasSize(1);
            assertThat(job.rejected()).isEmpty();
        }
    }

    private static Change note(long at, String body) {
        return Change.upsert(
                Operation.UPDATE,
                NOTES,
                Position.of(at, 0),
                at,
                row(Schema.of("notes", List.of(ID), List.of("id")), 7L),
                row(NOTES, 7L, StringData.fromString(body)));
    }

    private static BinaryRowData row(Schema schema, Object... values) {
        return new RowDataSerializer(schema.rowType())
                .toBinaryRow(GenericRowData.of(values))
                .copy();
    }
}
