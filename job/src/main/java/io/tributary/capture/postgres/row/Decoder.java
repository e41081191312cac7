package io.tributary.capture.postgres.row;

import io.tributary.capture.Unreadable;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.server.Era;
import io.tributary.capture.postgres.value.Attribute;
import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Position;
import io.tributary.change.Rejected;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the messages of a slot of pgoutput (logical replication protocol, version 1, values as text or in binary form) into
 * changes.
 *
 * <p>The server sends whole transactions in the order of their commits. A change's position is the start of its
 * transaction's commit record and its number in the transaction; both are the same when the slot is read again.
 */
public final class Decoder {

    /** Where the changes go. */
    public interface Output {

        void captured(Captured captured);

        /**
         * The end of a transaction, whether it changed a captured table or not.
         *
         * @param end the end of its commit record, as a position
         * @param timestamp when it was committed, in milliseconds since 1970
         */
        void committed(long end, long timestamp);

        /** A message that somebody wrote into the log. */
        default void told(String prefix, byte[] content) throws SQLException {
            // Not every reader asks for them.
        }
    }

    /** What the log leaves out of the tables that it has changes of. */
    public interface Catalog {

        /**
         * The columns that the log tells of a table, with their numbers where they are known; null if its changes are not to be
         * taken until it tells of them again.
         */
        @Nullable
        TableColumns numbered(PostgresTable table, long relation, List<Attribute> attributes) throws SQLException;

        /** Whether columns that an UPDATE left out are to be asked for, by the table and the position of its transaction. */
        boolean isAsked(PostgresTable table, long commit);
    }

    /** Nothing is known but what the log says, and nobody is asked. */
    public static final Catalog NONE = new Catalog() {
        @Override
        public TableColumns numbered(PostgresTable table, long relation, List<Attribute> attributes) {
            return TableColumns.named(table, attributes);
        }

        @Override
        public boolean isAsked(PostgresTable table, long commit) {
            return false;
        }
    };

    /** The replica identity of a table whose rows the server lets nobody update or delete while they are published. */
    private static final byte NOTHING = 'n';

    /** The flag of a column that updates and deletes carry as it was. */
    private static final int OF_IDENTITY = 1;

    private static final long POSTGRES_EPOCH_MILLIS = 946_684_800_000L;

    private final Map<String, PostgresTable> tables;
    private final TypeCatalog types;
    private final RowLookup lookup;
    private final boolean binary;
    private final Catalog catalog;
    private final Output output;
    private final Consumer<Captured> out;
    private final Era era;
    private final Map<Integer, TableReader> readers = new HashMap<>();
    private final Map<Integer, Refusal> refused = new HashMap<>();

    private long read;
    private long commit;
    private long number;
    private long timestamp;
    private boolean passed;
    private boolean inTransaction;
    private int lastRelation;
    private @Nullable TableReader lastReader;

    /**
     * @param era the history that the slot is of
     * @param start transactions whose commit record starts before this position are passed over
     * @param binary whether the slot sends values in binary form
     */
    public Decoder(
            List<PostgresTable> tables,
            TypeCatalog types,
            RowLookup lookup,
            Era era,
            long start,
            boolean binary,
            Catalog catalog,
            Output output) {
        this.tables = new HashMap<>();
        tables.forEach(table -> this.tables.put(table.toString(), table));
        this.types = types;
        this.lookup = lookup;
        this.era = era;
        this.read = start;
        this.binary = binary;
        this.catalog = catalog;
        this.output = output;
        this.out = output::captured;
    }

    /** Whether the last message was one of a transaction that goes on. */
    public boolean isInTransaction() {
        return inTransaction;
    }

    /** Reads one message. The buffer has an array. */
    public void read(ByteBuffer message) throws SQLException {
        byte kind = message.get();
        switch (kind) {
            case 'B':
                commit = era.at(message.getLong());
                timestamp = POSTGRES_EPOCH_MILLIS + message.getLong() / 1000;
                lookup.of(message.getInt());
                number = 0;
                passed = Long.compareUnsigned(commit, read) < 0;
                inTransaction = true;
                return;
            case 'C':
                inTransaction = false;
                if (!passed) {
                    message.position(message.position() + 1 + Long.BYTES);
                    read = era.at(message.getLong());
                    output.committed(read, timestamp);
                }
                return;
            case 'R':
                relation(message);
                return;
            case 'I':
            case 'U':
            case 'D':
                number++;
                if (!passed) {
                    row(kind, message);
                }
                return;
            case 'T':
                number++;
                if (!passed) {
                    truncate(message);
                }
                return;
            case 'M':
                message(message);
                return;
            case 'Y': // the name of a type
            case 'O': // from which server it came here first
                return;
            default:
                throw new SQLException(
                        "The server sent a message of the kind '" + (char) kind + "', which this reader does not know",
                        "08P01");
        }
    }

    private void message(ByteBuffer message) throws SQLException {
        boolean isTransactional = message.get() != 0;
        long at = era.at(message.getLong());
        if (isTransactional ? passed : Long.compareUnsigned(at, read) < 0) {
            return;
        }
        String prefix = string(message);
        byte[] content = new byte[message.getInt()];
        message.get(content);
        output.told(prefix, content);
    }

    private void relation(ByteBuffer message) throws SQLException {
        int relation = message.getInt();
        PostgresTable table = tables.get(string(message) + "." + string(message));
        readers.remove(relation);
        refused.remove(relation);
        lastReader = null;
        if (table == null) {
            return;
        }
        byte identity = message.get();
        boolean hasOldRows = identity == 'f';
        int count = message.getShort();
        List<Attribute> attributes = new ArrayList<>(count);
        Set<String> carried = new HashSet<>();
        for (int i = 0; i < count; i++) {
            boolean isCarried = (message.get() & OF_IDENTITY) != 0;
            String name = string(message);
            attributes.add(new Attribute(name, Integer.toUnsignedLong(message.getInt()), message.getInt()));
            if (isCarried) {
                carried.add(name);
            }
        }
        TableColumns columns = catalog.numbered(table, era.relation(Integer.toUnsignedLong(relation)), attributes);
        if (columns == null) {
            return;
        }
        try {
            TableReader reader = TableReader.of(
                    columns.keyed(table).sendingOldRows(hasOldRows && table.sendsOldRows()), columns, types, lookup);
            if (binary && !reader.isBinary()) {
                throw new TextNeededException("table " + table + " has a column that can be read as text only");
            }
            if (identity != NOTHING && !carried.containsAll(reader.schema().keyNames())) {
                throw new Unreadable(
                        "Updates and deletes of table " + table + " no longer carry its key: give it back its"
                                + " primary key, or run ALTER TABLE " + table.quoted() + " REPLICA IDENTITY FULL");
            }
            readers.put(relation, reader);
        } catch (Unreadable e) {
            Refusal refusal = new Refusal(table, String.valueOf(e.getMessage()), columns.begun());
            refused.put(relation, refusal);
            report(refusal);
        }
    }

    private void row(byte kind, ByteBuffer message) {
        int relation = message.getInt();
        TableReader reader = reader(relation);
        if (reader == null || reader.isBefore(commit)) {
            if (reader == null) {
                report(refused.get(relation));
            }
            // It takes the numbers that it takes when it is read, which may be so when it comes again.
            number += kind == 'U' && isOld(message.get(message.position())) ? 1 : 0;
            return;
        }
        Position position = Position.of(commit, number);
        try {
            if (kind == 'I') {
                read(message, reader.now());
                reader.insert(position, timestamp, out);
                return;
            }
            byte side = message.get(message.position());
            boolean hasOld = isOld(side);
            if (hasOld) {
                read(message, reader.old());
            }
            if (kind == 'D') {
                reader.delete(position, timestamp, out);
                return;
            }
            read(message, reader.now());
            reader.update(hasOld, side == 'O', catalog.isAsked(reader.table(), commit), position, timestamp, out);
            // The new row of a changed key takes a number, whatever becomes of it: they are the same when it is read
            // again.
            number += hasOld ? 1 : 0;
        } catch (Unreadable e) {
            output.captured(reader.rejected(e, reader.now(), position));
        }
    }

    /** Whether a side of an update or a delete is the row as it was, or the key of that. */
    private static boolean isOld(byte side) {
        return side == 'K' || side == 'O';
    }

    private @Nullable TableReader reader(int relation) {
        if (lastReader == null || relation != lastRelation) {
            lastReader = readers.get(relation);
            lastRelation = relation;
        }
        return lastReader;
    }

    /** Reads the letter of the side, and its columns. */
    private static void read(ByteBuffer message, Tuple tuple) throws Unreadable {
        message.get();
        if (!tuple.read(message)) {
            throw new Unreadable("The record has another number of columns than its table");
        }
    }

    private void truncate(ByteBuffer message) {
        int count = message.getInt();
        message.get(); // CASCADE, RESTART IDENTITY
        for (int i = 0; i < count; i++) {
            int relation = message.getInt();
            TableReader reader = readers.get(relation);
            if (reader != null && !reader.isBefore(commit)) {
                output.captured(Change.truncate(reader.schema(), Position.of(commit, number), timestamp));
            } else {
                report(refused.get(relation));
            }
        }
    }

    /** Why no change of a table is taken, from a position on: before it none is to be taken anyway. */
    private static final class Refusal {
        private final PostgresTable table;
        private final String reason;
        private final long begun;

        private Refusal(PostgresTable table, String reason, long begun) {
            this.table = table;
            this.reason = reason;
            this.begun = begun;
        }
    }

    private void report(@Nullable Refusal refusal) {
        if (refusal == null || Long.compareUnsigned(commit, refusal.begun) < 0) {
            return;
        }
        output.captured(Rejected.of(
                "postgres",
                refusal.table.alias(),
                System.currentTimeMillis(),
                refusal.reason,
                new byte[0],
                Position.of(commit, number)));
    }

    private static String string(ByteBuffer message) {
        int start = message.position();
        int end = start;
        while (message.get(end) != 0) {
            end++;
        }
        message.position(end + 1);
        return new String(message.array(), message.arrayOffset() + start, end - start, StandardCharsets.UTF_8);
    }
}
