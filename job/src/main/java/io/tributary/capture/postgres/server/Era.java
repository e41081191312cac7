package io.tributary.capture.postgres.server;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One of the histories that a job has read of its source, and how the numbers of that history become the job's. Immutable.
 *
 * <p>Places in the WAL of one history mean nothing in another: after a slot was lost, another server may begin with lower ones. So
 * the job's positions are places behind a base, whose highest 16 bits are the era's number: each position of an era is higher
 * than all of the eras before. The first era has the number 0, and its positions are the places themselves.
 *
 * <p>The relations of another server have numbers of their own, too, which say nothing of the relations before.
 */
public final class Era implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Of a job that has lost nothing. */
    public static final Era FIRST = new Era(0, 0);

    private static final int PLACE_BITS = 48;

    /** The bits of a position that are a place in the WAL. */
    public static final long PLACE = (1L << PLACE_BITS) - 1;

    private static final int RELATION_BITS = 32;
    private static final long MOST = 0xffff;

    /** The last number that the clock gives: what is left is for histories that follow one another. */
    private static final long LAST_OF_CLOCK = 0xefff;

    private static final Instant CLOCK_START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration CLOCK_TICK = Duration.ofHours(6);

    private final long base;
    private final long catalog;

    /**
     * @param base what all positions are behind
     * @param catalog tells relations of this server from those of the servers before; 0: it is the first
     */
    private Era(long base, long catalog) {
        this.base = base;
        this.catalog = catalog;
    }

    /**
     * The era that follows when this one was read up to a position.
     *
     * <p>Its number is the next one, or what the clock says if that is more: a job that goes back to an old savepoint does not
     * know of the eras that it has been through since, whose rows the targets have.
     *
     * @param isOtherServer whether relations have other numbers from now on
     */
    public Era next(long position, boolean isOtherServer, Instant now) {
        long ticks = Duration.between(CLOCK_START, now).dividedBy(CLOCK_TICK);
        long number = Math.max(number(position) + 1, Math.min(ticks, LAST_OF_CLOCK));
        if (number > MOST) {
            throw JobEnd.because(
                    "There is no number left for another history of the source: start the job anew, without"
                            + " its state, into targets that are empty");
        }
        return new Era(number << PLACE_BITS, isOtherServer ? number : catalog);
    }

    /** 0 for the first. */
    public long number() {
        return number(base);
    }

    /** Of the era that a position is of. */
    public static long number(long position) {
        return position >>> PLACE_BITS;
    }

    /** The position of a place in the WAL. */
    public long at(long lsn) {
        return base + lsn;
    }

    /** The place in the WAL that a position of this era is. */
    public long lsn(long position) {
        return position - base;
    }

    /** Whether a position is of this era, and of none before. */
    public boolean has(long position) {
        return Long.compareUnsigned(position, base) >= 0;
    }

    /** The number by which the job knows a relation. */
    public long relation(long oid) {
        return oid == 0 ? 0 : oid | catalog << RELATION_BITS;
    }

    public void write(DataOutputStream out) throws IOException {
        out.writeLong(base);
        out.writeLong(catalog);
    }

    public static Era read(DataInputStream in) throws IOException {
        return new Era(in.readLong(), in.readLong());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Era && ((Era) other).base == base && ((Era) other).catalog == catalog;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(base * 31 + catalog);
    }

    @Override
    public String toString() {
        return "era " + number();
    }
}
