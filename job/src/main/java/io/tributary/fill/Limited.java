package io.tributary.fill;

import io.tributary.change.Audience;
import io.tributary.change.ChangelogRow;
import org.apache.flink.util.Collector;

/** Hands entries on to some consumers only. */
final class Limited implements Collector<ChangelogRow> {

    private final Collector<ChangelogRow> out;
    private final Audience others;

    /** @param others those who are not to be shown the entries */
    Limited(Collector<ChangelogRow> out, Audience others) {
        this.out = out;
        this.others = others;
    }

    @Override
    public void collect(ChangelogRow entry) {
        Audience rest = entry.audience().without(others);
        if (!rest.isNobody()) {
            out.collect(entry.to(rest));
        }
    }

    @Override
    public void close() {}
}
