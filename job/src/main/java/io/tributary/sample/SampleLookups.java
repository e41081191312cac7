package io.tributary.sample;

import io.tributary.change.BinaryRows;
import io.tributary.change.Column;
import io.tributary.query.Queries;
import io.tributary.settings.Problems;
import io.tributary.settings.Suggestions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.RowType;

/** The rows of lookup tables that a case gives in place of those in other databases: they stay as they are. */
final class SampleLookups {

    private SampleLookups() {}

    /** The lookup tables that the files of a pipeline may join. */
    static Map<String, RowType> joined(Queries making) {
        Map<String, RowType> joined = new TreeMap<>();
        making.outputs().keySet().forEach(output -> joined.putAll(making.lookups(output)));
        return joined;
    }

    /**
     * By name. A problem for each that is joined and not given.
     *
     * @param files of the case, by table
     */
    static Map<String, List<byte[]>> rows(
            Map<String, RowType> joined, Map<String, SampleFile> files, SampleFolder folder, Problems problems) {
        Map<String, List<byte[]>> rows = new TreeMap<>();
        joined.forEach((name, type) -> {
            SampleFile file = files.get(name);
            if (file == null) {
                problems.add(folder + ": has no rows of the lookup table " + name + ": add " + name + SampleFile.CSV
                        + ", with the names of the columns alone if there are none");
            } else {
                rows.put(name, rows(name, type, file, problems));
            }
        });
        return rows;
    }

    private static List<byte[]> rows(String name, RowType type, SampleFile file, Problems problems) {
        Set<String> columns = Set.copyOf(type.getFieldNames());
        for (String column : file.columns()) {
            if (!columns.contains(column)) {
                problems.add(file.path() + ":1: the lookup table " + name + " has no column " + column
                        + Suggestions.near(column, columns) + "; its rows stay as they are");
            }
        }
        RowDataSerializer serializer = new RowDataSerializer(type);
        List<byte[]> rows = new ArrayList<>();
        for (SampleRow row : file.rows()) {
            GenericRowData values = new GenericRowData(type.getFieldCount());
            for (int i = 0; i < type.getFieldCount(); i++) {
                Column column = Column.of(type.getFieldNames().get(i), type.getTypeAt(i));
                values.setField(i, SampleRows.value(row, column, problems));
            }
            rows.add(BinaryRows.bytes(serializer.toBinaryRow(values).copy()));
        }
        return rows;
    }
}
