package io.tributary;

import io.tributary.change.ChangelogRow;
import io.tributary.settings.NamePatterns;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.functions.FilterFunction;
import org.jspecify.annotations.Nullable;

/** Lets the tables through that go to the targets as they are. */
final class PassThrough implements FilterFunction<ChangelogRow> {

    private static final long serialVersionUID = 1L;

    private final NamePatterns tables;
    private transient @Nullable Map<String, Boolean> known;

    PassThrough(NamePatterns tables) {
        this.tables = tables;
    }

    @Override
    public boolean filter(ChangelogRow row) {
        if (known == null) {
            known = new HashMap<>();
        }
        return known.computeIfAbsent(row.table(), tables::contains);
    }
}
