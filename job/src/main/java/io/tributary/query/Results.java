package io.tributary.query;

import static java.util.Objects.requireNonNull;

import io.tributary.change.TableKey;
import io.tributary.fill.Backend;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.KeyedStateFunction;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.jspecify.annotations.Nullable;

/**
 * The rows of an output by key, in keyed state: those that are shown, and those that its plan makes. They are the same but while a
 * result is being made that is not shown yet.
 */
final class Results {

    private final StageState stage;
    private final int arity;
    private final KeyedStateStore store;
    private final List<ValueStateDescriptor<byte[]>> states;
    private final List<ValueState<byte[]>> rows;
    private final KeyedStateBackend<TableKey> backend;

    /** @param keep how long rows are kept; null for ever */
    Results(
            StageState stage,
            int arity,
            @Nullable Duration keep,
            KeyedStateStore store,
            KeyedStateBackend<TableKey> backend) {
        this.store = store;
        this.states = KeptRows.states(keep);
        this.stage = stage;
        this.arity = arity;
        this.rows = List.of(store.getState(states.get(0)), store.getState(states.get(1)));
        this.backend = backend;
    }

    /** Of the current key, as bytes; null if there are none. */
    byte @Nullable [] made() throws Exception {
        return rows.get(stage.made()).value();
    }

    KeyRows madeRows() throws Exception {
        return rows(made());
    }

    KeyRows shownRows() throws Exception {
        return rows(rows.get(stage.shown()).value());
    }

    KeyRows rows(byte @Nullable [] bytes) {
        return KeyRows.of(arity, bytes);
    }

    /** @param before what {@link #made} said */
    void make(byte @Nullable [] before, KeyRows kept) throws Exception {
        ValueState<byte[]> made = rows.get(stage.made());
        byte[] after = kept.toBytes();
        if (after == null) {
            made.clear();
        } else if (!Arrays.equals(after, before)) {
            made.update(after);
        }
    }

    void show(KeyRows kept) throws Exception {
        rows.get(stage.shown()).update(requireNonNull(kept.toBytes()));
    }

    /** What was shown of the current key, of which nothing is kept any more; null if nothing was. */
    byte @Nullable [] takeShown() throws Exception {
        ValueState<byte[]> shown = rows.get(stage.shown());
        byte[] bytes = shown.value();
        if (bytes != null) {
            shown.clear();
        }
        return bytes;
    }

    /**
     * Rows that were kept in another way: nobody asks for them any more.
     *
     * @param keep how long these were kept; null for ever
     */
    void clearOthers(@Nullable Duration keep) throws Exception {
        for (ValueStateDescriptor<byte[]> state : KeptRows.states(keep)) {
            store.getState(state);
            backend.applyToAllKeys(
                    VoidNamespace.INSTANCE,
                    VoidNamespaceSerializer.INSTANCE,
                    state,
                    (TableKey key, ValueState<byte[]> kept) -> kept.clear());
        }
    }

    void clearMade() throws Exception {
        forEach(stage.made(), (key, kept) -> kept.clear());
    }

    /**
     * What was made becomes what is shown, of these key groups: those who see it have been told so.
     *
     * @param groups how many there are
     */
    void showMade(BitSet given, int groups) throws Exception {
        ValueState<byte[]> shown = rows.get(stage.shown());
        forEach(1 - stage.shown(), (key, made) -> {
            byte[] bytes = made.value();
            if (bytes != null && given.get(KeyGroupRangeAssignment.assignToKeyGroup(key, groups))) {
                shown.update(bytes);
            }
        });
    }

    void clearShown() throws Exception {
        forEach(stage.shown(), (key, kept) -> kept.clear());
    }

    void forEachShown(BiConsumer<TableKey, KeyRows> look) throws Exception {
        forEach(stage.shown(), (key, kept) -> look.accept(key, rows(kept.value())));
    }

    private void forEach(int which, KeyedStateFunction<TableKey, ValueState<byte[]>> function) throws Exception {
        backend.applyToAllKeys(VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, states.get(which), function);
    }

    Backend ofMade() {
        return keys(true);
    }

    Backend ofShown() {
        return keys(false);
    }

    private Backend keys(boolean made) {
        return new Backend() {
            @Override
            public Stream<TableKey> keys() {
                int which = made ? stage.made() : stage.shown();
                return backend.getKeys(states.get(which).getName(), VoidNamespace.INSTANCE);
            }

            @Override
            public void setCurrentKey(TableKey key) {
                backend.setCurrentKey(key);
            }
        };
    }
}
