package io.tributary.query;

import io.tributary.change.ChangelogRow;
import org.apache.flink.api.common.functions.FilterFunction;

/** Keeps from the targets what is shown to other files only. */
final class ForTargets implements FilterFunction<ChangelogRow> {

    private static final long serialVersionUID = 1L;

    @Override
    public boolean filter(ChangelogRow row) {
        return row.audience().isForTargets();
    }
}
