package io.tributary.sink.iceberg;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.deletes.EqualityDeleteWriter;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.flink.RowDataWrapper;
import org.apache.iceberg.flink.sink.FlinkAppenderFactory;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Deletes rows of one table by their keys, in the partitions where a writer knew them to be. */
final class KeyDeletes {

    private final Table table;
    private final PartitionSpec spec;
    private final FlinkAppenderFactory appenders;
    private final KeyReader keyReader;
    private final @Nullable PartitionKey partitionOf;
    private final RowDataWrapper wrapper;
    private final Map<@Nullable PartitionKey, EqualityDeleteWriter<RowData>> writers = new HashMap<>();
    private long count;

    KeyDeletes(Table table, PlacedDeletes rows) {
        this.table = table;
        this.spec = numbered(rows.spec(), table);
        Schema located = rows.located();
        RowType rowType = FlinkSchemaUtil.convert(located);
        int[] key = new int[rows.keyArity()];
        int[] ids = new int[key.length];
        List<Types.NestedField> fields = new ArrayList<>();
        for (int i = 0; i < key.length; i++) {
            Types.NestedField field = located.columns().get(i);
            key[i] = i;
            ids[i] = field.fieldId();
            fields.add(field);
        }
        this.appenders = new FlinkAppenderFactory(
                table, located, rowType, table.properties(), spec, ids, new Schema(fields), null);
        this.keyReader = new KeyReader(rowType, key);
        this.partitionOf = spec.isUnpartitioned() ? null : new PartitionKey(spec, located);
        this.wrapper = new RowDataWrapper(rowType, located.asStruct());
    }

    /** A planned spec may have got another number. */
    private static PartitionSpec numbered(PartitionSpec spec, Table table) {
        PartitionSpec known = table.specs().get(spec.specId());
        return known != null && known.compatibleWith(spec) ? known : table.spec();
    }

    /** @param located the key, and what else the partition follows from */
    void delete(BinaryRowData located) {
        if (partitionOf != null) {
            partitionOf.partition(wrapper.wrap(located));
        }
        EqualityDeleteWriter<RowData> writer = writers.get(partitionOf);
        if (writer == null) {
            PartitionKey own = partitionOf == null ? null : partitionOf.copy();
            writer = WithoutHadoopDefaults.make(() -> appenders.newEqDeleteWriter(
                    DeletesOfCommit.newFile(table, spec, own), DeletesOfCommit.format(table), own));
            writers.put(own, writer);
        }
        writer.write(keyReader.read(located));
        count++;
    }

    long count() {
        return count;
    }

    List<DeleteFile> finish() throws IOException {
        List<DeleteFile> files = new ArrayList<>();
        for (EqualityDeleteWriter<RowData> writer : writers.values()) {
            writer.close();
            files.add(writer.toDeleteFile());
        }
        return files;
    }
}
