package io.tributary;

import io.tributary.capture.Capture;
import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.ChangelogRow;
import io.tributary.change.Filled;
import io.tributary.change.Rejected;
import io.tributary.change.WireType;
import io.tributary.latest.Latest;
import io.tributary.latest.LatestOperator;
import io.tributary.query.Attached;
import io.tributary.query.RemovedFiles;
import io.tributary.sink.Outputs;
import io.tributary.sink.Sink;
import io.tributary.sink.rejected.RejectedRows;
import io.tributary.sink.rejected.RejectedSettings;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * The whole flow, stage by stage. Where changes come from and go to is passed in, so that tests replace them.
 *
 * <p>The uids are what a savepoint finds its state by: they are never changed.
 */
final class Pipeline {

    private static final String CAPTURE = "capture";
    static final String SPLIT = "split";
    static final String LATEST = "latest";
    static final String PASS_THROUGH = "pass-through";
    static final String QUERY = "query";
    static final String REMOVED_FILES = "removed-files";
    static final String OF_FILE = "file-";
    static final String SINK = "sink-";
    static final String HELD = "held-keys";
    static final String REJECTED = "rejected";
    static final String DEAD_LETTERS = "dead-letters";

    /** The SQL stage: the changelogs of the source tables in, those of the outputs out, and dead letters. */
    interface Query {
        /**
         * @param filled what is said to consumers who were shown all rows
         */
        Attached attach(
                StreamExecutionEnvironment environment,
                DataStream<ChangelogRow> latest,
                DataStream<Filled> filled,
                String uid);
    }

    /** The keys that the targets had before the job began. */
    interface HeldKeys {
        DataStream<Change> open(StreamExecutionEnvironment environment, String uid);
    }

    private final Map<String, Capture> captures = new LinkedHashMap<>();
    private final Latest latest;
    private final PassThrough passThrough;
    private final @Nullable Query query;
    private final Map<String, Sink> sinks = new LinkedHashMap<>();
    private final RejectedSettings letters;
    private final Sink deadLetters;
    private @Nullable HeldKeys heldKeys;
    private @Nullable RemovedFiles removedFiles;

    /**
     * @param passThrough source tables that go to the targets as they are
     * @param query null if there are no SQL files
     * @param letters how many dead letters there may be, and what their table is called
     * @param deadLetters takes their table
     */
    Pipeline(
            Latest latest, PassThrough passThrough, @Nullable Query query, RejectedSettings letters, Sink deadLetters) {
        this.latest = latest;
        this.passThrough = passThrough;
        this.query = query;
        this.letters = letters;
        this.deadLetters = deadLetters;
    }

    /** A system to read from. Its name is part of the uids of its operators. */
    Pipeline from(String system, Capture capture) {
        captures.put(system, capture);
        return this;
    }

    /** Of keys that no system tells of, the targets' rows are deleted once their tables have been read. */
    Pipeline comparing(HeldKeys keys) {
        heldKeys = keys;
        return this;
    }

    /** What becomes of the tables of SQL files that are gone. */
    Pipeline without(RemovedFiles files) {
        removedFiles = files;
        return this;
    }

    /** A target. Its name is part of the uids of its operators. */
    Pipeline to(String name, Sink sink) {
        sinks.put(name, sink);
        return this;
    }

    void assemble(StreamExecutionEnvironment environment) {
        // Systems ---> changes
        SingleOutputStreamOperator<Change> changes = captured(environment)
                .process(new CapturedSplit())
                .returns(WireType.CHANGE)
                .uid(SPLIT)
                .name("changes");
        DataStream<Rejected> rejected = changes.getSideOutput(CapturedSplit.REJECTED);

        // Changes ---> changelogs of the newest rows
        DataStream<Change> ofTables =
                changes.getSideOutput(CapturedSplit.OF_TABLES).broadcast();
        DataStream<Change> ofRows = heldKeys == null ? changes : changes.union(heldKeys.open(environment, HELD));
        SingleOutputStreamOperator<ChangelogRow> newest = ofRows.keyBy(new ChangeKey(), WireType.TABLE_KEY)
                .connect(ofTables)
                .transform("latest row of every key", WireType.CHANGELOG_ROW, new LatestOperator(latest))
                .uid(LATEST);
        rejected = rejected.union(newest.getSideOutput(Latest.REJECTED));

        // Changelogs ---> outputs: tables that pass through, and those the SQL files make
        DataStream<ChangelogRow> passed =
                newest.filter(passThrough).uid(PASS_THROUGH).name("tables that pass through");
        Outputs outputs = query == null || !passThrough.isEmpty() ? Outputs.of(passed) : new Outputs();
        outputs.taken(newest.getSideOutput(LatestOperator.TAKEN));
        if (query != null) {
            Attached made = query.attach(environment, newest, newest.getSideOutput(LatestOperator.FILLED), QUERY);
            made.changelogs().forEach((table, rows) -> outputs.add(OF_FILE + table, rows));
            DataStream<Rejected> refused = made.rejected();
            rejected = refused == null ? rejected : rejected.union(refused);
        }

        // SQL files that are gone ---> nothing is left of their tables, if that is wanted
        if (removedFiles != null) {
            DataStream<ChangelogRow> gone = newest.getSideOutput(LatestOperator.FILLED)
                    .transform("SQL files that are gone", WireType.CHANGELOG_ROW, removedFiles)
                    .uid(REMOVED_FILES);
            if (removedFiles.empties()) {
                outputs.add(REMOVED_FILES, gone);
            }
        }

        // Outputs ---> targets
        for (Map.Entry<String, Sink> sink : sinks.entrySet()) {
            DataStream<Rejected> refused = sink.getValue().write(outputs, SINK + sink.getKey());
            if (refused != null) {
                rejected = rejected.union(refused);
            }
        }

        // What nobody could take ---> dead letters
        deadLetters.write(Outputs.of(RejectedRows.of(rejected, letters, REJECTED)), DEAD_LETTERS);
    }

    private DataStream<Captured> captured(StreamExecutionEnvironment environment) {
        DataStream<Captured> all = null;
        for (Map.Entry<String, Capture> capture : captures.entrySet()) {
            DataStream<Captured> one = capture.getValue().open(environment, uid(capture.getKey()));
            all = all == null ? one : all.union(one);
        }
        if (all == null) {
            throw new IllegalStateException("There is nothing to read from");
        }
        return all;
    }

    /** Postgres was the first system, and its savepoints know it as the only one. */
    private static String uid(String system) {
        return system.equals("postgres") ? CAPTURE : CAPTURE + "-" + system;
    }
}
