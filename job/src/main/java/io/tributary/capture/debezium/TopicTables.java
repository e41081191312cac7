package io.tributary.capture.debezium;

import io.tributary.capture.ColumnRules;
import io.tributary.capture.Unreadable;
import io.tributary.settings.NamedKey;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which tables are captured, and from which topics: each topic is a table, or tables are told by the events' source blocks.
 *
 * <p>Names are those in the pipeline.
 */
public final class TopicTables implements Serializable {

    private static final long serialVersionUID = 1L;

    /** The field that ByLogicalTableRouter adds to keys, so that rows of different tables have different ones. */
    static final String ROUTED_FROM = "__dbz__physicalTableIdentifier";

    private final TreeMap<String, String> topics;
    private final @Nullable TreeMap<String, String> bySource;
    private final HashMap<String, ArrayList<String>> keys;
    private final HashMap<String, TreeMap<String, String>> columns;
    private final TreeMap<String, String> shardColumns = new TreeMap<>();
    private final TreeMap<String, ColumnRules> rules = new TreeMap<>();

    /**
     * @param topics the name of each topic's table
     * @param bySource the names of tables as source blocks call them; null if topics tell tables
     * @param keys the keys that are declared, by the tables' names
     * @param columns the types of columns that are declared, by the tables' names
     */
    public TopicTables(
            Map<String, String> topics,
            @Nullable Map<String, String> bySource,
            Map<String, List<String>> keys,
            Map<String, Map<String, String>> columns) {
        this.topics = new TreeMap<>(topics);
        this.bySource = bySource == null ? null : new TreeMap<>(bySource);
        this.keys = new HashMap<>();
        keys.forEach((table, key) -> this.keys.put(table, new ArrayList<>(key)));
        this.columns = new HashMap<>();
        columns.forEach((table, types) -> this.columns.put(table, new TreeMap<>(types)));
    }

    /**
     * The same, with tables that one topic merges of several.
     *
     * @param shardColumnOf for each the field of the records' keys that tells apart the rows of the several; it becomes a column,
     *     and part of the key
     */
    public TopicTables merging(Map<String, String> shardColumnOf) {
        TopicTables merging = new TopicTables(topics, bySource, Map.of(), Map.of());
        merging.columns.putAll(columns);
        merging.shardColumns.putAll(shardColumnOf);
        merging.rules.putAll(rules);
        keys.forEach((table, key) -> {
            LinkedHashSet<String> whole = new LinkedHashSet<>(key);
            String shardColumn = shardColumnOf.get(table);
            if (shardColumn != null) {
                whole.add(shardColumn);
            }
            merging.keys.put(table, new ArrayList<>(whole));
        });
        return merging;
    }

    /** The same, with tables of which columns are left out or hashed. */
    public TopicTables treating(Map<String, ColumnRules> rulesOf) {
        TopicTables treating = new TopicTables(topics, bySource, keys(), Map.of());
        treating.columns.putAll(columns);
        treating.shardColumns.putAll(shardColumns);
        treating.rules.putAll(rulesOf);
        return treating;
    }

    private Map<String, List<String>> keys() {
        return new HashMap<>(keys);
    }

    public ColumnRules rules(String table) {
        return rules.getOrDefault(table, ColumnRules.NONE);
    }

    /**
     * Whether all of a record may be shown.
     *
     * @param table the one that it is of; null if that is not known
     */
    boolean mayBeShown(@Nullable String table, String topic) {
        String known = table == null && bySource == null ? topics.get(topic) : table;
        return known == null
                ? rules.values().stream().noneMatch(ColumnRules::isAny)
                : !rules(known).isAny();
    }

    public Set<String> names() {
        return new LinkedHashSet<>(bySource == null ? topics.values() : bySource.values());
    }

    /** The sentences that say what is wrong with the declared columns. */
    public List<String> problems(String setting) {
        List<String> problems = new ArrayList<>();
        columns.forEach((table, types) -> types.forEach((column, type) -> {
            try {
                DeclaredType.parse(type);
            } catch (Unreadable e) {
                problems.add(NamedKey.of(setting, table) + "." + column + ": " + e.getMessage());
            }
        }));
        return problems;
    }

    /** Whether each topic has one table. */
    boolean areTopics() {
        return bySource == null;
    }

    /** Null if the event's table is not captured. */
    @Nullable
    String name(String topic, SourceBlock source) {
        if (bySource == null) {
            return topics.get(topic);
        }
        String name = bySource.get(source.fullTable());
        return name != null ? name : bySource.get(source.qualifiedTable());
    }

    /** Null if the table is not merged of several. */
    @Nullable
    String shardColumn(String table) {
        return shardColumns.get(table);
    }

    /** The table of a topic that merges several; null if there is none. */
    @Nullable
    String merged(String topic) {
        String table = bySource == null ? topics.get(topic) : null;
        return table != null && shardColumns.containsKey(table) ? table : null;
    }

    /** Null if it is the one that the records have. */
    @Nullable
    List<String> key(String table) {
        return keys.get(table);
    }

    Map<String, ValueType> columns(String table) throws Unreadable {
        Map<String, ValueType> types = new TreeMap<>();
        for (Map.Entry<String, String> column :
                columns.getOrDefault(table, new TreeMap<>()).entrySet()) {
            types.put(column.getKey(), DeclaredType.parse(column.getValue()));
        }
        return types;
    }
}
