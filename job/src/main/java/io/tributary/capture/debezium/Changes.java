package io.tributary.capture.debezium;

import io.tributary.capture.Unreadable;
import io.tributary.change.Change;
import io.tributary.change.Operation;
import io.tributary.change.Position;
import io.tributary.change.RawRecord;
import io.tributary.change.Schema;
import io.tributary.settings.NamedKey;
import java.io.IOException;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.jspecify.annotations.Nullable;

/** Makes the changes of an event. One that cannot be read says nothing of the progress of its partition. */
final class Changes {

    private final TopicTables tables;
    private final Bindings bindings;
    private final RowLayouts layouts;
    private final Event event;
    private final Outcome outcome;

    /** @param event the one in hand, which the layouts share */
    Changes(TopicTables tables, RowLayouts layouts, Event event, Outcome outcome) {
        this.tables = tables;
        this.bindings = new Bindings(tables);
        this.layouts = layouts;
        this.event = event;
        this.outcome = outcome;
    }

    /**
     * @param value of the record
     * @return whether it is passed over, as one that Debezium writes beside the changes
     */
    boolean make(Topic topic, RawRecord record, byte[] value) throws IOException, Unreadable {
        topic.values().open(value);
        RowLayout guess = topic.guess();
        Operation operation;
        try {
            operation = operation(topic, record, guess);
        } catch (Unreadable e) {
            OtherRecord other = OtherRecord.of(topic.values());
            if (other.isBesideChanges()) {
                return true;
            }
            String reason = other.reason();
            throw reason == null ? e : new Unreadable(reason);
        }
        if (operation != null) {
            make(operation, topic, record, guess);
        }
        return false;
    }

    /** Null if the record says nothing of a row or a table. */
    private @Nullable Operation operation(Topic topic, RawRecord record, @Nullable RowLayout guess)
            throws IOException, Unreadable {
        String merged = tables.merged(topic.name());
        String shardColumn = merged == null ? null : tables.shardColumn(merged);
        event.ofShard(shardColumn == null ? null : topic.keys().text(shardColumn, record));
        event.read(topic.values(), guess, null);
        if (event.isEmpty()) {
            return null;
        }
        return event.operation();
    }

    private void make(Operation operation, Topic topic, RawRecord record, @Nullable RowLayout guess)
            throws IOException, Unreadable {
        Sender sender = topic.sender(event.source(), tables);
        String table = sender.name();
        if (table == null) {
            return;
        }
        outcome.ofTable(table);
        if (event.source().connector().equals("mongodb")) {
            // Its deletes look like those of rows.
            throw new Unreadable(OtherRecord.MONGODB);
        }
        if (!sender.isBound()) {
            bindings.check(topic.name(), sender, table);
        }
        PartitionProgress progress = topic.progress(record.partition());
        boolean isChange = false;
        try {
            make(operation, topic, sender, table, progress, record, guess);
            isChange = true;
        } finally {
            if (!isChange) {
                progress.undo();
            }
        }
        bindings.bind(topic, sender, table);
    }

    private void make(
            Operation operation,
            Topic topic,
            Sender sender,
            String table,
            PartitionProgress progress,
            RawRecord record,
            @Nullable RowLayout guess)
            throws IOException, Unreadable {
        Position position = progress.position(event.source(), record.offset(), operation == Operation.READ);
        outcome.atPosition(position);
        long timestamp = event.timestamp() == SourceBlock.ABSENT ? record.timestamp() : event.timestamp();
        if (operation == Operation.TRUNCATE) {
            truncate(table, progress, position, timestamp);
            return;
        }
        String shardColumn = tables.shardColumn(table);
        if (shardColumn != null && event.shard() == null) {
            throw new Unreadable(
                    "Its key has no field " + shardColumn + ", which " + NamedKey.ofTable(table, "kafka.shard-column")
                            + " names: set that to the key.field.name of the connector's ByLogicalTableRouter, whose"
                            + " key.enforce.uniqueness has to be true");
        }
        if (record.partition() > 0 && !progress.hasPlaceInLog()) {
            topic.keys().checkOrder(table, tables.key(table), record);
        }
        RowLayout layout = layouts.read(topic, sender, table, record, guess);
        topic.keepGuess(layout);
        if (operation == Operation.DELETE) {
            outcome.add(Change.delete(layout.schema(), position, timestamp, deletedKey(topic, layout, record)));
            return;
        }
        upsert(operation, layout, position, timestamp);
    }

    private void truncate(String table, PartitionProgress progress, Position position, long timestamp)
            throws Unreadable {
        if (tables.shardColumn(table) != null) {
            throw new Unreadable("It truncates one of the tables that " + table
                    + " is merged of, and does not say which rows" + " these are: take a snapshot again");
        }
        Schema schema = layouts.schema(table);
        if (schema == null) {
            throw new Unreadable("It truncates a table of which no row has come yet");
        }
        if (!progress.hasPlaceInLog()) {
            throw new Unreadable(
                    "It truncates a table whose changes are ordered by their offsets, and these of different"
                            + " partitions cannot be compared");
        }
        if (progress.era() > 0) {
            throw new Unreadable("It truncates a table whose log started again on another server, which partitions"
                    + " notice one by one: its position and those of other partitions cannot be compared");
        }
        outcome.add(Change.truncate(schema, position, timestamp));
    }

    private void upsert(Operation operation, RowLayout layout, Position position, long timestamp) throws Unreadable {
        BinaryRowData row = layout.row();
        if (!event.hasAfter() || row == null) {
            throw new Unreadable("It has no row in after");
        }
        String problem = layout.problem();
        BinaryRowData key = layout.key();
        Schema schema = layout.schema();
        if (key == null) {
            throw new Unreadable(problem == null ? "Its key " + schema.keyNames() + " is not in its row" : problem);
        }
        BinaryRowData keyBefore = event.keyBefore();
        boolean isDeclared = tables.key(schema.table()) != null;
        if (isDeclared && operation == Operation.UPDATE && keyBefore != null && !keyBefore.equals(key)) {
            // Where the key is the source's own, Debezium makes two events of it.
            outcome.add(Change.delete(schema, position, timestamp, keyBefore));
        }
        if (problem != null) {
            outcome.reject(problem);
            outcome.add(Change.unreadable(schema, position, timestamp, key, layout.missing()));
            return;
        }
        outcome.add(Change.partial(operation, schema, position, timestamp, key, row, layout.missing()));
    }

    /** The row before has a key that was declared; else the record's key is the source's, which may hold it too. */
    private BinaryRowData deletedKey(Topic topic, RowLayout layout, RawRecord record) throws IOException, Unreadable {
        byte[] bytes = record.key();
        boolean isDeclared = tables.key(layout.schema().table()) != null;
        BinaryRowData key = isDeclared || bytes == null ? event.keyBefore() : null;
        if (key == null && bytes != null) {
            key = topic.keys().row(bytes, layout);
        }
        if (key == null) {
            throw new Unreadable("It deletes a row and does not have its key "
                    + layout.schema().keyNames() + ": let before hold it (REPLICA IDENTITY FULL), or the record's key");
        }
        return key;
    }
}
