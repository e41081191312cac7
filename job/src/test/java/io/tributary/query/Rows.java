package io.tributary.query;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;
import org.apache.flink.types.RowKind;
import org.jspecify.annotations.Nullable;

/** Rows written and read as plain text, for the tests of this folder. */
final class Rows {

    private Rows() {}

    /** Columns as {@code id BIGINT NOT NULL}. */
    static Schema table(String name, String key, String... columns) {
        List<Column> all = new ArrayList<>();
        for (String column : columns) {
            String[] parts = column.split(" ", 2);
            all.add(Column.of(parts[0], LogicalTypeParser.parse(parts[1], Rows.class.getClassLoader())));
        }
        return Schema.of(name, all, List.of(key.split(", ")));
    }

    /** A value a column, parted by {@code |}; {@code -} is NULL, and columns left out at the end are too. */
    static BinaryRowData row(Schema schema, String values) {
        String[] texts = values.split("\\|", -1);
        GenericRowData row = new GenericRowData(schema.arity());
        for (int i = 0; i < texts.length; i++) {
            row.setField(i, value(texts[i].strip(), schema.columns().get(i).type()));
        }
        return new RowDataSerializer(schema.rowType()).toBinaryRow(row).copy();
    }

    static ChangelogRow insert(Schema schema, String values) {
        return entry(RowKind.INSERT, schema, values);
    }

    static ChangelogRow delete(Schema schema, String values) {
        return entry(RowKind.DELETE, schema, values);
    }

    static ChangelogRow before(Schema schema, String values) {
        return entry(RowKind.UPDATE_BEFORE, schema, values);
    }

    static ChangelogRow after(Schema schema, String values) {
        return entry(RowKind.UPDATE_AFTER, schema, values);
    }

    static ChangelogRow entry(RowKind kind, Schema schema, String values) {
        return ChangelogRow.of(kind, schema, Position.of(1, 1), 0, row(schema, values));
    }

    /** The kind and the row: {@code +I 1|Ann}. */
    static String text(ChangelogRow entry) {
        return entry.kind().shortString() + " " + text(entry.schema(), entry.row());
    }

    static String text(Schema schema, RowData row) {
        StringJoiner text = new StringJoiner("|");
        for (int i = 0; i < schema.arity(); i++) {
            LogicalType type = schema.columns().get(i).type();
            Object value = RowData.createFieldGetter(type.copy(true), i).getFieldOrNull(row);
            text.add(value == null ? "-" : text(value, type));
        }
        return text.toString();
    }

    private static String text(Object value, LogicalType type) {
        return switch (type.getTypeRoot()) {
            case DATE -> LocalDate.ofEpochDay((int) value).toString();
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
                ((TimestampData) value).toInstant().toString();
            default -> value.toString();
        };
    }

    private static @Nullable Object value(String text, LogicalType type) {
        if (text.equals("-")) {
            return null;
        }
        return switch (type.getTypeRoot()) {
            case BOOLEAN -> Boolean.valueOf(text);
            case SMALLINT -> Short.valueOf(text);
            case INTEGER -> Integer.valueOf(text);
            case BIGINT -> Long.valueOf(text);
            case DOUBLE -> Double.valueOf(text);
            case DECIMAL ->
                DecimalData.fromBigDecimal(
                        new BigDecimal(text), ((DecimalType) type).getPrecision(), ((DecimalType) type).getScale());
            case DATE -> (int) LocalDate.parse(text).toEpochDay();
            case TIMESTAMP_WITHOUT_TIME_ZONE -> TimestampData.fromLocalDateTime(LocalDateTime.parse(text));
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> TimestampData.fromInstant(Instant.parse(text));
            case VARCHAR -> StringData.fromString(text);
            default -> throw new IllegalArgumentException("No text form for " + type);
        };
    }
}
