package io.tributary.query;

import io.tributary.change.ChangelogRow;
import io.tributary.change.WireType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/** Hands each row of a source table to the files that read the table: the others spend nothing on it, however many they are. */
final class Readers extends ProcessFunction<ChangelogRow, ChangelogRow> {

    private static final long serialVersionUID = 1L;

    private final TreeMap<String, ArrayList<OutputTag<ChangelogRow>>> tags = new TreeMap<>();
    private transient long lastShape;
    private transient @Nullable List<OutputTag<ChangelogRow>> ofLastShape;

    /** @param readers the tables that files make of a source table, by its name */
    Readers(Map<String, ? extends Collection<String>> readers) {
        readers.forEach((table, files) -> files.forEach(
                file -> tags.computeIfAbsent(table, first -> new ArrayList<>()).add(tag(file))));
    }

    /** Where the rows for the file that makes this table are found. */
    static OutputTag<ChangelogRow> tag(String made) {
        return new OutputTag<>(made, WireType.CHANGELOG_ROW);
    }

    @Override
    public void processElement(ChangelogRow row, Context context, Collector<ChangelogRow> nothing) {
        List<OutputTag<ChangelogRow>> files = ofLastShape;
        if (files == null || row.schema().fingerprint() != lastShape) {
            List<OutputTag<ChangelogRow>> found = tags.get(row.table());
            files = found == null ? List.of() : found;
            lastShape = row.schema().fingerprint();
            ofLastShape = files;
        }
        for (OutputTag<ChangelogRow> file : files) {
            context.output(file, row);
        }
    }
}
