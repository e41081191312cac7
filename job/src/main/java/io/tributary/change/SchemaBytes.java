package io.tributary.change;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;

/**
 * A schema as it stands on the wire and in state. A schema's fingerprint is a hash of these bytes and is in state itself, so
 * whatever could be written before is written as it was.
 */
final class SchemaBytes {

    /** Of a column it is known whether it is omissible; what needs no other mark is written so. */
    private static final byte FORMAT = 1;

    /** Of a column all its marks are known. */
    private static final byte FORMAT_OF_MARKS = 2;

    /** All marks and numbers of columns are known, and which relation they are of. */
    private static final byte FORMAT_OF_RELATION = 3;

    /** Numbers of columns, and lengths of names, have 16 bits. */
    private static final int MOST = 0xFFFF;

    private SchemaBytes() {}

    /** Fails if there are more columns or longer names than can be written. */
    static void check(String table, List<Column> columns) {
        if (columns.size() > MOST) {
            throw new IllegalArgumentException("Table " + table + " has " + columns.size()
                    + " columns, and no more than " + MOST + " can be read");
        }
        for (Column column : columns) {
            String name = column.name();
            if (lengthOnWire(name) > MOST) {
                throw new IllegalArgumentException("Table " + table + " has a column whose name is longer than " + MOST
                        + " bytes; it starts with " + name.substring(0, 40));
            }
        }
    }

    /** In the bytes of {@link DataOutputStream#writeUTF}. */
    private static long lengthOnWire(String name) {
        return name.chars()
                .mapToLong(c -> c > 0 && c < 0x80 ? 1 : c < 0x800 ? 2 : 3)
                .sum();
    }

    static byte[] of(Schema schema) {
        List<Column> columns = schema.columns();
        int[] key = schema.key();
        boolean hasRelation = schema.relation() > 0;
        ByteArrayOutputStream buffer = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(buffer)) {
            boolean isMarked = columns.stream().anyMatch(column -> column.marks() > 1);
            out.writeByte(hasRelation ? FORMAT_OF_RELATION : isMarked ? FORMAT_OF_MARKS : FORMAT);
            out.writeUTF(schema.table());
            if (hasRelation) {
                out.writeLong(schema.relation());
                out.writeLong(schema.revision());
            }
            out.writeShort(columns.size());
            for (Column column : columns) {
                out.writeUTF(column.name());
                out.writeUTF(column.type().asSerializableString());
                out.writeByte(column.marks());
                if (hasRelation) {
                    out.writeShort(column.number());
                }
            }
            out.writeShort(key.length);
            for (int index : key) {
                out.writeShort(index);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return buffer.toByteArray();
    }

    static Schema read(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            byte format = in.readByte();
            boolean hasRelation = format == FORMAT_OF_RELATION;
            if (format != FORMAT && format != FORMAT_OF_MARKS && !hasRelation) {
                throw new IOException("Schema format " + format + " is not known to this version");
            }
            String table = in.readUTF();
            long relation = hasRelation ? in.readLong() : 0;
            long revision = hasRelation ? in.readLong() : 0;
            int count = in.readUnsignedShort();
            List<Column> columns = new ArrayList<>(count);
            ClassLoader loader = SchemaBytes.class.getClassLoader();
            for (int i = 0; i < count; i++) {
                String name = in.readUTF();
                LogicalType type = LogicalTypeParser.parse(in.readUTF(), loader);
                Column column = Column.marked(name, type, in.readUnsignedByte());
                columns.add(hasRelation ? column.numbered(in.readUnsignedShort()) : column);
            }
            int[] key = new int[in.readUnsignedShort()];
            for (int i = 0; i < key.length; i++) {
                key[i] = in.readUnsignedShort();
            }
            return new Schema(table, columns, key, relation, revision);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
