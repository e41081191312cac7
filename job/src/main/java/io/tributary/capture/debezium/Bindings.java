package io.tributary.capture.debezium;

import io.tributary.capture.Unreadable;
import io.tributary.settings.NamedKey;
import java.util.HashMap;
import java.util.Map;

/**
 * Which topic and which source each table's changes come from.
 *
 * <p>Positions of different tables, or of different servers, cannot be compared: so a table is bound to the first that it had a
 * change of.
 */
final class Bindings {

    private final TopicTables tables;
    private final Map<String, String> topicOf = new HashMap<>();
    /** What the first source block of each table named. */
    private final Map<String, String> sourceOf = new HashMap<>();

    Bindings(TopicTables tables) {
        this.tables = tables;
    }

    /** Fails if the table is bound to another topic, or another source. */
    void check(String topic, Sender sender, String table) throws Unreadable {
        String otherTopic = topicOf.get(table);
        if (otherTopic != null && !otherTopic.equals(topic)) {
            throw new Unreadable("Table " + table + " comes from the topics " + otherTopic + " and " + topic
                    + ", whose changes have no common order: give one of them another name");
        }
        String source = source(sender, table);
        String other = sourceOf.getOrDefault(table, source);
        if (other.equals(source)) {
            return;
        }
        if (tables.shardColumn(table) != null) {
            throw new Unreadable("Table " + table + " is merged of tables of the connectors " + other + " and " + source
                    + ", whose changes have no common order: give each connector topics of its own");
        }
        if (tables.areTopics()) {
            throw new Unreadable("The topic has changes of " + other + " and of " + source
                    + ": name the tables that it carries in kafka.tables, or set "
                    + NamedKey.ofTable(table, "kafka.shard-column")
                    + " if their rows make up one table; and give each connector topics of its own");
        }
        throw new Unreadable("Table " + table + " has changes of " + other + " and of " + source
                + ", which have no common order: name tables of several databases as database.schema.table in"
                + " kafka.tables, and give each connector topics of its own");
    }

    /** What all events of the table have in common: tables of one server may be merged. */
    private String source(Sender sender, String table) {
        return tables.shardColumn(table) == null ? sender.title() : sender.server();
    }

    /** By an event that became a change: what only looks like one says nothing of the topic. */
    void bind(Topic topic, Sender sender, String table) {
        if (!sender.isBound()) {
            sourceOf.put(table, source(sender, table));
            topicOf.put(table, topic.name());
            topic.bind(sender);
        }
    }
}
