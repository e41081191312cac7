package io.tributary.query;

import io.tributary.change.Schema;
import io.tributary.change.WireType;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.util.StringUtils;
import org.jspecify.annotations.Nullable;

/**
 * How far a {@link Turn} has come. It stays in the state until the job is restored from it: subtasks end their parts at different
 * barriers, and only whoever sees what all of them have stored can say that it is over.
 */
final class Progress {

    private static final String TAB = "\t";

    private final boolean isTakeOver;
    private final boolean isReplacement;
    private final String start;
    private final Schema shape;
    private final BitSet given;
    private final BitSet left;

    /**
     * @param isTakeOver whether what was made becomes what is shown
     * @param isReplacement whether targets are given all rows
     * @param start of the job, for which targets are written anew; empty if for none
     * @param shape of the rows that are given
     * @param given key groups, of the rows that are made
     * @param left key groups, of the rows that were shown
     */
    private Progress(boolean isTakeOver, boolean isReplacement, String start, Schema shape, BitSet given, BitSet left) {
        this.isTakeOver = isTakeOver;
        this.isReplacement = isReplacement;
        this.start = start;
        this.shape = shape;
        this.given = given;
        this.left = left;
    }

    /** Of a turn that begins. */
    static Progress begin(boolean isTakeOver, boolean isReplacement, @Nullable String start, Schema shape) {
        return new Progress(isTakeOver, isReplacement, start == null ? "" : start, shape, new BitSet(), new BitSet());
    }

    /** The same turn, when it has come to these key groups. */
    Progress at(BitSet newGiven, BitSet newLeft) {
        return new Progress(isTakeOver, isReplacement, start, shape, newGiven, newLeft);
    }

    boolean isTakeOver() {
        return isTakeOver;
    }

    boolean isReplacement() {
        return isReplacement;
    }

    String start() {
        return start;
    }

    Schema shape() {
        return shape;
    }

    BitSet given() {
        return given;
    }

    BitSet left() {
        return left;
    }

    /** @param groups how many key groups there are */
    boolean isComplete(int groups) {
        return given.nextClearBit(0) >= groups && (!isTakeOver || left.nextClearBit(0) >= groups);
    }

    /** Where it is kept. */
    static final class Store {

        private final ListState<String> state;
        private final ListState<Schema> shapes;

        Store(OperatorStateStore store) throws Exception {
            state = store.getUnionListState(new ListStateDescriptor<>("turn", StringSerializer.INSTANCE));
            shapes = store.getUnionListState(new ListStateDescriptor<>("turn-shape", WireType.SCHEMA));
        }

        /** Of all subtasks together; null if there is no turn. */
        @Nullable
        Progress read() throws Exception {
            List<Schema> read = new ArrayList<>();
            shapes.get().forEach(read::add);
            Progress all = null;
            for (String entry : state.get()) {
                String[] parts = entry.split(TAB, -1);
                if (all == null) {
                    all = new Progress(
                            Boolean.parseBoolean(parts[0]),
                            Boolean.parseBoolean(parts[1]),
                            parts[2],
                            read.get(0),
                            new BitSet(),
                            new BitSet());
                }
                all.given.or(bits(parts[3]));
                all.left.or(bits(parts[4]));
            }
            return all;
        }

        /** @param progress of this subtask; null if there is none */
        void write(@Nullable Progress progress) throws Exception {
            if (progress == null) {
                state.clear();
                shapes.clear();
                return;
            }
            state.update(List.of(String.join(
                    TAB,
                    Boolean.toString(progress.isTakeOver),
                    Boolean.toString(progress.isReplacement),
                    progress.start,
                    hex(progress.given),
                    hex(progress.left))));
            shapes.update(List.of(progress.shape));
        }

        private static String hex(BitSet bits) {
            return StringUtils.byteToHexString(bits.toByteArray());
        }

        private static BitSet bits(String hex) {
            return BitSet.valueOf(StringUtils.hexStringToByte(hex));
        }
    }
}
