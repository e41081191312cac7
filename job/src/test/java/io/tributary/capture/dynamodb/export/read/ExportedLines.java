package io.tributary.capture.dynamodb.export.read;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.capture.dynamodb.export.find.DataFile;
import io.tributary.capture.dynamodb.export.find.Export;
import io.tributary.capture.dynamodb.export.find.Window;
import io.tributary.capture.dynamodb.item.ItemTable;
import io.tributary.change.Captured;
import java.util.List;
import java.util.function.Consumer;

/** What is made of the lines of a full export, for tests of what is behind it. */
public final class ExportedLines {

    private final ItemLines lines;
    private final ExportSplit split;

    public ExportedLines(ItemTable table) {
        lines = new ItemLines(List.of(table));
        Export export = Export.of("export", table.source(), Window.full(1_000), List.of());
        split = ExportSplit.file(export, table.name(), DataFile.of("file", "", 1));
    }

    public void read(String line, Consumer<Captured> out) {
        byte[] bytes = line.getBytes(UTF_8);
        lines.read(split, bytes, 0, bytes.length, out);
    }
}
