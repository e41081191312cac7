package io.tributary.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.operators.StreamMap;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.table.types.logical.IntType;
import org.junit.jupiter.api.Test;

class FilledTablesTest {

    private static final FilledTables REFUSED = new FilledTables(
            Set.of("people"), Set.of(), Set.of("people"), List.of("Table people has rows", "empty it"));

    @Test
    void whatCannotStartFromNothingIsRefusedForGood() throws Exception {
        try (var harness = harness(REFUSED)) {
            assertThatThrownBy(harness::initializeEmptyState)
                    .isInstanceOf(SuppressRestartsException.class)
                    .hasRootCauseMessage("Table people has rows; empty it");
        }
    }

    @Test
    void whatCannotStartFromNothingIsResumed() throws Exception {
        OperatorSubtaskState state;
        try (var harness = harness(new FilledTables(Set.of("people"), Set.of()))) {
            harness.open();
            state = harness.snapshot(1, 1);
        }
        try (var harness = harness(REFUSED)) {
            assertThatNoException().isThrownBy(() -> harness.initializeState(state));
        }
    }

    @Test
    void aTableWhoseSourceReadsItWholeMayBeNewToTheState() throws Exception {
        OperatorSubtaskState state;
        try (var harness = harness(new FilledTables(Set.of("people"), Set.of()))) {
            harness.open();
            state = harness.snapshot(1, 1);
        }
        Set<String> two = Set.of("people", "pets");
        try (var harness = harness(new FilledTables(two, Set.of("pets"), Set.of("people", "pets"), List.of()))) {
            assertThatNoException().isThrownBy(() -> harness.initializeState(state));
        }
        try (var harness = harness(new FilledTables(two, Set.of("people"), Set.of(), List.of()))) {
            assertThatThrownBy(() -> harness.initializeState(state))
                    .hasStackTraceContaining("Table pets is new to the state");
        }
    }

    /** Their rows are all in the state by then, so those that come later are new to the targets. */
    @Test
    void aTableThatJoinedWhileTheJobRanIsKnownWhenItIsResumed() throws Exception {
        FilledTables first = new FilledTables(Set.of("people"), Set.of(), Set.of("old"), List.of());
        Set<String> all = Set.of("people", "pets", "old");
        FilledTables second = new FilledTables(all, all, all, List.of());
        OperatorSubtaskState state;
        try (var harness = harness(first)) {
            harness.open();
            assertThat(List.of("people", "pets", "old"))
                    .map(table -> first.contains(shape(table)))
                    .containsExactly(false, false, true);
            harness.processElement("pets", 0);
            harness.processElement("old", 0);
            state = harness.snapshot(1, 1);
        }
        try (var harness = harness(second)) {
            harness.initializeState(state);
            assertThat(List.of("people", "pets", "old"))
                    .map(table -> second.contains(shape(table)))
                    .containsExactly(false, false, true);
        }
    }

    @Test
    void whatIsComparedIsDecidedWhenTheJobStartsFromNothing() throws Exception {
        Set<String> all = Set.of("people", "pets");
        FilledTables first = new FilledTables(all, all).comparing(Set.of("people"));
        FilledTables second = new FilledTables(all, all).comparing(Set.of("pets"));
        OperatorSubtaskState state;
        try (var harness = harness(first)) {
            harness.open();
            assertThat(first.isCompared(shape("people"))).isTrue();
            assertThat(first.isCompared(shape("pets"))).isFalse();
            state = harness.snapshot(1, 1);
        }
        try (var harness = harness(second)) {
            harness.initializeState(state);
            assertThat(second.isCompared(shape("people"))).isTrue();
            assertThat(second.contains(shape("people"))).isTrue();
            assertThat(second.isCompared(shape("pets"))).isFalse();
        }
    }

    private static Schema shape(String table) {
        return Schema.of(table, List.of(Column.of("id", new IntType(false))), List.of("id"));
    }

    private static OneInputStreamOperatorTestHarness<String, String> harness(FilledTables tables) throws Exception {
        return new OneInputStreamOperatorTestHarness<>(new StreamMap<>(new Restored(tables)));
    }

    private static final class Restored implements MapFunction<String, String>, CheckpointedFunction {

        private static final long serialVersionUID = 1L;

        private final FilledTables tables;
        private final Set<String> seen = new TreeSet<>();

        private Restored(FilledTables tables) {
            this.tables = tables;
        }

        @Override
        public String map(String value) {
            seen.add(value);
            return value;
        }

        @Override
        public void initializeState(FunctionInitializationContext context) throws Exception {
            tables.restore(context);
        }

        @Override
        public void snapshotState(FunctionSnapshotContext context) throws Exception {
            tables.met(seen);
        }
    }
}
