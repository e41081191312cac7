package io.tributary.fill;

import io.tributary.change.Audience;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.util.StringUtils;
import org.jspecify.annotations.Nullable;

/**
 * What the state says of consumers: which key groups each was shown, by all subtasks together, and for which start of the job it was
 * shown everything once more. Each subtask writes what it knows of its own groups.
 */
final class FilledState {

    private static final ListStateDescriptor<String> STATE =
            new ListStateDescriptor<>("filled-consumers", StringSerializer.INSTANCE);

    private static final String MARK = "#";
    private static final String TAB = "\t";

    /** In a state that has an entry for each target. In others those that there are now were there, too. */
    private static final String TARGETS = "##";

    /** In front of a consumer who was shown all rows once more, and for which start of the job. */
    private static final String REFILLED = "!";

    private final ListState<String> state;
    private final int groups;
    private final Map<String, BitSet> known = new HashMap<>();
    private final Map<String, String> refilled = new HashMap<>();
    private boolean hasMark;
    private boolean knowsTargets;

    private FilledState(ListState<String> state, int groups) {
        this.state = state;
        this.groups = groups;
    }

    /** @param groups how many key groups there are */
    static FilledState restore(OperatorStateStore store, int groups) throws Exception {
        FilledState restored = new FilledState(store.getUnionListState(STATE), groups);
        for (String entry : restored.state.get()) {
            restored.read(entry);
        }
        return restored;
    }

    private void read(String entry) {
        if (entry.equals(MARK) || entry.equals(TARGETS)) {
            hasMark = true;
            knowsTargets |= entry.equals(TARGETS);
            return;
        }
        int tab = entry.lastIndexOf(TAB);
        if (entry.startsWith(REFILLED)) {
            refilled.put(entry.substring(REFILLED.length(), tab), entry.substring(tab + 1));
            return;
        }
        known.computeIfAbsent(entry.substring(0, tab), first -> new BitSet(groups))
                .or(BitSet.valueOf(StringUtils.hexStringToByte(entry.substring(tab + 1))));
    }

    static void forget(OperatorStateStore store) throws Exception {
        store.getUnionListState(STATE).clear();
    }

    /** Whether the state is of builds that wrote any. */
    boolean isKnown() {
        return hasMark;
    }

    /**
     * The key groups that a consumer was shown.
     *
     * @param isNew whether the operator has nothing in its state
     * @param assumed of consumers that a state of earlier builds says nothing about: whether they were shown everything
     */
    BitSet shown(Consumer consumer, boolean isNew, Predicate<String> assumed) {
        BitSet shown = known.getOrDefault(id(consumer), new BitSet(groups));
        if (isAssumed(consumer, isNew, assumed)) {
            shown.set(0, groups);
        }
        String refill = consumer.refill();
        if (refill != null && !isNew && !refill.equals(refilled.get(id(consumer)))) {
            shown.clear();
        }
        return shown;
    }

    private boolean isAssumed(Consumer consumer, boolean isNew, Predicate<String> assumed) {
        return hasMark
                ? !knowsTargets && consumer.name().equals(Audience.KINESIS)
                : (isNew && !consumer.isNeverAsTheyCome()) || assumed.test(consumer.name());
    }

    /**
     * @param shown to the consumers there are, of whatever groups
     * @param whole consumers who came while the operator ran, and have had all rows as changes
     * @param own groups of this subtask
     */
    void write(Map<Consumer, BitSet> shown, Collection<Consumer> whole, KeyGroupRange own) throws Exception {
        List<String> entries = new ArrayList<>(List.of(MARK, TARGETS));
        whole.forEach(consumer -> entries.add(entry(consumer, null, own)));
        shown.forEach((consumer, those) -> {
            entries.add(entry(consumer, those, own));
            if (consumer.refill() != null) {
                entries.add(REFILLED + id(consumer) + TAB + consumer.refill());
            }
        });
        state.update(entries);
    }

    /** @param shown null if all */
    private static String entry(Consumer consumer, @Nullable BitSet shown, KeyGroupRange own) {
        BitSet groups = new BitSet();
        groups.set(own.getStartKeyGroup(), own.getEndKeyGroup() + 1);
        if (shown != null) {
            groups.and(shown);
        }
        return id(consumer) + TAB + StringUtils.byteToHexString(groups.toByteArray());
    }

    private static String id(Consumer consumer) {
        return consumer.name() + TAB + consumer.plan();
    }
}
