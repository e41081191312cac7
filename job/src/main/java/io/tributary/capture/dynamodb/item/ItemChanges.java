package io.tributary.capture.dynamodb.item;

import io.tributary.capture.Unreadable;
import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Operation;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import java.util.function.Consumer;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.jspecify.annotations.Nullable;

/**
 * What happened to items of one table, as changes, in columns that widen with what the items hold.
 *
 * <p>Where something cannot be read, nothing was handed on. Not safe for use by several threads.
 */
public final class ItemChanges {

    private final ItemRows rows;

    ItemChanges(ItemRows rows) {
        this.rows = rows;
    }

    public ItemTable table() {
        return rows.table();
    }

    /** That of the changes from now on. */
    public Schema schema() {
        return rows.schema();
    }

    ItemRows rows() {
        return rows;
    }

    /**
     * An item that is there.
     *
     * @param operation READ, INSERT or UPDATE
     * @param keys its key, if it is given apart; it has to be that of the item
     * @param timestamp when it was written, in milliseconds since 1970
     */
    public void upsert(
            Operation operation,
            @Nullable Item keys,
            Item item,
            Position position,
            long timestamp,
            Consumer<? super Captured> out)
            throws Unreadable {
        BinaryRowData key = rows.key(item);
        if (keys != null && !rows.key(keys).equals(key)) {
            throw new Unreadable("The image has another key than Keys");
        }
        BinaryRowData row = rows.row(item);
        out.accept(Change.upsert(operation, rows.schema(), position, timestamp, key, row));
    }

    /** An item that is gone. */
    public void delete(Item keys, Position position, long timestamp, Consumer<? super Captured> out) throws Unreadable {
        out.accept(Change.delete(rows.schema(), position, timestamp, rows.key(keys)));
    }

    /** An item that DynamoDB deleted because its time to live was over. */
    public void expire(Item keys, Position position, long timestamp, Consumer<? super Captured> out) throws Unreadable {
        out.accept(Change.expiry(rows.schema(), position, timestamp, rows.key(keys)));
    }

    /** An item that is there and cannot be read: to be handed on beside its dead letter. */
    public void unreadable(Item keys, Position position, long timestamp, Consumer<? super Captured> out)
            throws Unreadable {
        out.accept(Change.unreadable(rows.schema(), position, timestamp, rows.key(keys), new int[0]));
    }
}
