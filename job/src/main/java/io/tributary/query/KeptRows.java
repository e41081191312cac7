package io.tributary.query;

import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.jspecify.annotations.Nullable;

/** Which of its result's rows a file has in its state. What is in a state of one kind is not known to the others. */
enum KeptRows {
    ALL,

    /** Those that came within some time: what has not changed for longer may be gone, and may be in the targets. */
    YOUNG,
    NONE;

    static KeptRows of(@Nullable Duration keep) {
        return keep == null ? ALL : YOUNG;
    }

    /**
     * Where the rows of each key are, by {@link KeyRows}: two states that take turns. Flink finds no rows with a time in a state of
     * rows without.
     *
     * @param keep how long; null for ever
     */
    static List<ValueStateDescriptor<byte[]>> states(@Nullable Duration keep) {
        return keep == null
                ? List.of(state("rows", null), state("rows-other", null))
                : List.of(state("young-rows", keep), state("young-rows-other", keep));
    }

    private static ValueStateDescriptor<byte[]> state(String name, @Nullable Duration keep) {
        ValueStateDescriptor<byte[]> state = new ValueStateDescriptor<>(name, BytePrimitiveArraySerializer.INSTANCE);
        if (keep != null) {
            state.enableTimeToLive(timeToLive(keep));
        }
        return state;
    }

    /** Since it was written. */
    static StateTtlConfig timeToLive(Duration keep) {
        return StateTtlConfig.newBuilder(keep).build();
    }
}
