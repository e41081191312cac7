package io.tributary.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.change.ReadableRow;
import io.tributary.change.Rejected;
import io.tributary.change.Schema;
import io.tributary.change.TableKey;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.apache.flink.table.data.binary.BinaryRowData;

/**
 * Keys of an output that have several rows, until it is sure that they share the key.
 *
 * <p>At a barrier all that follows from some changes of the sources has come, so no row is there beside one that it replaced; but
 * the changes may be the half of a transaction. Hence it is sure where a key has several rows at some barriers in a row.
 */
final class SharedKeys {

    /** At how many barriers in a row a key has several rows when they are said to share it. */
    static final int BARRIERS = 3;

    /** Of the keys that are found at one barrier, so many have a dead letter each. */
    static final int MOST_LETTERS = 100;

    /** So many keys are remembered at a time; the others are sought again later. */
    private static final int MOST = 100_000;

    private static final int MOST_ROWS = 10;

    private final Schema schema;
    private final Map<TableKey, Integer> barriers = new LinkedHashMap<>();
    private boolean isToBeSought;

    /** @param isToBeSought whether there may be such keys that are not remembered, in the state that the job goes on from */
    SharedKeys(Schema schema, boolean isToBeSought) {
        this.schema = schema;
        this.isToBeSought = isToBeSought;
    }

    /** To be called with the rows of a key whenever they have changed. */
    void look(TableKey key, KeyRows rows) {
        if (!rows.isInDoubt()) {
            barriers.remove(key);
        } else if (barriers.size() < MOST || barriers.containsKey(key)) {
            barriers.putIfAbsent(key, 0);
        } else {
            isToBeSought = true;
        }
    }

    /** Whether keys have to be looked at that {@link #look} was not called for. */
    boolean isToBeSought() {
        return isToBeSought && barriers.size() < MOST / 2;
    }

    /** All keys are going to be looked at. */
    void seeking() {
        isToBeSought = false;
    }

    boolean isAny() {
        return isToBeSought || !barriers.isEmpty();
    }

    /** To be called at each barrier: the keys that are shared for sure by now. */
    List<TableKey> atBarrier() {
        List<TableKey> shared = new ArrayList<>();
        for (Iterator<Map.Entry<TableKey, Integer>> entries =
                        barriers.entrySet().iterator();
                entries.hasNext(); ) {
            Map.Entry<TableKey, Integer> entry = entries.next();
            entry.setValue(entry.getValue() + 1);
            if (entry.getValue() == BARRIERS) {
                shared.add(entry.getKey());
                entries.remove();
            }
        }
        return shared;
    }

    Rejected letter(KeyRows rows, long now) {
        StringJoiner json = new StringJoiner(",", "[", "]");
        List<BinaryRowData> some =
                rows.rows().subList(0, Math.min(MOST_ROWS, rows.rows().size()));
        some.forEach(row -> json.add(ReadableRow.json(schema, row)));
        return letter(
                rows.count() + " rows that " + file() + " makes share their key ("
                        + String.join(", ", schema.keyNames())
                        + "), so the table has none of them until one is left. Name columns behind '-- key:' that tell"
                        + " them apart, or make one row of them with GROUP BY",
                json.toString(),
                now);
    }

    /** Of so many keys more. */
    Rejected letterOfOthers(int count, long now) {
        return letter(
                "Of " + count + " more keys (" + String.join(", ", schema.keyNames()) + ") " + file()
                        + " makes several rows each, and the table has none of them",
                "",
                now);
    }

    private Rejected letter(String reason, String raw, long now) {
        return Rejected.of("sql", schema.table(), now, reason, raw.getBytes(UTF_8), null);
    }

    private String file() {
        return schema.table() + ".sql";
    }
}
