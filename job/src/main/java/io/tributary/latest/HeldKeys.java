package io.tributary.latest;

import io.tributary.change.Change;
import io.tributary.change.ChangelogRow;
import io.tributary.change.FilledTables;
import io.tributary.change.Position;
import io.tributary.change.TableKey;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ReadOnlyBroadcastState;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Keys that the targets had before the job began ({@link io.tributary.change.Operation#HELD}): of which no source tells anything until
 * the table has been read, those are deleted.
 *
 * <p>They come beside the reading of the table, before its end or after it. One that comes before is remembered until the table was
 * read. One that comes after, and is not in the state, was gone by then. So no order is needed between the two, and a key may come
 * again.
 *
 * <p>The delete of such a key stands behind the version that the targets have, if they tell it: a table of which no position says what
 * is older is read at {@link Position#START}.
 */
final class HeldKeys {

    /** By {@link io.tributary.change.Schema#tableId()}, the position of the newest end of a reading, in hexadecimal digits. */
    static final MapStateDescriptor<Long, String> SWEPT = new MapStateDescriptor<>("swept", Types.LONG, Types.STRING);

    private final FilledTables filledTables;
    private final Changelog changelog;

    HeldKeys(FilledTables filledTables, Changelog changelog) {
        this.filledTables = filledTables;
        this.changelog = changelog;
    }

    /**
     * What is to be kept of the key from now on; null if that does not change.
     *
     * @param stored what was known of the key
     */
    @Nullable
    LatestRow held(
            @Nullable LatestRow stored,
            Change held,
            KeyedBroadcastProcessFunction<TableKey, Change, Change, ChangelogRow>.ReadOnlyContext context,
            Collector<ChangelogRow> out)
            throws Exception {
        if (stored != null || !filledTables.isCompared(held.schema())) {
            return null;
        }
        long table = held.schema().tableId();
        Position swept = position(context.getBroadcastState(SWEPT), table);
        Position truncated = position(context.getBroadcastState(Latest.TRUNCATIONS), table);
        Position gone =
                swept == null || truncated == null ? (swept == null ? truncated : swept) : newest(swept, truncated);
        if (gone == null) {
            return LatestRow.held(held.schema().fingerprint(), held.position());
        }
        Position behind = newest(gone, held.position().next());
        Change delete = Change.delete(held.schema(), behind, held.timestamp(), held.key());
        changelog.emit(null, LatestRow.tombstone(behind), delete, true, out);
        return null;
    }

    /** As if the targets had the key, which they may: for a key of which something came that could not be taken. */
    @Nullable
    LatestRow assumed(@Nullable LatestRow known, Change change) {
        return known == null && filledTables.isCompared(change.schema())
                ? LatestRow.held(change.schema().fingerprint(), Position.START)
                : known;
    }

    /** All of a table was read. */
    void swept(Change end, KeyedBroadcastProcessFunction<TableKey, Change, Change, ChangelogRow>.Context context)
            throws Exception {
        if (!filledTables.isCompared(end.schema())) {
            return;
        }
        BroadcastState<Long, String> swept = context.getBroadcastState(SWEPT);
        long table = end.schema().tableId();
        Position known = position(swept, table);
        swept.put(table, (known == null ? end.position() : newest(known, end.position())).toHex());
    }

    private static @Nullable Position position(ReadOnlyBroadcastState<Long, String> state, long table)
            throws Exception {
        String position = state.get(table);
        return position == null ? null : Position.ofHex(position);
    }

    static Position newest(Position one, Position other) {
        return one.isAfter(other) ? one : other;
    }
}
