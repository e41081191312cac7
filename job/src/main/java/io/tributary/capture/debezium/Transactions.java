package io.tributary.capture.debezium;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which transactions a partition had events of, by their GTIDs. One of MySQL is {@code server:number}, one of MariaDB {@code
 * domain-server-number}; the numbers grow for each server, or domain.
 */
final class Transactions {

    private static final int LONGEST_ORIGIN = 250;

    private final Map<String, Long> highest = new TreeMap<>();
    /** Of the last event's transaction, if it was new. */
    private @Nullable String origin;

    private @Nullable Long numberBefore;

    /** Another event comes: {@link #undo} takes back what is learned from here on. */
    void keepForUndo() {
        origin = null;
        numberBefore = null;
    }

    void undo() {
        if (origin == null) {
            return;
        }
        if (numberBefore == null) {
            highest.remove(origin);
        } else {
            highest.put(origin, numberBefore);
        }
    }

    /** Whether it is a transaction that had not come yet; an empty GTID, or one of another form, is none. */
    boolean isNew(String gtid) {
        int end = Math.max(gtid.lastIndexOf(':'), gtid.lastIndexOf('-'));
        if (end <= 0) {
            return false;
        }
        String from = gtid.indexOf(':') < 0 ? gtid.substring(0, gtid.indexOf('-')) : gtid.substring(0, end);
        if (from.length() > LONGEST_ORIGIN) {
            return false;
        }
        try {
            long number = Long.parseLong(gtid.substring(end + 1));
            Long before = highest.get(from);
            if (before != null && before >= number) {
                return false;
            }
            highest.put(from, number);
            origin = from;
            numberBefore = before;
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    void write(DataOutputStream out) throws IOException {
        out.writeInt(highest.size());
        for (Map.Entry<String, Long> transaction : highest.entrySet()) {
            out.writeUTF(transaction.getKey());
            out.writeLong(transaction.getValue());
        }
    }

    static Transactions read(DataInputStream in) throws IOException {
        Transactions transactions = new Transactions();
        for (int left = in.readInt(); left > 0; left--) {
            transactions.highest.put(in.readUTF(), in.readLong());
        }
        return transactions;
    }
}
