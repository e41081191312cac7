package io.tributary.sink.redshift;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.apache.flink.util.TimeUtils;
import org.jspecify.annotations.Nullable;

/** When a table is merged, as the warehouse keeps it. */
public final class Schedule {

    private final @Nullable String name;
    private final @Nullable Duration every;
    private final @Nullable String cron;
    private final @Nullable Instant next;

    /**
     * @param name that of the table's group, or its times; null if it follows neither
     * @param next when the times come next
     */
    Schedule(@Nullable String name, @Nullable Duration every, @Nullable String cron, @Nullable Instant next) {
        this.name = name;
        this.every = every;
        this.cron = cron;
        this.next = next;
    }

    /** The group's name; null if the table is of none. */
    public @Nullable String group() {
        return Objects.equals(name, cron) ? null : name;
    }

    /** The shortest time between two merges; null if there is none. */
    public @Nullable Duration every() {
        return every;
    }

    /** The times as cron has them, in UTC; null if there are none. */
    public @Nullable String cron() {
        return cron;
    }

    /** When they come next; null without any. */
    public @Nullable Instant next() {
        return next;
    }

    /** Empty where every round merges. */
    @Override
    public String toString() {
        String group = group();
        return (group == null ? "" : ", of group " + group)
                + (every == null ? "" : ", merged every " + TimeUtils.formatWithHighestUnit(every))
                + (cron == null ? "" : ", merged at " + cron)
                + (next == null ? "" : ", next at " + next);
    }
}
