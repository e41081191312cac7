package io.tributary.latest;

import static java.util.Objects.requireNonNull;

import io.tributary.change.Change;
import io.tributary.change.ReadableRow;
import io.tributary.change.Rejected;
import io.tributary.change.Schema;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.table.data.binary.BinaryRowData;

/** Makes dead letters of rows that cannot be taken, with what is known of the row as JSON. */
final class DeadLetters {

    private static final int MOST_OF_KEY = 1 << 16;

    private final RowShapes shapes;

    DeadLetters(RowShapes shapes) {
        this.shapes = shapes;
    }

    /** A change of a row that cannot be taken. */
    Rejected refused(String reason, Change change, long now) {
        Schema schema = change.schema();
        BinaryRowData row = change.row();
        BinaryRowData readable = row == null ? shapes.keyOnly(schema, change.key()) : row;
        byte[] raw = ReadableRow.json(schema, readable).getBytes(StandardCharsets.UTF_8);
        return Rejected.of("latest", schema.table(), now, reason, raw, change.position());
    }

    /** A row that has more bytes than may be kept: of it only the key. */
    Rejected tooLarge(Change change, MemorySize limit, long now) {
        Schema schema = change.schema();
        int size = requireNonNull(change.row()).getSizeInBytes();
        byte[] raw =
                ReadableRow.json(schema, shapes.keyOnly(schema, change.key())).getBytes(StandardCharsets.UTF_8);
        return Rejected.of(
                "latest",
                schema.table(),
                now,
                "The row has " + size + " bytes, and " + LatestSettings.MAX_ROW_SIZE.key() + " is " + limit
                        + ". It stays as it was until a change makes it smaller; or raise the setting, and the memory of"
                        + " the task managers with it, and take a snapshot of table " + schema.table() + " again",
                Arrays.copyOf(raw, Math.min(raw.length, MOST_OF_KEY)),
                change.position());
    }

    /** A row whose change left out values that no other change has. */
    Rejected incomplete(LatestRow waiting, BinaryRowData key, long now) {
        Schema schema = shapes.of(waiting).schema();
        String columns = Arrays.stream(waiting.older())
                .filter(value -> !value.isKnown())
                .map(value -> schema.columns().get(value.column()).name())
                .collect(Collectors.joining(", "));
        String reason = "The change leaves out the unchanged value of " + columns
                + ", and no change before it that could be taken has it. Take a snapshot of table " + schema.table()
                + " again, or set its REPLICA IDENTITY to FULL";
        byte[] raw =
                ReadableRow.json(schema, shapes.expanded(waiting, key, schema)).getBytes(StandardCharsets.UTF_8);
        return Rejected.of("latest", schema.table(), now, reason, raw, waiting.position());
    }
}
