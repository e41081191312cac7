package io.tributary.capture.postgres.source;

import io.tributary.capture.Readership;
import io.tributary.capture.postgres.PostgresTable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.util.Collection;
import java.util.TreeSet;

/**
 * Of which tables the job keeps hashes of the rows alone, and of which it did when SQL files began to read them: these are owed to the
 * job, until a resync that began since then is over. Immutable.
 */
final class HashedTables implements Serializable {

    private static final long serialVersionUID = 1L;

    static final HashedTables NONE = new HashedTables(new TreeSet<>(), new TreeSet<>());

    private final TreeSet<String> hashed;
    private final TreeSet<String> owed;

    private HashedTables(Collection<String> hashed, Collection<String> owed) {
        this.hashed = new TreeSet<>(hashed);
        this.owed = new TreeSet<>(owed);
    }

    /** As the tables are read from now on. */
    HashedTables readBy(Collection<PostgresTable> tables) {
        HashedTables next = new HashedTables(hashed, owed);
        for (PostgresTable table : tables) {
            Readership readership = table.readership();
            if (readership == null) {
                continue;
            }
            if (!readership.isKeptWhole()) {
                next.hashed.add(table.toString());
                next.owed.remove(table.toString());
            } else if (next.hashed.remove(table.toString())) {
                next.owed.add(table.toString());
            }
        }
        return next;
    }

    /** Whether the job is to be handed all rows of the table. */
    boolean isOwed(String table) {
        return owed.contains(table);
    }

    /** It was. */
    HashedTables handed(String table) {
        HashedTables next = new HashedTables(hashed, owed);
        next.owed.remove(table);
        return next;
    }

    HashedTables only(Collection<String> tables) {
        HashedTables next = new HashedTables(hashed, owed);
        next.hashed.retainAll(tables);
        next.owed.retainAll(tables);
        return next;
    }

    boolean isNone() {
        return hashed.isEmpty() && owed.isEmpty();
    }

    void write(DataOutputStream out) throws IOException {
        write(hashed, out);
        write(owed, out);
    }

    private static void write(Collection<String> tables, DataOutputStream out) throws IOException {
        out.writeInt(tables.size());
        for (String table : tables) {
            out.writeUTF(table);
        }
    }

    static HashedTables read(DataInputStream in) throws IOException {
        return new HashedTables(readNames(in), readNames(in));
    }

    private static Collection<String> readNames(DataInputStream in) throws IOException {
        TreeSet<String> tables = new TreeSet<>();
        for (int i = in.readInt(); i > 0; i--) {
            tables.add(in.readUTF());
        }
        return tables;
    }
}
