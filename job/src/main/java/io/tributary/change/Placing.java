package io.tributary.change;

import org.apache.flink.types.RowKind;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Follows where Iceberg has the row of one key, while its entries are handed on: what goes away is given the place where it is, and
 * what comes a {@link Receipt}. A writer that is not chained tells nothing, so the place is not known then.
 *
 * <p>What is not for Iceberg changes nothing there.
 */
public final class Placing implements Collector<ChangelogRow> {

    private final boolean isWanted;
    private final Collector<ChangelogRow> out;
    private @Nullable Place place;

    /**
     * @param isWanted else places that were known are given up, with what happens to their rows
     * @param out to Iceberg, with nothing between
     */
    public Placing(boolean isWanted, Collector<ChangelogRow> out) {
        this.isWanted = isWanted;
        this.out = out;
    }

    /** To be called before the entries of a key: where its row is; null if there is none, or it is not known. */
    public Placing from(@Nullable Place before) {
        place = before;
        return this;
    }

    @Override
    public void collect(ChangelogRow entry) {
        if (!entry.audience().isFor(Audience.PASS_THROUGH)) {
            out.collect(entry);
            return;
        }
        if (!isWanted) {
            place = null;
            out.collect(entry);
            return;
        }
        if (entry.kind() == RowKind.UPDATE_BEFORE || entry.kind() == RowKind.DELETE) {
            out.collect(entry.at(place));
            place = entry.kind() == RowKind.DELETE ? null : place;
            return;
        }
        Receipt receipt = new Receipt();
        out.collect(entry.with(receipt));
        place = receipt.isRefused() ? place : receipt.place();
    }

    /** Where the row is by now. */
    public @Nullable Place place() {
        return place;
    }

    @Override
    public void close() {
        out.close();
    }
}
