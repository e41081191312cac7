package io.tributary.local.benchmark.contender;

import java.sql.SQLException;

/** What there is to be done: the tables, what becomes of them, and how many rows each phase has. */
public record Task(Items items, Flow flow, Work work) {

    /** How many rows a snapshot has beside those that are counted. */
    long otherRows() {
        return flow.captured().contains(Flow.CUSTOMERS) ? Items.customers(work.rows()) : 0;
    }

    /** What the outputs have to add up to. */
    public Checksum expected() throws SQLException {
        Checksum sum = Checksum.NONE;
        for (String output : flow.outputs()) {
            sum = sum.plus(items.checksum(flow.inSource(output)));
        }
        return sum;
    }
}
