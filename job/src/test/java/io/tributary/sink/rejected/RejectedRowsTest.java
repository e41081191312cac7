package io.tributary.sink.rejected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Position;
import io.tributary.change.Rejected;
import io.tributary.change.WireType;
import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.types.RowKind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // The harness closes with any exception, an interruption included.
class RejectedRowsTest {

    private static final Rejected LETTER = Rejected.of(
            "postgres",
            "customers",
            1_700_000_000_123L,
            "no such type",
            "raw".getBytes(StandardCharsets.UTF_8),
            Position.of(1, 2));

    @Test
    void aLetterIsAnInsertedRow() throws Exception {
        try (Harness harness = new Harness(null)) {
            harness.open();
            harness.processElement(LETTER, 0);
            ChangelogRow row = harness.extractOutputValues().get(0);
            assertThat(row.kind()).isEqualTo(RowKind.INSERT);
            assertThat(row.schema()).isEqualTo(RejectedRows.schema("letters"));
            assertThat(row.row().getString(1)).hasToString("postgres");
            assertThat(row.row().getString(2)).hasToString("customers");
            assertThat(row.row().getTimestamp(3, 6).getMillisecond()).isEqualTo(1_700_000_000_123L);
            assertThat(row.row().getString(4)).hasToString("no such type");
            assertThat(row.row().getBinary(5)).asString(StandardCharsets.UTF_8).isEqualTo("raw");
            assertThat(row.row().getString(6)).hasToString("00000000000000010000000000000002");
        }
    }

    @Test
    void whatIsNotKnownIsNull() throws Exception {
        try (Harness harness = new Harness(null)) {
            harness.open();
            harness.processElement(Rejected.of("postgres", null, 0, "why", new byte[0], null), 0);
            ChangelogRow row = harness.extractOutputValues().get(0);
            assertThat(row.row().isNullAt(2)).isTrue();
            assertThat(row.row().isNullAt(6)).isTrue();
        }
    }

    @Test
    void equalLettersAreCountedApartAcrossARestart() throws Exception {
        OperatorSubtaskState state;
        List<String> first;
        try (Harness harness = new Harness(null)) {
            harness.open();
            harness.processElement(LETTER, 0);
            harness.processElement(LETTER, 0);
            first = harness.ids();
            state = harness.snapshot(1, 1);
        }
        try (Harness harness = new Harness(null)) {
            harness.initializeState(state);
            harness.open();
            harness.processElement(LETTER, 0);
            assertThat(first).doesNotHaveDuplicates().doesNotContainAnyElementsOf(harness.ids());
            assertThat(harness.ids().get(0))
                    .startsWith(first.get(0).substring(0, 12))
                    .endsWith("0003");
        }
    }

    @Test
    void oneLetterBeyondTheLimitFailsTheJobForGood() throws Exception {
        try (Harness harness = new Harness(2L)) {
            harness.open();
            harness.processElement(LETTER, 0);
            harness.processElement(LETTER, 0);
            assertThatThrownBy(() -> harness.processElement(LETTER, 0))
                    .isInstanceOf(SuppressRestartsException.class)
                    .cause()
                    .hasMessageStartingWith(
                            "More than 2 dead letters, the limit that rejected.limit sets. The last one:"
                                    + " Rejected by postgres for table customers: no such type. Mend the cause");
        }
    }

    @Test
    void settingsAreChecked() {
        Problems problems = new Problems();
        RejectedSettings.from(Given.of(
                Configuration.fromMap(Map.of("rejected.table", " ", "rejected.limit", "-1")),
                new Secrets(name -> null, name -> null),
                problems));
        assertThat(problems.sentences())
                .containsExactly(
                        "rejected.table is empty: give the table of dead letters a name",
                        "rejected.limit is -1: write 0 or more");
        Problems escape = new Problems();
        RejectedSettings.from(Given.of(
                Configuration.fromMap(Map.of("rejected.table", "../letters")),
                new Secrets(name -> null, name -> null),
                escape));
        assertThat(escape.sentences())
                .singleElement()
                .asString()
                .startsWith("rejected.table: no table can be named '../letters'");
    }

    private static final class Harness extends OneInputStreamOperatorTestHarness<Rejected, ChangelogRow> {

        Harness(@Nullable Long limit) throws Exception {
            super(
                    new ProcessOperator<>(new RejectedRows(settings(limit))),
                    WireType.REJECTED.createSerializer(new ExecutionConfig().getSerializerConfig()));
        }

        private static RejectedSettings settings(@Nullable Long limit) {
            Configuration configuration = Configuration.fromMap(Map.of("rejected.table", "letters"));
            if (limit != null) {
                configuration.set(RejectedSettings.LIMIT, limit);
            }
            return RejectedSettings.from(
                    Given.of(configuration, new Secrets(name -> null, name -> null), new Problems()));
        }

        List<String> ids() {
            return extractOutputValues().stream()
                    .map(row -> row.row().getString(0).toString())
                    .toList();
        }
    }
}
