package io.tributary.capture.dynamodb.export.read;

import io.tributary.capture.Unreadable;
import io.tributary.capture.dynamodb.export.find.Window;
import io.tributary.capture.dynamodb.item.Item;
import io.tributary.capture.dynamodb.item.ItemChanges;
import io.tributary.capture.dynamodb.item.ItemParser;
import io.tributary.capture.dynamodb.item.ItemTable;
import io.tributary.capture.dynamodb.item.ItemTables;
import io.tributary.change.Captured;
import io.tributary.change.Operation;
import io.tributary.change.Position;
import io.tributary.change.Rejected;
import io.tributary.change.Schema;
import java.util.Arrays;
import java.util.Collection;
import java.util.function.Consumer;
import org.apache.flink.util.FlinkRuntimeException;
import org.jspecify.annotations.Nullable;

/** Lines of data files as changes of their tables. A line that cannot be read becomes a dead letter. */
final class ItemLines implements Rows {

    private final ItemParser parser = new ItemParser();
    private final ItemTables tables;

    ItemLines(Collection<ItemTable> tables) {
        this.tables = new ItemTables(tables);
    }

    @Override
    public Schema schema(String table) {
        return changes(table).schema();
    }

    private ItemChanges changes(String table) {
        ItemChanges changes = tables.ofName(table);
        if (changes == null) {
            throw new FlinkRuntimeException("dynamodb.tables: an export of table " + table
                    + " is being loaded, so the table cannot be left out: put it back, or start the job anew, without"
                    + " state");
        }
        return changes;
    }

    @Override
    public void read(ExportSplit split, byte[] bytes, int offset, int length, Consumer<Captured> out) {
        ItemChanges changes = changes(split.table());
        Unreadable defect;
        boolean isRead = false;
        try {
            ItemLine line = ItemLine.read(bytes, offset, length, parser, true);
            isRead = true;
            if (split.window().isFull()) {
                full(split, line, changes, out);
            } else {
                incremental(split, line, changes, out);
            }
            return;
        } catch (Unreadable e) {
            defect = e;
        } catch (RuntimeException e) {
            // Whatever stands in a line must not end the job.
            defect = new Unreadable("It cannot be taken: " + e);
            isRead = false;
        }
        if (!tables.mayBeShown(changes)) {
            defect = new Unreadable(ItemTables.hidden(isRead ? defect.reason() : "It cannot be read"));
        }
        reject(split, Arrays.copyOfRange(bytes, offset, offset + length), defect, changes, out);
    }

    private static void full(ExportSplit split, ItemLine line, ItemChanges changes, Consumer<Captured> out)
            throws Unreadable {
        if (line.item == null) {
            throw new Unreadable("A line of a full export needs Item");
        }
        Position position = split.window().position();
        changes.upsert(Operation.READ, null, line.item, position, split.window().to(), out);
    }

    private static void incremental(ExportSplit split, ItemLine line, ItemChanges changes, Consumer<Captured> out)
            throws Unreadable {
        Position position = position(split, line);
        if (position == null || line.keys == null) {
            throw new Unreadable("A line of an incremental export needs Metadata.WriteTimestampMicros and Keys");
        }
        long timestamp = Window.millis(line.micros);
        if (line.newImage == null) {
            changes.delete(line.keys, position, timestamp, out);
            return;
        }
        if (split.phase() == Phase.DELETES) {
            return;
        }
        Operation operation = line.hasOldImage ? Operation.UPDATE : Operation.INSERT;
        changes.upsert(operation, line.keys, line.newImage, position, timestamp, out);
    }

    private static @Nullable Position position(ExportSplit split, ItemLine line) {
        if (split.window().isFull()) {
            return split.window().position();
        }
        return line.micros == 0 ? null : Window.written(line.micros);
    }

    private void reject(ExportSplit split, byte[] raw, Unreadable why, ItemChanges changes, Consumer<Captured> out) {
        ItemLine known = around(raw);
        Position position = known == null ? null : position(split, known);
        String reason = "In " + split.file() + " of the export " + split.export() + ": " + why.reason();
        byte[] shown = tables.mayBeShown(changes) ? raw : new byte[0];
        out.accept(Rejected.of("dynamodb", split.table(), System.currentTimeMillis(), reason, shown, position));
        Item keys = known == null ? null : known.keys == null ? itemOf(raw) : known.keys;
        if (keys == null || position == null) {
            return;
        }
        long timestamp = split.window().isFull() ? split.window().to() : Window.millis(position.major());
        try {
            changes.unreadable(keys, position, timestamp, out);
        } catch (Unreadable | RuntimeException e) {
            // Without a key there is no row of which it could be said.
        }
    }

    /** What is around the images, if that can be read. */
    private @Nullable ItemLine around(byte[] raw) {
        try {
            return ItemLine.read(raw, 0, raw.length, parser, false);
        } catch (Unreadable | RuntimeException e) {
            return null;
        }
    }

    /** The item of a full export, if it can be read; its columns may not take it. */
    private @Nullable Item itemOf(byte[] raw) {
        try {
            return ItemLine.read(raw, 0, raw.length, parser, true).item;
        } catch (Unreadable | RuntimeException e) {
            return null;
        }
    }
}
