package io.tributary.sink.iceberg;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Place;
import io.tributary.change.Receipt;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.types.RowKind;
import org.jspecify.annotations.Nullable;

/** Keeps where each key's row is, as the stage before the writers does in its keyed state. */
final class KnownPlaces {

    private static final Map<Object, KnownPlaces> SNAPSHOTS = new IdentityHashMap<>();

    private final RowKeys keys = new RowKeys();
    private final Map<List<Object>, Place> places;
    private @Nullable List<Object> key;
    private @Nullable Receipt receipt;

    private KnownPlaces(Map<List<Object>, Place> places) {
        this.places = new HashMap<>(places);
    }

    /** As they were in a snapshot; of none, and of one of builds that kept no places, there are none. */
    static KnownPlaces of(@Nullable Object snapshot) {
        KnownPlaces kept = snapshot == null ? null : SNAPSHOTS.get(snapshot);
        return new KnownPlaces(kept == null ? Map.of() : kept.places);
    }

    void snapshot(Object snapshot) {
        SNAPSHOTS.put(snapshot, new KnownPlaces(places));
    }

    void forget() {
        places.clear();
    }

    ChangelogRow sent(ChangelogRow row) {
        receipt = null;
        if (row.isReplacement() || row.isSetAside() || row.isHeld()) {
            return row;
        }
        key = List.of(
                row.schema().tableId(), row.schema().keyNames(), keys.of(row).copy());
        if (row.kind() == RowKind.UPDATE_BEFORE || row.kind() == RowKind.DELETE) {
            Place place = row.kind() == RowKind.DELETE ? places.remove(key) : places.get(key);
            return row.at(place);
        }
        receipt = new Receipt();
        return row.with(receipt);
    }

    /** The call with what was sent has returned. */
    void returned() {
        if (receipt == null || receipt.isRefused()) {
            return;
        }
        if (receipt.place() == null) {
            places.remove(key);
        } else {
            places.put(key, receipt.place());
        }
    }
}
