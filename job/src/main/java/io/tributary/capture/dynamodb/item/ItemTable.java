package io.tributary.capture.dynamodb.item;

import io.tributary.capture.ColumnRules;
import io.tributary.capture.Treatment;
import io.tributary.change.Column;
import io.tributary.change.InferredType;
import io.tributary.change.Schema;
import io.tributary.settings.NamedKey;
import java.io.Serializable;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A table as the settings give it, once its key is known: what it is called, and what is known of its columns before the first
 * item.
 */
public final class ItemTable implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String source;
    private final String name;
    private final Schema schema;
    private final Set<String> flattened;
    private final ColumnNames names;
    private final int maxColumns;
    private final ColumnRules rules;

    private ItemTable(
            String source,
            String name,
            Schema schema,
            Set<String> flattened,
            ColumnNames names,
            int maxColumns,
            ColumnRules rules) {
        this.source = source;
        this.name = name;
        this.schema = schema;
        this.flattened = flattened;
        this.names = names;
        this.maxColumns = maxColumns;
        this.rules = rules;
    }

    /**
     * @param source its name in DynamoDB
     * @param name its name in the pipeline
     * @param key the key's columns, in their order
     * @param declared other columns whose type was declared
     * @param flattened attributes whose maps become columns of their own, one an entry
     * @param lowerCase whether attributes go by their names in lower case
     * @param maxColumns the most columns there may be
     */
    public static ItemTable of(
            String source,
            String name,
            List<Column> key,
            Collection<Column> declared,
            Set<String> flattened,
            boolean lowerCase,
            int maxColumns) {
        ColumnNames names = new ColumnNames(Map.of(), lowerCase);
        return of(source, name, key, declared, flattened, names, maxColumns);
    }

    /** The same, with columns that do not go by their attributes' names. */
    public static ItemTable of(
            String source,
            String name,
            List<Column> key,
            Collection<Column> declared,
            Set<String> flattened,
            ColumnNames names,
            int maxColumns) {
        Map<String, Column> columns = new LinkedHashMap<>();
        key.forEach(
                column -> columns.put(column.name(), column.typed(column.type().copy(false))));
        Map<String, Column> others = new TreeMap<>();
        declared.forEach(
                column -> others.put(column.name(), column.typed(column.type().copy(true))));
        others.forEach(columns::putIfAbsent);
        Schema schema = Schema.of(
                name,
                List.copyOf(columns.values()),
                key.stream().map(Column::name).collect(Collectors.toList()));
        return new ItemTable(source, name, schema, new HashSet<>(flattened), names, maxColumns, ColumnRules.NONE);
    }

    /** The same, with columns that are left out or hashed. The key's may be hashed only. */
    public ItemTable treating(ColumnRules newRules) {
        Map<String, Column> columns = new LinkedHashMap<>();
        for (Column column : schema.columns()) {
            if (newRules.of(column.name()) == Treatment.KEPT) {
                columns.put(column.name(), column);
            } else if (newRules.of(column.name()) == Treatment.HASHED
                    || schema.keyNames().contains(column.name())) {
                columns.put(column.name(), column.hashed());
            }
        }
        newRules.hashed()
                .forEach(column -> columns.putIfAbsent(
                        column, Column.of(column, InferredType.TEXT).hashed()));
        Schema treated = Schema.of(name, List.copyOf(columns.values()), schema.keyNames());
        return new ItemTable(source, name, treated, flattened, names, maxColumns, newRules);
    }

    /** Which columns are left out or hashed. */
    public ColumnRules rules() {
        return rules;
    }

    /** In DynamoDB. */
    public String source() {
        return source;
    }

    /** In the pipeline. */
    public String name() {
        return name;
    }

    /** The key and the declared columns. */
    public Schema schema() {
        return schema;
    }

    boolean isFlattened(String attribute) {
        return !flattened.isEmpty() && flattened.contains(attribute);
    }

    /** The column that an attribute goes to. */
    String column(String attribute) {
        return names.of(attribute);
    }

    int maxColumns() {
        return maxColumns;
    }

    /** A setting of this table. */
    public String key(String setting) {
        return NamedKey.ofTable(name, "dynamodb." + setting);
    }
}
