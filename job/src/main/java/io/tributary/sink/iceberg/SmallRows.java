package io.tributary.sink.iceberg;

import io.tributary.change.PackedRows;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.PartitionSpecParser;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.util.JsonUtil;

/**
 * Rows of one table, so few that a writer hands them to the committer instead of files of its own: those of all writers become one
 * file a partition. Each part is what would have been a file, and the places of its rows are that file's.
 */
final class SmallRows {

    /** Those that are in a file by now, which may be among those of another writer. */
    static final SmallRows WRITTEN = new SmallRows("", "", "", List.of());

    private final String schema;
    private final String rowType;
    private final String spec;
    private final List<Part> parts;

    /** Rows of one partition, packed one behind the other. */
    static final class Part {
        private final FileNumber file;
        private final int count;
        private final byte[] rows;

        Part(FileNumber file, int count, byte[] rows) {
            this.file = file;
            this.count = count;
            this.rows = rows.clone();
        }

        FileNumber file() {
            return file;
        }

        int count() {
            return count;
        }

        int bytes() {
            return rows.length;
        }

        List<BinaryRowData> rows(int arity) throws IOException {
            DataInputView in = new DataInputViewStreamWrapper(new ByteArrayInputStream(rows));
            List<BinaryRowData> all = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                all.add(PackedRows.read(arity, in));
            }
            return all;
        }
    }

    private SmallRows(String schema, String rowType, String spec, List<Part> parts) {
        this.schema = schema;
        this.rowType = rowType;
        this.spec = spec;
        this.parts = List.copyOf(parts);
    }

    /**
     * @param schema of the file that they are to be in
     * @param rowType how their columns are given
     */
    static SmallRows of(Schema schema, RowType rowType, PartitionSpec spec, List<Part> parts) {
        return new SmallRows(
                SchemaParser.toJson(schema), rowType.asSerializableString(), PartitionSpecParser.toJson(spec), parts);
    }

    Schema schema() {
        return SchemaParser.fromJson(schema);
    }

    RowType rowType() {
        return (RowType) LogicalTypeParser.parse(rowType, SmallRows.class.getClassLoader());
    }

    /** One of these, where there is one: columns by which it parts rows need not be among those of the file. */
    PartitionSpec spec(Schema of, Collection<PartitionSpec> known) {
        for (PartitionSpec each : known) {
            if (PartitionSpecParser.toJson(each).equals(spec)) {
                return each;
            }
        }
        return JsonUtil.parse(spec, json -> PartitionSpecParser.fromJson(of, json));
    }

    List<Part> parts() {
        return parts;
    }

    /** Whether rows of both can be in one file. */
    boolean isLike(SmallRows other) {
        return schema.equals(other.schema) && rowType.equals(other.rowType) && spec.equals(other.spec);
    }

    void write(DataOutputView out) throws IOException {
        for (String text : List.of(schema, rowType, spec)) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            out.writeInt(bytes.length);
            out.write(bytes);
        }
        out.writeInt(parts.size());
        for (Part part : parts) {
            part.file.write(out);
            out.writeInt(part.count);
            out.writeInt(part.rows.length);
            out.write(part.rows);
        }
    }

    static SmallRows read(DataInputView in) throws IOException {
        String schema = text(in);
        String rowType = text(in);
        String spec = text(in);
        List<Part> parts = new ArrayList<>();
        for (int count = in.readInt(); count > 0; count--) {
            FileNumber file = FileNumber.read(in);
            int rows = in.readInt();
            parts.add(new Part(file, rows, bytes(in)));
        }
        return new SmallRows(schema, rowType, spec, parts);
    }

    private static String text(DataInputView in) throws IOException {
        return new String(bytes(in), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(DataInputView in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return bytes;
    }
}
