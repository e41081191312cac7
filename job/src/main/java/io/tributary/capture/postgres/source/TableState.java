package io.tributary.capture.postgres.source;

import static java.util.Objects.requireNonNull;

import io.tributary.capture.postgres.value.Attribute;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** What the catalog said of one table at one time, as far as it decides what rows the table has. Immutable. */
final class TableState implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Between the parts of a relation's file, see {@link #files}. */
    static final String EMPTY = ":empty";

    private final long relation;
    private final long since;
    private final long revision;
    private final ArrayList<ColumnState> columns;
    private final ArrayList<String> files;
    private final ArrayList<Integer> key;
    private final ArrayList<Integer> captured;
    private final boolean primary;
    private final boolean partitioned;
    private final String published;
    private final boolean whole;

    /**
     * @param relation the number of the relation that has the table's name
     * @param revision the newest transaction that altered a column
     * @param files of each relation that has rows, by number: its number and that of its file, and whether it has no page
     * @param key the numbers of the primary key's columns, in its order; empty if there is none
     * @param captured the numbers of the columns by which the job knows the rows
     * @param primary whether these were the primary key when the job began
     * @param published which entries of the catalog make the table part of the publication
     * @param whole whether it is part of that with all rows, columns and operations
     */
    TableState(
            long relation,
            long since,
            long revision,
            List<ColumnState> columns,
            List<String> files,
            List<Integer> key,
            List<Integer> captured,
            boolean primary,
            boolean partitioned,
            String published,
            boolean whole) {
        this.relation = relation;
        this.since = since;
        this.revision = revision;
        this.columns = new ArrayList<>(columns);
        this.files = new ArrayList<>(files);
        this.key = new ArrayList<>(key);
        this.captured = new ArrayList<>(captured);
        this.primary = primary;
        this.partitioned = partitioned;
        this.published = requireNonNull(published);
        this.whole = whole;
    }

    /** One column of the table. */
    static final class ColumnState implements Serializable {
        private static final long serialVersionUID = 1L;

        private final int number;
        private final String name;
        private final long type;
        private final int modifier;
        private final boolean filled;

        /**
         * @param filled whether rows that were written before the column was added have another value than NULL in it
         */
        ColumnState(int number, String name, long type, int modifier, boolean filled) {
            this.number = number;
            this.name = requireNonNull(name);
            this.type = type;
            this.modifier = modifier;
            this.filled = filled;
        }

        int number() {
            return number;
        }

        String name() {
            return name;
        }

        boolean isFilled() {
            return filled;
        }

        boolean hasTypeOf(ColumnState other) {
            return type == other.type && modifier == other.modifier;
        }

        boolean is(Attribute attribute) {
            return name.equals(attribute.name()) && hasTypeOf(attribute);
        }

        boolean hasTypeOf(Attribute attribute) {
            return type == attribute.type() && modifier == attribute.modifier();
        }
    }

    /** The rows are known by these columns. */
    TableState keyed(List<String> names) {
        List<Integer> numbers = numbers(names);
        return new TableState(
                relation,
                since,
                revision,
                columns,
                files,
                key,
                numbers,
                numbers.equals(key),
                partitioned,
                published,
                whole);
    }

    /** The rows are known by the same columns as before, or those with their names if another relation had them. */
    TableState keyedAs(TableState before) {
        List<Integer> numbers = relation == before.relation || before.isGone()
                ? before.captured
                : numbers(before.columnNames(before.captured));
        return new TableState(
                relation, since, revision, columns, files, key, numbers, before.primary, partitioned, published, whole);
    }

    private List<Integer> numbers(List<String> names) {
        List<Integer> numbers = new ArrayList<>();
        for (String name : names) {
            columns.stream()
                    .filter(column -> column.name().equals(name))
                    .forEach(column -> numbers.add(column.number()));
        }
        return numbers;
    }

    /** The table is gone, and may come back. */
    TableState gone() {
        return new TableState(0, since, revision, columns, List.of(), key, captured, primary, partitioned, "", false);
    }

    boolean isGone() {
        return relation == 0;
    }

    /** With no lower revision than that. */
    TableState since(long floor) {
        return new TableState(
                relation, floor, revision, columns, files, key, captured, primary, partitioned, published, whole);
    }

    long relation() {
        return relation;
    }

    /** The lowest revision that its columns have: when the relation took the place of another one, or the job began. */
    long since() {
        return since;
    }

    long revision() {
        return Math.max(revision, since);
    }

    List<ColumnState> columns() {
        return columns;
    }

    List<String> files() {
        return files;
    }

    List<Integer> key() {
        return key;
    }

    /** The numbers of the columns by which the job knows the rows, in the key's order. */
    List<Integer> captured() {
        return captured;
    }

    List<String> columnNames(List<Integer> numbers) {
        List<String> names = new ArrayList<>();
        for (int number : numbers) {
            columns.stream().filter(column -> column.number() == number).forEach(column -> names.add(column.name()));
        }
        return names;
    }

    /** For people. */
    String names(List<Integer> numbers) {
        return "(" + String.join(", ", columnNames(numbers)) + ")";
    }

    /** Whether all of its changes come, for rows that are told apart as the job does. */
    boolean isFollowed() {
        boolean isRekeyed = primary && !key.isEmpty() && !new HashSet<>(key).equals(new HashSet<>(captured));
        return whole && !isRekeyed;
    }

    boolean isPartitioned() {
        return partitioned;
    }

    String published() {
        return published;
    }

    boolean isWhole() {
        return whole;
    }

    /** Whether all columns are called, and are, what they are in the other. */
    boolean hasColumnsOf(TableState other) {
        if (columns.size() != other.columns.size()) {
            return false;
        }
        for (int i = 0; i < columns.size(); i++) {
            ColumnState mine = columns.get(i);
            ColumnState its = other.columns.get(i);
            if (mine.number != its.number || !mine.name.equals(its.name) || !mine.hasTypeOf(its)) {
                return false;
            }
        }
        return true;
    }

    /** True if the log told of a table that has exactly these columns. */
    boolean is(long toldRelation, List<Attribute> told) {
        if (relation != toldRelation || columns.size() != told.size()) {
            return false;
        }
        for (int i = 0; i < told.size(); i++) {
            if (!columns.get(i).is(told.get(i))) {
                return false;
            }
        }
        return true;
    }

    void write(DataOutputStream out) throws IOException {
        out.writeLong(relation);
        out.writeLong(since);
        out.writeLong(revision);
        out.writeInt(columns.size());
        for (ColumnState column : columns) {
            out.writeInt(column.number);
            out.writeUTF(column.name);
            out.writeLong(column.type);
            out.writeInt(column.modifier);
            out.writeBoolean(column.filled);
        }
        out.writeInt(files.size());
        for (String file : files) {
            out.writeUTF(file);
        }
        out.writeInt(key.size());
        for (int number : key) {
            out.writeInt(number);
        }
        out.writeInt(captured.size());
        for (int number : captured) {
            out.writeInt(number);
        }
        out.writeBoolean(primary);
        out.writeBoolean(partitioned);
        out.writeUTF(published);
        out.writeBoolean(whole);
    }

    static TableState read(DataInputStream in) throws IOException {
        long relation = in.readLong();
        long since = in.readLong();
        long revision = in.readLong();
        List<ColumnState> columns = new ArrayList<>();
        for (int i = in.readInt(); i > 0; i--) {
            columns.add(new ColumnState(in.readInt(), in.readUTF(), in.readLong(), in.readInt(), in.readBoolean()));
        }
        List<String> files = new ArrayList<>();
        for (int i = in.readInt(); i > 0; i--) {
            files.add(in.readUTF());
        }
        List<Integer> key = new ArrayList<>();
        for (int i = in.readInt(); i > 0; i--) {
            key.add(in.readInt());
        }
        List<Integer> captured = new ArrayList<>();
        for (int i = in.readInt(); i > 0; i--) {
            captured.add(in.readInt());
        }
        return new TableState(
                relation,
                since,
                revision,
                columns,
                files,
                key,
                captured,
                in.readBoolean(),
                in.readBoolean(),
                in.readUTF(),
                in.readBoolean());
    }
}
