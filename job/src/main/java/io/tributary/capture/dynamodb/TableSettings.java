package io.tributary.capture.dynamodb;

import io.tributary.capture.ColumnRules;
import io.tributary.capture.dynamodb.item.ColumnNames;
import io.tributary.capture.dynamodb.item.ItemTable;
import io.tributary.change.Column;
import io.tributary.change.InferredType;
import io.tributary.change.Schema;
import io.tributary.settings.Given;
import io.tributary.settings.NamedKey;
import io.tributary.settings.Problems;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.SmallIntType;
import org.jspecify.annotations.Nullable;

/** What the settings say of one table. */
public final class TableSettings {

    private static final Pattern DECIMAL =
            Pattern.compile("DECIMAL\\s*\\(\\s*(\\d{1,3})\\s*(?:,\\s*(\\d{1,3})\\s*)?\\)");

    private final String source;
    private final String name;
    private final List<String> key;
    private final Map<String, Column> columns;
    private final Set<String> flattened;
    private final ColumnNames names;
    private final int maxColumns;
    private final ColumnRules rules;

    private TableSettings(
            String source,
            String name,
            List<String> key,
            Map<String, Column> columns,
            Set<String> flattened,
            ColumnNames names,
            int maxColumns,
            ColumnRules rules) {
        this.source = source;
        this.name = name;
        this.key = key;
        this.columns = columns;
        this.flattened = flattened;
        this.names = names;
        this.maxColumns = maxColumns;
        this.rules = rules;
    }

    /**
     * @param given what is said of this table
     * @param rules which of its columns are left out or hashed
     */
    static TableSettings from(String source, String name, Given given, ColumnRules rules) {
        given.between(1, Schema.MOST_COLUMNS, DynamoDbSettings.MAX_COLUMNS);
        ColumnNames names =
                new ColumnNames(given.map(DynamoDbSettings.RENAME), given.get(DynamoDbSettings.LOWER_CASE_NAMES));
        List<String> key = new ArrayList<>();
        for (String attribute : list(DynamoDbSettings.KEY, given)) {
            key.add(names.of(attribute));
        }
        Map<String, Column> columns = columns(names, given);
        for (String attribute : key) {
            if (!columns.containsKey(attribute)) {
                given.problem(
                        DynamoDbSettings.COLUMNS,
                        "." + attribute + " is missing: set it to the type of the key attribute, such as STRING or"
                                + " BIGINT");
            }
        }
        Set<String> flattened = new LinkedHashSet<>(list(DynamoDbSettings.FLATTEN, given));
        return new TableSettings(
                source, name, key, columns, flattened, names, given.get(DynamoDbSettings.MAX_COLUMNS), rules);
    }

    private static Map<String, Column> columns(ColumnNames names, Given given) {
        Map<String, Column> columns = new TreeMap<>();
        given.map(DynamoDbSettings.COLUMNS).forEach((attribute, text) -> {
            String name = names.of(attribute);
            Column column = declared(name, text);
            if (column == null) {
                given.problem(
                        DynamoDbSettings.COLUMNS,
                        "." + attribute + ": '" + text
                                + "' is not a column type: write BOOLEAN, SMALLINT, INT, BIGINT, DECIMAL(precision, scale)"
                                + " of up to 38 digits, DOUBLE, STRING, BYTES or JSON");
            } else if (columns.put(name, column) != null) {
                given.problem(DynamoDbSettings.COLUMNS, " declares the column " + name + " twice");
            }
        });
        return columns;
    }

    private static @Nullable Column declared(String name, String text) {
        String type = text.strip().toUpperCase(Locale.ROOT);
        switch (type) {
            case "JSON":
                return Column.json(name);
            case "BOOLEAN":
                return Column.of(name, InferredType.BOOLEAN);
            case "SMALLINT":
                return Column.of(name, new SmallIntType());
            case "INT":
            case "INTEGER":
                return Column.of(name, new IntType());
            case "BIGINT":
                return Column.of(name, InferredType.BIGINT);
            case "DOUBLE":
                return Column.of(name, new DoubleType());
            case "STRING":
                return Column.of(name, InferredType.TEXT);
            case "BYTES":
                return Column.of(name, InferredType.BYTES);
            default:
                LogicalType decimal = decimal(type);
                return decimal == null ? null : Column.of(name, decimal);
        }
    }

    private static @Nullable LogicalType decimal(String type) {
        Matcher matcher = DECIMAL.matcher(type);
        if (!matcher.matches()) {
            return null;
        }
        int precision = Integer.parseInt(matcher.group(1));
        int scale = matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2));
        boolean isOne = precision >= 1 && precision <= DecimalType.MAX_PRECISION && scale <= precision;
        return isOne ? new DecimalType(precision, scale) : null;
    }

    private static List<String> list(ConfigOption<List<String>> option, Given given) {
        List<String> names = given.find(option);
        return names == null ? List.of() : names;
    }

    /** In DynamoDB. */
    String source() {
        return source;
    }

    /** In the pipeline. */
    String name() {
        return name;
    }

    /** Which of its columns are left out or hashed. */
    ColumnRules rules() {
        return rules;
    }

    /** False if DynamoDB is to be asked for the key. */
    public boolean hasKey() {
        return !key.isEmpty();
    }

    /** To be called if the key is declared. */
    public ItemTable captured(Problems problems) {
        return captured(key, Map.of(), problems);
    }

    /**
     * @param attributes the names of the key's attributes, as DynamoDB has them, in their order
     * @param types the types of those that are not declared
     */
    ItemTable captured(List<String> attributes, Map<String, LogicalType> types, Problems problems) {
        List<Column> keyColumns = new ArrayList<>();
        for (String attribute : attributes) {
            String column = names.of(attribute);
            Column declared = columns.get(column);
            if (declared != null && (declared.isJson() || declared.type() instanceof DoubleType)) {
                problems.add(NamedKey.of(DynamoDbSettings.COLUMNS.key(), name) + "." + column
                        + " is part of the key and cannot be JSON or DOUBLE: declare it STRING, BYTES, BIGINT or"
                        + " DECIMAL(38, 0)");
            }
            keyColumns.add(
                    declared != null ? declared : Column.of(column, types.getOrDefault(attribute, InferredType.TEXT)));
        }
        List<String> keyNames = keyColumns.stream().map(Column::name).collect(Collectors.toList());
        rules.problems(name, keyNames).forEach(problems::add);
        return ItemTable.of(source, name, keyColumns, columns.values(), flattened, names, maxColumns)
                .treating(rules);
    }
}
