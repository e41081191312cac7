package io.tributary.latest;

import io.tributary.change.Change;
import io.tributary.change.ReadableRow;
import io.tributary.change.Rejected;
import io.tributary.change.Schema;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.flink.table.data.binary.BinaryRowData;

/** Makes dead letters of rows that cannot be taken, with what is known of the row as JSON. */
final class DeadLetters {

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
