package io.tributary.query;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Rejected;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.jspecify.annotations.Nullable;

/** What the SQL files add to a job: the changelogs that they make, and dead letters. */
public final class Attached {

    private final Map<String, DataStream<ChangelogRow>> changelogs;
    private final @Nullable DataStream<Rejected> rejected;

    Attached(Map<String, DataStream<ChangelogRow>> changelogs, List<DataStream<Rejected>> rejected) {
        this.changelogs = new LinkedHashMap<>(changelogs);
        this.rejected = rejected.stream().reduce(DataStream::union).orElse(null);
    }

    /** By table, of all outputs; the rows of one key are in order and on one subtask. */
    public Map<String, DataStream<ChangelogRow>> changelogs() {
        return changelogs;
    }

    /** Null if there are no files. */
    public @Nullable DataStream<Rejected> rejected() {
        return rejected;
    }
}
