package io.tributary;

import io.tributary.change.ChangelogRow;
import java.util.Set;
import org.apache.flink.api.common.functions.FilterFunction;

/** Lets the tables through that go to the targets as they are. */
final class PassThrough implements FilterFunction<ChangelogRow> {

    private static final long serialVersionUID = 1L;

    private final Set<String> tables;

    PassThrough(Set<String> tables) {
        this.tables = Set.copyOf(tables);
    }

    @Override
    public boolean filter(ChangelogRow row) {
        return tables.contains(row.table());
    }
}
