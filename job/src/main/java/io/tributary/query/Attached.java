package io.tributary.query;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Rejected;
import java.util.List;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.jspecify.annotations.Nullable;

/** What the SQL files add to a job: the changelogs that they make, and dead letters. */
public final class Attached {

    private final DataStream<ChangelogRow> changelogs;
    private final @Nullable DataStream<Rejected> rejected;

    Attached(DataStream<ChangelogRow> changelogs, List<DataStream<Rejected>> rejected) {
        this.changelogs = changelogs;
        this.rejected = rejected.stream().reduce(DataStream::union).orElse(null);
    }

    /** Of all outputs; the rows of one key are in order and on one subtask. */
    public DataStream<ChangelogRow> changelogs() {
        return changelogs;
    }

    /** Null if there are no files. */
    public @Nullable DataStream<Rejected> rejected() {
        return rejected;
    }
}
