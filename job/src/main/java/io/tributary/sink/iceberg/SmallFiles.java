package io.tributary.sink.iceberg;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.ContentFileParser;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.flink.RowDataWrapper;
import org.apache.iceberg.flink.sink.FlinkAppenderFactory;
import org.apache.iceberg.io.DataWriter;
import org.jspecify.annotations.Nullable;

/**
 * The files of {@link SmallRows}: one for the rows of all writers that belong into one snapshot and one partition.
 *
 * <p>A file's name says whose rows it holds, so that their places lead to it without a look into it. And it says nothing else, so a
 * commit that is tried again writes the same file at the same location, over what a lost attempt has left.
 */
final class SmallFiles {

    /** Writers whose rows one file takes: more would not go into a name. */
    private static final int MOST_PARTS = 8;

    private final Table table;

    /** @param table as it is to be */
    SmallFiles(Table table) {
        this.table = table;
    }

    private static final class Group {
        private final SmallRows like;
        private final Schema schema;
        private final RowType rowType;
        private final PartitionSpec spec;
        private final @Nullable PartitionKey partition;
        private final List<SmallRows.Part> parts = new ArrayList<>();

        private Group(
                SmallRows like, Schema schema, RowType rowType, PartitionSpec spec, @Nullable PartitionKey partition) {
            this.like = like;
            this.schema = schema;
            this.rowType = rowType;
            this.spec = spec;
            this.partition = partition;
        }

        private boolean takes(SmallRows rows, @Nullable PartitionKey of) {
            return parts.size() < MOST_PARTS
                    && rows.isLike(like)
                    && (partition == null ? of == null : partition.equals(of));
        }

        private String name(FileFormat format) {
            return format.addExtension(FileNumber.ofAll(parts));
        }
    }

    /** The same files, with files of all rows that were handed over. Those that have to be in one snapshot are given together. */
    List<TableFiles> write(Collection<TableFiles> snapshot) {
        List<TableFiles> written = new ArrayList<>();
        groups(snapshot).forEach((files, groups) -> {
            List<String> added = new ArrayList<>();
            groups.forEach(group -> added.add(write(group)));
            written.add(files.withFiles(added));
        });
        return written;
    }

    /** Where their files would be. */
    List<String> locations(Collection<TableFiles> snapshot) {
        List<String> locations = new ArrayList<>();
        groups(snapshot).values().forEach(groups -> groups.forEach(group -> locations.add(location(group))));
        return locations;
    }

    /** In the same order however they came: each file belongs to the first whose rows it has. */
    private Map<TableFiles, List<Group>> groups(Collection<TableFiles> snapshot) {
        List<TableFiles> inOrder = new ArrayList<>(snapshot);
        inOrder.sort(Comparator.comparing(SmallFiles::first));
        Map<TableFiles, List<Group>> groups = new LinkedHashMap<>();
        List<Group> all = new ArrayList<>();
        for (TableFiles files : inOrder) {
            List<Group> own = groups.computeIfAbsent(files, first -> new ArrayList<>());
            SmallRows rows = files.rows();
            if (rows == null || rows == SmallRows.WRITTEN) {
                continue;
            }
            Schema schema = rows.schema();
            RowType rowType = rows.rowType();
            PartitionSpec spec = rows.spec(schema, table.specs().values());
            PartitionKey key = spec.isUnpartitioned() ? null : new PartitionKey(spec, schema);
            RowDataWrapper wrapper = new RowDataWrapper(rowType, schema.asStruct());
            for (SmallRows.Part part : rows.parts()) {
                if (key != null) {
                    key.partition(wrapper.wrap(rows(part, rowType).get(0)));
                }
                Group group = all.stream()
                        .filter(each -> each.takes(rows, key))
                        .findFirst()
                        .orElse(null);
                if (group == null) {
                    group = new Group(rows, schema, rowType, spec, key == null ? null : key.copy());
                    all.add(group);
                    own.add(group);
                }
                group.parts.add(part);
            }
        }
        return groups;
    }

    private static String first(TableFiles files) {
        SmallRows rows = files.rows();
        return rows == null || rows == SmallRows.WRITTEN
                ? ""
                : FileNumber.ofAll(rows.parts().subList(0, 1));
    }

    private static List<BinaryRowData> rows(SmallRows.Part part, RowType rowType) {
        try {
            return part.rows(rowType.getFieldCount());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String location(Group group) {
        String name = group.name(EpochWriter.dataFormat(table));
        return group.partition == null
                ? table.locationProvider().newDataLocation(name)
                : table.locationProvider().newDataLocation(group.spec, group.partition, name);
    }

    private String write(Group group) {
        FlinkAppenderFactory appenders = EpochWriter.appenders(table, group.schema, group.rowType, group.spec);
        DataWriter<RowData> writer = WithoutHadoopDefaults.make(() -> appenders.newDataWriter(
                table.encryption().encrypt(table.io().newOutputFile(location(group))),
                EpochWriter.dataFormat(table),
                group.partition));
        try (writer) {
            group.parts.forEach(part -> rows(part, group.rowType).forEach(writer::write));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ContentFileParser.toJson(writer.toDataFile(), group.spec);
    }
}
