package io.tributary.capture.postgres.source;

import static java.util.Objects.requireNonNull;

import io.tributary.capture.postgres.value.Attribute;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** What the catalog said of one column of a table. Immutable. */
final class ColumnState implements Serializable {

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

    static ColumnState of(Attribute attribute) {
        return new ColumnState(attribute.number(), attribute.name(), attribute.type(), attribute.modifier(), false);
    }

    ColumnState numbered(int newNumber) {
        return new ColumnState(newNumber, name, type, modifier, filled);
    }

    int number() {
        return number;
    }

    String name() {
        return name;
    }

    long type() {
        return type;
    }

    int modifier() {
        return modifier;
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

    static void write(List<ColumnState> columns, DataOutputStream out) throws IOException {
        out.writeInt(columns.size());
        for (ColumnState column : columns) {
            out.writeInt(column.number);
            out.writeUTF(column.name);
            out.writeLong(column.type);
            out.writeInt(column.modifier);
            out.writeBoolean(column.filled);
        }
    }

    static List<ColumnState> read(DataInputStream in) throws IOException {
        List<ColumnState> columns = new ArrayList<>();
        for (int i = in.readInt(); i > 0; i--) {
            columns.add(new ColumnState(in.readInt(), in.readUTF(), in.readLong(), in.readInt(), in.readBoolean()));
        }
        return columns;
    }
}
