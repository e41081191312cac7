package io.tributary.query;

import io.tributary.change.Filled;
import io.tributary.change.WireType;
import java.io.Serializable;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.util.OutputTag;

/**
 * Whether a file is set aside because one of its operators cannot go on: what it knows is wrong from then on, and nothing but
 * making the result anew mends that. The operator takes no more rows, after a restart neither, until the file has another plan.
 *
 * <p>What shows the file's result is told by a mark: it shows nothing more.
 */
final class SetAside implements Serializable {

    private static final long serialVersionUID = 1L;

    static final OutputTag<Filled> MARKS = new OutputTag<>("set-aside", WireType.FILLED);

    private final String consumer;
    private final String plan;
    private transient ListState<String> state;
    private transient boolean isSetAside;

    /**
     * @param consumer the file, as consumers are called
     * @param plan what tells apart how its output is made
     */
    @SuppressWarnings("NullAway.Init")
    SetAside(String consumer, String plan) {
        this.consumer = consumer;
        this.plan = plan;
    }

    /** To be called when the operator's state is initialized. */
    void restore(FunctionInitializationContext context) throws Exception {
        state = context.getOperatorStateStore()
                .getUnionListState(new ListStateDescriptor<>("set-aside", StringSerializer.INSTANCE));
        isSetAside = false;
        for (String earlier : state.get()) {
            isSetAside |= earlier.equals(plan);
        }
        state.update(isSetAside ? List.of(plan) : List.of());
    }

    boolean isSetAside() {
        return isSetAside;
    }

    /** @return the mark, to be sent */
    Filled now() throws Exception {
        isSetAside = true;
        state.update(List.of(plan));
        return Filled.setAside(consumer, plan);
    }
}
