package io.tributary.query;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Filled;
import io.tributary.change.Schema;
import io.tributary.change.WireType;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows from its state which SQL files the job has had, and decides what becomes of the tables of those that are gone: they stay, or
 * each is made anew without rows, which its targets see at once.
 *
 * <p>A state of before there was this knows no files: what was removed together with the first start of this stays.
 */
public final class RemovedFiles extends AbstractStreamOperator<ChangelogRow>
        implements OneInputStreamOperator<Filled, ChangelogRow> {

    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(RemovedFiles.class);

    private final QuerySettings.RemovedFile onRemovedFile;
    private final ArrayList<Schema> made;
    private final TreeSet<String> taken;

    private transient ListState<Schema> files;
    private transient ListState<Long> lastVersion;
    private transient Map<String, Schema> removed;
    private transient VersionClock clock;

    /**
     * @param made what SQL files make now
     * @param taken the names of all tables that go to the targets now
     */
    @SuppressWarnings("NullAway.Init")
    public RemovedFiles(QuerySettings settings, Collection<Schema> made, Set<String> taken) {
        this.onRemovedFile = settings.onRemovedFile();
        this.made = new ArrayList<>(made);
        this.taken = new TreeSet<>(taken);
    }

    /** Whether it has anything to say to the targets. */
    public boolean empties() {
        return onRemovedFile == QuerySettings.RemovedFile.DELETE;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        files = context.getOperatorStateStore().getUnionListState(new ListStateDescriptor<>("files", WireType.SCHEMA));
        lastVersion = context.getOperatorStateStore()
                .getUnionListState(new ListStateDescriptor<>("last-version", LongSerializer.INSTANCE));
        removed = new TreeMap<>();
        for (Schema earlier : files.get()) {
            if (!taken.contains(earlier.table())) {
                removed.put(earlier.table(), earlier);
            }
        }
        long last = 0;
        for (long version : lastVersion.get()) {
            last = Math.max(last, version);
        }
        clock = new VersionClock(Clock.systemUTC(), last);
        if (!removed.isEmpty() && onRemovedFile == QuerySettings.RemovedFile.FAIL) {
            throw new SuppressRestartsException(
                    new IllegalStateException("The SQL files of tables " + String.join(", ", removed.keySet())
                            + " were there when the state was written that the job was resumed from, and are gone: put them"
                            + " back, or set " + QuerySettings.ON_REMOVED_FILE.key() + " to keep or delete"));
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // A timer ends with its task.
    public void open() throws Exception {
        super.open();
        if (removed.isEmpty() || getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() > 0) {
            return;
        }
        if (!empties()) {
            LOG.info("The SQL files of tables {} are gone: their rows stay in the targets", removed.keySet());
            removed.clear();
            return;
        }
        // Whatever is to take it has been opened by then.
        getProcessingTimeService().registerTimer(0, now -> empty());
    }

    private void empty() {
        for (Schema schema : removed.values()) {
            output.collect(new StreamRecord<>(ChangelogRow.replacement(
                    schema, clock.next(), getProcessingTimeService().getCurrentProcessingTime())));
        }
        LOG.info("The SQL files of tables {} are gone: the targets are emptied", removed.keySet());
        removed.clear();
    }

    @Override
    public void processElement(StreamRecord<Filled> element) {
        // It has an input because every operator has one.
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        boolean isFirst = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() == 0;
        List<Schema> known = new ArrayList<>();
        if (isFirst) {
            known.addAll(made);
            known.addAll(removed.values());
            clock.next();
        }
        files.update(known);
        lastVersion.update(isFirst ? List.of(clock.last()) : List.of());
    }
}
