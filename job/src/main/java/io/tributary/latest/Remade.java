package io.tributary.latest;

import static java.util.Objects.requireNonNull;

import io.tributary.change.Audience;
import io.tributary.change.ChangelogRow;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.Types;
import org.jspecify.annotations.Nullable;

/**
 * Tables that pass through and whose targets hold something else than they should: each is made anew when the job is resumed, and
 * then all rows are shown to the target. Once for each start: a job that fails and goes on does not begin again, unless it had no
 * checkpoint since; then it says the same with the same version.
 */
public final class Remade implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final ListStateDescriptor<String> STATE = new ListStateDescriptor<>("remade", Types.STRING);

    private final ArrayList<Schema> tables;
    private final String start;
    private final long time;

    private transient @Nullable ListState<String> state;
    private transient boolean isDone;

    private Remade(Collection<Schema> tables, String start, long time) {
        this.tables = new ArrayList<>(tables);
        this.start = start;
        this.time = time;
    }

    public static Remade none() {
        return new Remade(List.of(), "", 0);
    }

    /**
     * @param start another one for each start of the job
     * @param time of the start, in milliseconds
     */
    public static Remade of(Collection<Schema> tables, String start, long time) {
        return new Remade(tables, start, time);
    }

    void restore(OperatorStateStore store, boolean isNew) throws Exception {
        state = store.getUnionListState(STATE);
        isDone = isNew;
        for (String earlier : state.get()) {
            isDone |= earlier.equals(start);
        }
    }

    /**
     * What is to be said ahead of all rows. The version is before that of any row, and of no other replacement.
     *
     * @param shapes of a table, the shape in which its rows leave
     */
    List<ChangelogRow> entries(UnaryOperator<Schema> shapes) {
        return isDone
                ? List.of()
                : tables.stream()
                        .map(table -> ChangelogRow.replacement(shapes.apply(table), Position.of(0, time), time)
                                .to(Audience.only(Audience.PASS_THROUGH)))
                        .collect(Collectors.toList());
    }

    /** To be called when a checkpoint is taken, which all that was said is part of. */
    void snapshot() throws Exception {
        requireNonNull(state).update(List.of(start));
    }
}
