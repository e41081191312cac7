package io.tributary.change;

import org.apache.flink.types.RowKind;
import org.apache.flink.util.Collector;

/**
 * Follows where Iceberg has the row of one key, and what files make of it, while its entries are handed on: what goes away is given the place where it is, and
 * what comes a {@link Receipt}. A writer that is not chained tells nothing, so the place is not known then.
 *
 * <p>What is not for Iceberg changes nothing there.
 */
public final class Placing implements Collector<ChangelogRow> {

    private final boolean isWanted;
    private final Collector<ChangelogRow> out;
    private RowPlaces places = RowPlaces.NONE;

    /**
     * @param isWanted else places that were known are given up, with what happens to their rows
     * @param out to Iceberg, with nothing between
     */
    public Placing(boolean isWanted, Collector<ChangelogRow> out) {
        this.isWanted = isWanted;
        this.out = out;
    }

    /** To be called before the entries of a key: where its row is. */
    public Placing from(RowPlaces before) {
        places = before;
        return this;
    }

    @Override
    public void collect(ChangelogRow entry) {
        if (!isWanted) {
            places = RowPlaces.NONE;
            out.collect(entry);
            return;
        }
        if (entry.kind() == RowKind.UPDATE_BEFORE || entry.kind() == RowKind.DELETE) {
            out.collect(entry.at(places));
            places = entry.kind() == RowKind.DELETE ? places.after(entry.audience(), null) : places;
            return;
        }
        Receipt receipt = new Receipt();
        out.collect(entry.with(receipt));
        places = places.after(entry.audience(), receipt);
    }

    /** Where the row is by now. */
    public RowPlaces places() {
        return places;
    }

    @Override
    public void close() {
        out.close();
    }
}
