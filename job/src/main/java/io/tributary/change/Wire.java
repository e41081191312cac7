package io.tributary.change;

import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.types.RowKind;
import org.jspecify.annotations.Nullable;

/** How each type that travels between operators, or is a key of state, is written. Formats are never changed, only added. */
enum Wire {
    CHANGE(Change.class) {
        @Override
        void write(Object value, SchemaDictionary schemas, DataOutputView out) throws IOException {
            Change change = (Change) value;
            out.writeByte(change.operation().code());
            schemas.write(change.schema(), out);
            change.position().write(out);
            out.writeLong(change.timestamp());
            BinaryRowData key = change.keyOrNull();
            BinaryRowData row = change.row();
            int[] missing = change.missing();
            Audience again = change.again();
            boolean isAgainToSome = !again.isNobody() && !again.isEverybody();
            out.writeByte((key == null ? 0 : 1)
                    | (row == null ? 0 : 2)
                    | (missing.length == 0 ? 0 : 4)
                    | (change.isExpiry() ? 8 : 0)
                    | (again.isEverybody() ? 16 : 0)
                    | (change.isAhead() ? 32 : 0)
                    | (isAgainToSome ? 64 : 0));
            if (key != null) {
                BinaryRows.write(key, out);
            }
            if (row != null) {
                BinaryRows.write(row, out);
            }
            if (missing.length > 0) {
                out.writeShort(missing.length);
                for (int column : missing) {
                    out.writeShort(column);
                }
            }
            if (isAgainToSome) {
                again.write(out);
            }
        }

        @Override
        Object read(SchemaDictionary schemas, DataInputView in) throws IOException {
            Operation operation = Operation.ofCode((char) in.readByte());
            Schema schema = schemas.read(in);
            Position position = Position.read(in);
            long timestamp = in.readLong();
            int parts = in.readByte();
            BinaryRowData key = (parts & 1) == 0 ? null : BinaryRows.read(schema.keyArity(), in);
            BinaryRowData row = (parts & 2) == 0 ? null : BinaryRows.read(schema.arity(), in);
            int[] missing = new int[(parts & 4) == 0 ? 0 : in.readUnsignedShort()];
            for (int i = 0; i < missing.length; i++) {
                missing[i] = in.readUnsignedShort();
            }
            Audience all = (parts & 16) == 0 ? Audience.NOBODY : Audience.EVERYBODY;
            return Change.of(
                    operation,
                    schema,
                    position,
                    timestamp,
                    key,
                    row,
                    missing,
                    (parts & 8) != 0,
                    (parts & 64) == 0 ? all : Audience.read(in),
                    (parts & 32) != 0);
        }
    },
    REJECTED(Rejected.class) {
        @Override
        void write(Object value, SchemaDictionary schemas, DataOutputView out) throws IOException {
            Rejected rejected = (Rejected) value;
            String table = rejected.table();
            Position position = rejected.position();
            out.writeByte((table == null ? 0 : 1) | (position == null ? 0 : 2));
            out.writeUTF(rejected.system());
            if (table != null) {
                out.writeUTF(table);
            }
            if (position != null) {
                position.write(out);
            }
            out.writeLong(rejected.timestamp());
            writeBytes(rejected.reason().getBytes(java.nio.charset.StandardCharsets.UTF_8), out);
            writeBytes(rejected.raw(), out);
        }

        @Override
        Object read(SchemaDictionary schemas, DataInputView in) throws IOException {
            int parts = in.readByte();
            String system = in.readUTF();
            String table = (parts & 1) == 0 ? null : in.readUTF();
            Position position = (parts & 2) == 0 ? null : Position.read(in);
            long timestamp = in.readLong();
            String reason = new String(readBytes(in), java.nio.charset.StandardCharsets.UTF_8);
            return Rejected.of(system, table, timestamp, reason, readBytes(in), position);
        }
    },
    CAPTURED(Captured.class) {
        @Override
        void write(Object value, SchemaDictionary schemas, DataOutputView out) throws IOException {
            boolean isChange = value instanceof Change;
            out.writeBoolean(isChange);
            (isChange ? CHANGE : REJECTED).write(value, schemas, out);
        }

        @Override
        Object read(SchemaDictionary schemas, DataInputView in) throws IOException {
            return (in.readBoolean() ? CHANGE : REJECTED).read(schemas, in);
        }
    },
    FILLED(Filled.class) {
        @Override
        void write(Object value, SchemaDictionary schemas, DataOutputView out) throws IOException {
            Filled filled = (Filled) value;
            out.writeUTF(filled.operator());
            out.writeUTF(filled.consumer());
            out.writeUTF(filled.plan());
            out.writeInt(filled.subtask());
            out.writeInt(filled.subtasks());
            out.writeBoolean(filled.isFromTheStart());
            out.writeLong(filled.time());
        }

        @Override
        Object read(SchemaDictionary schemas, DataInputView in) throws IOException {
            return Filled.of(
                    in.readUTF(),
                    in.readUTF(),
                    in.readUTF(),
                    in.readInt(),
                    in.readInt(),
                    in.readBoolean(),
                    in.readLong());
        }
    },
    CHANGELOG_ROW(ChangelogRow.class) {
        @Override
        void write(Object value, SchemaDictionary schemas, DataOutputView out) throws IOException {
            ChangelogRow row = (ChangelogRow) value;
            out.writeByte(row.kind().toByteValue());
            boolean isForAll = row.audience().isEverybody();
            out.writeByte(row.flags() | (isForAll ? 0 : FOR_SOME));
            schemas.write(row.schema(), out);
            row.version().write(out);
            out.writeLong(row.timestamp());
            BinaryRows.write(row.row(), out);
            if (!isForAll) {
                row.audience().write(out);
            }
        }

        @Override
        Object read(SchemaDictionary schemas, DataInputView in) throws IOException {
            RowKind kind = RowKind.fromByteValue(in.readByte());
            int flags = in.readUnsignedByte();
            Schema schema = schemas.read(in);
            Position version = Position.read(in);
            long timestamp = in.readLong();
            BinaryRowData row = BinaryRows.read(schema.arity(), in);
            ChangelogRow whole = ChangelogRow.ofFlags(kind, flags & ~FOR_SOME, schema, version, timestamp, row);
            return (flags & FOR_SOME) != 0 ? whole.to(Audience.read(in)) : whole;
        }
    },
    SCHEMA(Schema.class) {
        @Override
        void write(Object value, SchemaDictionary schemas, DataOutputView out) throws IOException {
            schemas.write((Schema) value, out);
        }

        @Override
        Object read(SchemaDictionary schemas, DataInputView in) throws IOException {
            return schemas.read(in);
        }
    },
    TABLE_KEY(TableKey.class) {
        @Override
        void write(Object value, SchemaDictionary schemas, DataOutputView out) throws IOException {
            TableKey key = (TableKey) value;
            out.writeLong(key.table());
            out.writeByte(key.key().getArity());
            PackedRows.write(key.key(), out);
        }

        @Override
        Object read(SchemaDictionary schemas, DataInputView in) throws IOException {
            long table = in.readLong();
            return TableKey.of(table, PackedRows.read(in.readUnsignedByte(), in));
        }
    },
    RAW_RECORD(RawRecord.class) {
        @Override
        void write(Object value, SchemaDictionary schemas, DataOutputView out) throws IOException {
            RawRecord record = (RawRecord) value;
            out.writeUTF(record.topic());
            out.writeInt(record.partition());
            out.writeLong(record.offset());
            out.writeLong(record.timestamp());
            writeBytesOrNull(record.key(), out);
            writeBytesOrNull(record.value(), out);
        }

        @Override
        Object read(SchemaDictionary schemas, DataInputView in) throws IOException {
            return new RawRecord(
                    in.readUTF(), in.readInt(), in.readLong(), in.readLong(), readBytesOrNull(in), readBytesOrNull(in));
        }
    };

    /** In the flags of a changelog row: who it is for stands at its end. */
    private static final int FOR_SOME = 8;

    private final Class<?> type;

    Wire(Class<?> type) {
        this.type = type;
    }

    Class<?> type() {
        return type;
    }

    abstract void write(Object value, SchemaDictionary schemas, DataOutputView out) throws IOException;

    abstract Object read(SchemaDictionary schemas, DataInputView in) throws IOException;

    private static void writeBytes(byte[] bytes, DataOutputView out) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] readBytes(DataInputView in) throws IOException {
        return readBytes(in.readInt(), in);
    }

    private static byte[] readBytes(int length, DataInputView in) throws IOException {
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }

    private static void writeBytesOrNull(byte @Nullable [] bytes, DataOutputView out) throws IOException {
        if (bytes == null) {
            out.writeInt(-1);
            return;
        }
        writeBytes(bytes, out);
    }

    private static byte @Nullable [] readBytesOrNull(DataInputView in) throws IOException {
        int length = in.readInt();
        return length < 0 ? null : readBytes(length, in);
    }
}
