package io.tributary.sample;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.change.BinaryRows;
import io.tributary.change.ChangelogRow;
import io.tributary.change.Rejected;
import io.tributary.change.Schema;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.types.RowKind;
import org.jspecify.annotations.Nullable;

/** Something that came out: an entry of the output's changelog, or a dead letter; and behind which barrier it did. */
final class SampleOutput implements Serializable {

    private static final long serialVersionUID = 1L;

    private final long barrier;
    private final @Nullable RowKind kind;
    private final byte[] bytes;

    private SampleOutput(long barrier, @Nullable RowKind kind, byte[] bytes) {
        this.barrier = barrier;
        this.kind = kind;
        this.bytes = bytes;
    }

    static SampleOutput of(ChangelogRow row) {
        return new SampleOutput(0, row.kind(), BinaryRows.bytes(row.row()));
    }

    static SampleOutput of(Rejected letter) {
        return new SampleOutput(0, null, letter.reason().getBytes(UTF_8));
    }

    SampleOutput behind(long newBarrier) {
        return new SampleOutput(newBarrier, kind, bytes);
    }

    /** What came out before a barrier: the table's rows by key, and the reasons of dead letters. */
    static final class Reached {
        private final Map<BinaryRowData, BinaryRowData> rows = new LinkedHashMap<>();
        private final List<String> letters = new ArrayList<>();

        List<BinaryRowData> rows() {
            return List.copyOf(rows.values());
        }

        List<String> letters() {
            return letters;
        }
    }

    static Reached before(long barrier, List<SampleOutput> outputs, Schema schema) throws IOException {
        Reached reached = new Reached();
        SampleKey key = new SampleKey(schema);
        for (SampleOutput output : outputs) {
            if (output.barrier >= barrier) {
                continue;
            }
            if (output.kind == null) {
                reached.letters.add(new String(output.bytes, UTF_8));
                continue;
            }
            BinaryRowData row = BinaryRows.of(schema.arity(), output.bytes);
            if (output.kind == RowKind.INSERT || output.kind == RowKind.UPDATE_AFTER) {
                reached.rows.put(key.of(row), row);
            } else {
                reached.rows.remove(key.of(row));
            }
        }
        return reached;
    }
}
