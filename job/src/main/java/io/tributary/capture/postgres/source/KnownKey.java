package io.tributary.capture.postgres.source;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The columns by which the job knows the rows of a table, as they were when it began to. Immutable. */
final class KnownKey implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Types whose values have the same bytes, however long they may be. */
    private static final Set<Long> TEXTS = Set.of(25L, 1043L);

    /** It is not known: the settings say it. */
    static final KnownKey NONE = new KnownKey(List.of(), false, 0, 0);

    private static final int PRIMARY = 1;
    private static final int HASHED = 2;

    private final ArrayList<ColumnState> columns;
    private final boolean primary;
    private final long begun;
    private final long hashing;

    private KnownKey(List<ColumnState> columns, boolean primary, long begun, long hashing) {
        this.columns = new ArrayList<>(columns);
        this.primary = primary;
        this.begun = begun;
        this.hashing = hashing;
    }

    /**
     * @param columns in the key's order
     * @param primary whether they were the table's primary key
     */
    static KnownKey of(List<ColumnState> columns, boolean primary) {
        return new KnownKey(columns, primary, 0, 0);
    }

    /** Where the log was when the rows began to be known by it; 0 if that was when the job began. What came before is not taken. */
    KnownKey from(long position) {
        return new KnownKey(columns, primary, position, hashing);
    }

    /** Which of its columns are hashed, and how. */
    KnownKey hashed(KnownColumns treated) {
        return new KnownKey(columns, primary, begun, treated.hashing(numbers()));
    }

    /** Whether its columns have the values that they have when columns are treated so. */
    boolean isHashedAs(KnownColumns treated) {
        return hashing == treated.hashing(numbers());
    }

    long begun() {
        return begun;
    }

    List<Integer> numbers() {
        return columns.stream().map(ColumnState::number).collect(Collectors.toList());
    }

    /** Of a table that took the place of another one, where these were the columns: it has them by their names. */
    KnownKey in(List<ColumnState> now, List<ColumnState> before) {
        List<ColumnState> found = new ArrayList<>();
        for (ColumnState column : columns) {
            ColumnState old = find(before, column.number());
            int number = now.stream()
                    .filter(other -> old != null && other.name().equals(old.name()))
                    .mapToInt(ColumnState::number)
                    .findFirst()
                    .orElse(0);
            found.add(column.numbered(number));
        }
        return new KnownKey(found, primary, begun, hashing);
    }

    /** Whether rows of a table with these columns and this primary key are told apart by the key, whose values are as they were. */
    boolean tells(List<ColumnState> now, List<Integer> primaryKey) {
        for (ColumnState column : columns) {
            ColumnState found = find(now, column.number());
            if (found == null || !hasValuesOf(column, found)) {
                return false;
            }
        }
        boolean isKept = !primary || primaryKey.isEmpty() || columns.isEmpty();
        return isKept || new HashSet<>(primaryKey).equals(new HashSet<>(numbers()));
    }

    private static @Nullable ColumnState find(List<ColumnState> columns, int number) {
        return columns.stream()
                .filter(column -> column.number() == number)
                .findFirst()
                .orElse(null);
    }

    private static boolean hasValuesOf(ColumnState column, ColumnState now) {
        return column.hasTypeOf(now) || (TEXTS.contains(column.type()) && TEXTS.contains(now.type()));
    }

    /** The key that rows can be known by now: by the same columns unless these were the primary key; null if there is none. */
    @Nullable
    KnownKey next(List<ColumnState> now, List<Integer> primaryKey) {
        KnownKey same = primary ? null : of(now, numbers(), false);
        return same == null ? of(now, primaryKey, true) : same;
    }

    /** Null if there are not all of these columns. */
    private static @Nullable KnownKey of(List<ColumnState> now, List<Integer> numbers, boolean primary) {
        List<ColumnState> found = new ArrayList<>();
        for (int number : numbers) {
            ColumnState column = find(now, number);
            if (column == null) {
                return null;
            }
            found.add(column);
        }
        return found.isEmpty() ? null : of(found, primary);
    }

    List<String> names() {
        return columns.stream().map(ColumnState::name).collect(Collectors.toList());
    }

    void write(DataOutputStream out) throws IOException {
        ColumnState.write(columns, out);
        out.writeByte((primary ? PRIMARY : 0) | (hashing == 0 ? 0 : HASHED));
        out.writeLong(begun);
        if (hashing != 0) {
            out.writeLong(hashing);
        }
    }

    static KnownKey read(DataInputStream in) throws IOException {
        List<ColumnState> columns = ColumnState.read(in);
        int marks = in.readByte();
        return new KnownKey(columns, (marks & PRIMARY) != 0, in.readLong(), (marks & HASHED) == 0 ? 0 : in.readLong());
    }

    /** For people. */
    @Override
    public String toString() {
        return "(" + String.join(", ", names()) + ")";
    }
}
