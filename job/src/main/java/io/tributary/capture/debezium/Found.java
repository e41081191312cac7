package io.tributary.capture.debezium;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tributary.capture.Unreadable;
import io.tributary.change.CanonicalText;
import io.tributary.change.Column;
import io.tributary.change.InferredType;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.writer.BinaryWriter;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DecimalType;
import org.jspecify.annotations.Nullable;

/** Columns whose types are found from the values, in events without a schema: see {@link InferredType}. */
final class Found {

    /** Any value, in its one form as text. */
    static final ValueType TEXT = ValueType.string(Found::readText);

    private Found() {}

    /** The narrowest column for the value; null if the value is null and says nothing. */
    static @Nullable Column column(String name, JsonParser value) throws IOException, Unreadable {
        switch (value.currentToken()) {
            case VALUE_NULL:
                return null;
            case VALUE_TRUE:
            case VALUE_FALSE:
                return Column.inferred(name, InferredType.BOOLEAN);
            case VALUE_NUMBER_INT:
                return Column.inferred(
                        name, isLong(value) ? InferredType.BIGINT : InferredType.ofNumber(Tokens.decimal(value)));
            case VALUE_NUMBER_FLOAT:
                return Column.inferred(
                        name, value.isNaN() ? InferredType.TEXT : InferredType.ofNumber(Tokens.decimal(value)));
            case START_OBJECT:
            case START_ARRAY:
                return Column.inferredJson(name);
            default:
                return Column.inferred(name, InferredType.TEXT);
        }
    }

    /** Those of a row, at whose start the parser stands. */
    static List<Column> columns(JsonParser row, List<String> key) throws IOException, Unreadable {
        List<Column> columns = new ArrayList<>();
        for (String name = row.nextFieldName(); name != null; name = row.nextFieldName()) {
            row.nextToken();
            Column column = key.contains(name) ? keyColumn(name, row) : column(name, row);
            row.skipChildren();
            if (column != null) {
                columns.add(column);
            }
        }
        return columns;
    }

    /** A column of the key, whose type does not change any more. */
    static Column keyColumn(String name, JsonParser value) throws IOException, Unreadable {
        switch (value.currentToken()) {
            case VALUE_STRING:
                return Column.of(name, InferredType.TEXT.copy(false));
            case VALUE_NUMBER_INT:
                return Column.of(name, new BigIntType(false));
            case VALUE_TRUE:
            case VALUE_FALSE:
                return Column.of(name, InferredType.BOOLEAN.copy(false));
            default:
                throw new Unreadable("The type of the key's column " + name + " cannot be told from " + value.getText()
                        + ": declare it");
        }
    }

    /** Whether the column, which is inferred, has room for the value, which is not null. */
    static boolean fits(Column column, JsonParser value) throws IOException, Unreadable {
        if (column.isJson()) {
            return value.currentToken().isStructStart();
        }
        switch (column.type().getTypeRoot()) {
            case VARCHAR:
                return true;
            case BOOLEAN:
                return value.currentToken().isBoolean();
            case BIGINT:
                return value.hasToken(JsonToken.VALUE_NUMBER_INT) && isLong(value);
            case DECIMAL:
                if (!value.currentToken().isNumeric() || value.isNaN()) {
                    return false;
                }
                DecimalType type = (DecimalType) column.type();
                BigDecimal number = Tokens.decimal(value).stripTrailingZeros();
                return Math.max(number.scale(), 0) <= type.getScale()
                        && number.precision() - number.scale() <= type.getPrecision() - type.getScale();
            default:
                return false;
        }
    }

    static ValueType type(Column column) {
        if (column.isJson()) {
            return ValueTypes.JSON_TEXT;
        }
        switch (column.type().getTypeRoot()) {
            case BOOLEAN:
                return ValueTypes.BOOLEAN;
            case BIGINT:
                return ValueTypes.BIGINT;
            case DECIMAL:
                DecimalType type = (DecimalType) column.type();
                return DecimalValues.plain(type.getPrecision(), type.getScale());
            default:
                return TEXT;
        }
    }

    /** Any value, in its one form as text. */
    static void readText(JsonParser value, BinaryWriter out, int column) throws IOException, Unreadable {
        out.writeString(column, StringData.fromString(text(value)));
    }

    private static String text(JsonParser value) throws IOException, Unreadable {
        if (value.currentToken().isStructStart()) {
            return JsonValues.text(value);
        }
        boolean isNumber = value.currentToken().isNumeric() && !value.isNaN();
        return isNumber ? CanonicalText.of(Tokens.decimal(value)) : value.getText();
    }

    private static boolean isLong(JsonParser value) throws IOException {
        return value.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
    }
}
