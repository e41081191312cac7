package io.tributary.command.verify;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeSet;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A table as DynamoDB has it, by a scan: what each attribute ought to be in the column of its name.
 *
 * <p>A column of numbers keeps every digit; what differs by rounding is shown as a difference. Scans are of no one moment.
 */
final class ItemTable {

    private static final int PORTION = 1_000;

    private final DynamoDbClient dynamo;
    private final String name;
    private final String source;

    /** {@code name} is the table's in the pipeline, {@code source} in DynamoDB. */
    ItemTable(DynamoDbClient dynamo, String name, String source) {
        this.dynamo = dynamo;
        this.name = name;
        this.source = source;
    }

    private Iterable<Map<String, AttributeValue>> items() {
        return dynamo.scanPaginator(scan -> scan.tableName(source).consistentRead(true))
                .items();
    }

    /** All of Iceberg's, so that a value too many is found, and all attributes, so that a lost one is. */
    List<String> columns(Schema found) {
        TreeSet<String> names = new TreeSet<>();
        items().forEach(item -> names.addAll(item.keySet()));
        found.columns().stream()
                .map(Types.NestedField::name)
                .filter(column -> !isReplaced(column, found))
                .forEach(names::add);
        return List.copyOf(names);
    }

    /** What a column was before its type did not hold a value any more; only Iceberg keeps it. */
    private static boolean isReplaced(String column, Schema found) {
        int type = column.indexOf("__");
        return type > 0 && found.findField(column.substring(0, type)) != null;
    }

    void read(List<ColumnForm> columns, Rows rows) throws Exception {
        for (Map<String, AttributeValue> item : items()) {
            @Nullable String[] values = new String[columns.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = text(columns.get(i), item.get(columns.get(i).name()));
            }
            rows.next(values);
        }
    }

    private static @Nullable String text(ColumnForm column, @Nullable AttributeValue value) {
        if (value == null || Boolean.TRUE.equals(value.nul())) {
            return null;
        }
        Type type = column.type();
        return switch (type.typeId()) {
            case INTEGER, LONG -> value.n() == null ? other(value) : number(value.n(), 0);
            case DECIMAL -> value.n() == null ? other(value) : number(value.n(), ((Types.DecimalType) type).scale());
            case BOOLEAN -> value.bool() == null ? other(value) : value.bool().toString();
            case BINARY ->
                value.b() == null
                        ? other(value)
                        : HexFormat.of().formatHex(value.b().asByteArray());
            case STRING -> ItemText.of(value);
            default -> column.ofText(ItemText.of(value));
        };
    }

    /** In as many digits as the column has, or in all of its own if those are too few. */
    private static String number(String text, int scale) {
        BigDecimal number = new BigDecimal(text);
        return number.stripTrailingZeros().scale() > scale
                ? number.toPlainString()
                : number.setScale(scale).toPlainString();
    }

    /** Which no value of the column is like. */
    private static String other(AttributeValue value) {
        return value.type() + " " + ItemText.of(value);
    }

    /** A temporary table of the same name and rows, for SQL that is run in PostgreSQL; columns as Iceberg has them. */
    void copyTo(Connection postgres, Schema schema) throws Exception {
        StringJoiner definition = new StringJoiner(", ", "CREATE TEMPORARY TABLE \"" + name + "\" (", ")");
        StringJoiner parameters = new StringJoiner(", ", "INSERT INTO pg_temp.\"" + name + "\" VALUES (", ")");
        List<ColumnForm> columns = new ArrayList<>();
        for (Types.NestedField field : schema.columns()) {
            String type = type(field.type());
            definition.add('"' + field.name() + "\" " + type);
            parameters.add(type.equals("bytea") ? "decode(?, 'hex')" : "CAST(? AS " + type + ")");
            columns.add(new ColumnForm(field.name(), field.type()));
        }
        try (Statement statement = postgres.createStatement()) {
            statement.execute(definition.toString());
        }
        try (PreparedStatement insert = postgres.prepareStatement(parameters.toString())) {
            int[] waiting = {0};
            read(columns, values -> {
                for (int i = 0; i < values.length; i++) {
                    insert.setString(i + 1, values[i]);
                }
                insert.addBatch();
                if (++waiting[0] % PORTION == 0) {
                    insert.executeBatch();
                }
            });
            insert.executeBatch();
        }
    }

    private static String type(Type type) throws SQLException {
        return switch (type.typeId()) {
            case BOOLEAN -> "boolean";
            case INTEGER -> "integer";
            case LONG -> "bigint";
            case DOUBLE -> "double precision";
            case DECIMAL -> "numeric";
            case BINARY -> "bytea";
            case STRING -> "text";
            default -> throw new SQLException("No attribute of DynamoDB becomes " + type);
        };
    }
}
