package io.tributary.capture.dynamodb.export.read;

import io.tributary.capture.dynamodb.TableIdentity;
import io.tributary.capture.dynamodb.export.find.Export;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Of which table the rows are that were loaded under a name. Only one table has a name at a time, so the exports of one that was made
 * again come after those of the one before.
 */
final class KnownTable {

    private static final long NONE = -1;

    private TableIdentity identity = TableIdentity.UNKNOWN;

    /** A time at which the table had the name, in milliseconds since 1970; NONE if there is none yet. */
    private long seenAt = NONE;

    /**
     * A table had the name when DynamoDB was asked. Returns what there is to say if the rows are of one before it.
     *
     * @param live unknown where DynamoDB was not asked
     */
    @Nullable
    String met(String name, TableIdentity live, long askedAt) {
        if (!live.isKnown() || askedAt < seenAt) {
            return null;
        }
        if (live.isAnotherThan(identity)) {
            return "Table " + name + " was dropped and made again (its id was " + identity.id() + " and is " + live.id()
                    + "), and rows of the one before are still there. Export the whole table, and they go: dynamodb export"
                    + " --table " + name + " --full";
        }
        if (!identity.isKnown() || identity.equals(live)) {
            is(live, askedAt);
        }
        return null;
    }

    /** Rows of an export come to those that are there. */
    void joins(TableIdentity table, long time) {
        if (!identity.isKnown() || table.equals(identity)) {
            is(table, time);
        }
    }

    /** The rows are those of this table, which had the name at this time. */
    void is(TableIdentity table, long time) {
        if (!table.isKnown()) {
            return;
        }
        seenAt = table.equals(identity) ? Math.max(seenAt, time) : time;
        identity = table;
    }

    /** Whether an export is of a table that had the name before, or has it since. */
    boolean isAnotherThanOf(Export export) {
        return export.identity().isAnotherThan(identity);
    }

    boolean isLaterThanOf(Export export) {
        return isAnotherThanOf(export) && export.window().to() <= seenAt;
    }

    String dropped(Export export) {
        return "The export " + export + " is not loaded: it is of a table that was dropped, with the id "
                + export.identity().id() + ", and the one that has its name since has the id " + identity.id()
                + ". Export the whole table";
    }

    String remade(Export export) {
        return "The export " + export
                + " is not loaded yet: the table was dropped and made again since the exports that"
                + " were loaded (its id was " + identity.id() + " and is "
                + export.identity().id()
                + "). Export the whole table";
    }

    void write(DataOutputStream out) throws IOException {
        write(identity, out);
        out.writeLong(seenAt);
    }

    static KnownTable read(DataInputStream in) throws IOException {
        KnownTable known = new KnownTable();
        known.identity = readIdentity(in);
        known.seenAt = in.readLong();
        return known;
    }

    static void write(TableIdentity table, DataOutputStream out) throws IOException {
        out.writeUTF(table.arn());
        out.writeUTF(table.id());
    }

    static TableIdentity readIdentity(DataInputStream in) throws IOException {
        return TableIdentity.of(in.readUTF(), in.readUTF());
    }
}
