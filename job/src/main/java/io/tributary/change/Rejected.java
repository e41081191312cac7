package io.tributary.change;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import org.apache.flink.api.common.typeinfo.TypeInfo;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter: what could not be read, completed, converted or shipped, with its raw bytes and the reason.
 *
 * <p>{@code system} is where it was noticed ("postgres", "kinesis", "latest", "iceberg"); {@code raw} is the record in the form that
 * the system has it, as near to the wire as it can be had.
 */
@TypeInfo(WireTypeFactory.class)
public final class Rejected implements Captured {

    private final String system;
    private final @Nullable String table;
    private final long timestamp;
    private final String reason;
    private final byte[] raw;
    private final @Nullable Position position;

    private Rejected(
            String system,
            @Nullable String table,
            long timestamp,
            String reason,
            byte[] raw,
            @Nullable Position position) {
        this.system = requireNonNull(system);
        this.table = table;
        this.timestamp = timestamp;
        this.reason = requireNonNull(reason);
        this.raw = requireNonNull(raw);
        this.position = position;
    }

    /**
     * @param timestamp when it was rejected, in milliseconds since 1970
     */
    public static Rejected of(
            String system,
            @Nullable String table,
            long timestamp,
            String reason,
            byte[] raw,
            @Nullable Position position) {
        return new Rejected(system, table, timestamp, reason, raw, position);
    }

    public String system() {
        return system;
    }

    /** The table in the pipeline, where it is known. */
    public @Nullable String table() {
        return table;
    }

    public long timestamp() {
        return timestamp;
    }

    public String reason() {
        return reason;
    }

    /** Not to be written to. */
    public byte[] raw() {
        return raw;
    }

    public @Nullable Position position() {
        return position;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof Rejected)) {
            return false;
        }
        Rejected that = (Rejected) other;
        return system.equals(that.system)
                && java.util.Objects.equals(table, that.table)
                && timestamp == that.timestamp
                && reason.equals(that.reason)
                && Arrays.equals(raw, that.raw)
                && java.util.Objects.equals(position, that.position);
    }

    @Override
    public int hashCode() {
        return reason.hashCode() * 31 + Arrays.hashCode(raw);
    }

    @Override
    public String toString() {
        return "Rejected by " + system + (table == null ? "" : " for table " + table) + ": " + reason;
    }
}
