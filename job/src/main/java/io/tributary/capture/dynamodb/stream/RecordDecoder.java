package io.tributary.capture.dynamodb.stream;

import io.tributary.capture.Unreadable;
import io.tributary.capture.dynamodb.DynamoDbSettings;
import io.tributary.capture.dynamodb.Unwanted;
import io.tributary.capture.dynamodb.item.Item;
import io.tributary.capture.dynamodb.item.ItemChanges;
import io.tributary.capture.dynamodb.item.ItemParser;
import io.tributary.capture.dynamodb.item.ItemTables;
import io.tributary.change.Captured;
import io.tributary.change.Operation;
import io.tributary.change.Position;
import io.tributary.change.Rejected;
import java.util.function.Consumer;
import org.apache.flink.metrics.Counter;
import org.jspecify.annotations.Nullable;

/**
 * A record of the stream as a change of a captured table, or as a dead letter. Not safe for use by several threads.
 *
 * <p>Every change is of a position that is greater for a later write of its item: the time of writing, then what tells apart
 * records of the same time ({@link SequenceNumbers}).
 */
final class RecordDecoder {

    static final String SYSTEM = "dynamodb";

    private static final String EVENT_SOURCE = "aws:dynamodb";

    /** Who deletes items whose time to live is over. */
    private static final String TIME_TO_LIVE = "dynamodb.amazonaws.com";

    private static final long MICROS = 1000;

    private final ItemTables tables;
    private final Unwanted otherRecords;
    private final Unwanted unlistedTables;
    private final Counter rejected;
    private final ItemParser items = new ItemParser();

    RecordDecoder(ItemTables tables, Unwanted otherRecords, Unwanted unlistedTables, Counter rejected) {
        this.tables = tables;
        this.rejected = rejected;
        this.otherRecords = otherRecords;
        this.unlistedTables = unlistedTables;
    }

    /**
     * @param out does not fail
     * @param now when a dead letter was made, in milliseconds since 1970
     * @return false if the record is passed over, as the settings ask for
     */
    boolean decode(String sequenceNumber, byte[] json, long now, Consumer<Captured> out) {
        Letter letter = new Letter(json, now);
        try {
            return decode(sequenceNumber, json, letter, out);
        } catch (Unreadable e) {
            letter.send(e, !letter.isEnvelopeRead || e == letter.defect, out);
        } catch (RuntimeException e) {
            // Whatever somebody wrote into the stream must not end the job.
            letter.send(new Unreadable("It cannot be taken: " + e), true, out);
        }
        rejected.inc();
        return true;
    }

    private boolean decode(String sequenceNumber, byte[] json, Letter letter, Consumer<Captured> out)
            throws Unreadable {
        StreamRecord record = read(json, letter);
        letter.isEnvelopeRead = true;
        if (!EVENT_SOURCE.equals(record.eventSource)) {
            if (otherRecords == Unwanted.SKIP) {
                return false;
            }
            throw new Unreadable("Its eventSource is " + record.eventSource + " and not " + EVENT_SOURCE
                    + ": it is not a change of a DynamoDB table. Set " + DynamoDbSettings.OTHER_RECORDS.key() + " to "
                    + Unwanted.SKIP + " to pass such records over");
        }
        String source = record.tableName;
        if (source == null) {
            throw new Unreadable("tableName is missing, or not a text");
        }
        ItemChanges table = tables.ofSource(source);
        letter.isOfOthers = table == null;
        if (table == null) {
            if (unlistedTables == Unwanted.SKIP) {
                return false;
            }
            throw new Unreadable("Table " + source + " is not in " + DynamoDbSettings.TABLES.key()
                    + ": add it there, or set " + DynamoDbSettings.UNLISTED_TABLES.key() + " to " + Unwanted.SKIP);
        }
        letter.table = table;
        long micros = WriteTimes.micros(record.time, record.precision);
        Position position = Position.of(micros, SequenceNumbers.tieBreak(sequenceNumber));
        letter.position = position;
        letter.timestamp = micros / MICROS;
        letter.keys = record.keys;
        if (letter.defect != null) {
            throw letter.defect;
        }
        change(record, table, position, micros / MICROS, out);
        return true;
    }

    /** As much of it as can be read. */
    private StreamRecord read(byte[] json, Letter letter) throws Unreadable {
        try {
            return StreamRecord.read(json, items, StreamRecord.Part.ALL);
        } catch (Unreadable e) {
            letter.defect = e;
        }
        try {
            return StreamRecord.read(json, items, StreamRecord.Part.KEYS);
        } catch (Unreadable e) {
            return StreamRecord.read(json, items, StreamRecord.Part.ENVELOPE);
        }
    }

    private static void change(
            StreamRecord record, ItemChanges table, Position position, long timestamp, Consumer<Captured> out)
            throws Unreadable {
        Item keys = record.keys;
        if (keys == null) {
            throw new Unreadable("dynamodb.Keys is missing");
        }
        switch (String.valueOf(record.eventName)) {
            case "INSERT":
                table.upsert(Operation.INSERT, keys, image(record), position, timestamp, out);
                return;
            case "MODIFY":
                table.upsert(Operation.UPDATE, keys, image(record), position, timestamp, out);
                return;
            case "REMOVE":
                if (TIME_TO_LIVE.equals(record.principal)) {
                    table.expire(keys, position, timestamp, out);
                } else {
                    table.delete(keys, position, timestamp, out);
                }
                return;
            default:
                throw new Unreadable("eventName is " + record.eventName + ", which is none of INSERT, MODIFY, REMOVE");
        }
    }

    private static Item image(StreamRecord record) throws Unreadable {
        if (record.newImage == null) {
            throw new Unreadable("dynamodb.NewImage is missing, so the item's attributes are not known: have the stream"
                    + " carry new images, and load the table again from an export");
        }
        return record.newImage;
    }

    /** The dead letter that a record may become, with as much as is known of it by then. */
    private final class Letter {

        private final byte[] json;
        private final long now;

        private boolean isEnvelopeRead;
        private boolean isOfOthers;
        private @Nullable Unreadable defect;
        private @Nullable ItemChanges table;
        private @Nullable Position position;
        private @Nullable Item keys;
        private long timestamp;

        Letter(byte[] json, long now) {
            this.json = json;
            this.now = now;
        }

        /**
         * @param mayQuote whether the reason may have any part of the record
         */
        void send(Unreadable why, boolean mayQuote, Consumer<Captured> out) {
            String name = table == null ? null : table.table().name();
            boolean isShown = isOfOthers || tables.mayBeShown(table);
            String reason = isShown ? why.reason() : ItemTables.hidden(mayQuote ? "It cannot be read" : why.reason());
            out.accept(Rejected.of(SYSTEM, name, now, reason, isShown ? json : new byte[0], position));
            if (table == null || position == null || keys == null) {
                return;
            }
            try {
                table.unreadable(keys, position, timestamp, out);
            } catch (Unreadable e) {
                // Its key is among what cannot be read.
            }
        }
    }
}
