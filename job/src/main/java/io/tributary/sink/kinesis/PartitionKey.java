package io.tributary.sink.kinesis;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.apache.flink.table.data.RowData;

/**
 * The partition key of a row: its table, a colon, and the key's values as they stand in the record, so that all records
 * of a row go to one shard. What is longer than Kinesis allows is given as the SHA-256 of that text.
 */
final class PartitionKey {

    private static final int LONGEST = 256;

    private final JsonBuffer buffer = new JsonBuffer();
    private final MessageDigest digest;

    PartitionKey() {
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    String of(FlatJson json, RowData row) {
        buffer.clear();
        buffer.raw(json.shown().table().getBytes(StandardCharsets.UTF_8)).raw(':');
        json.writeKey(row, buffer);
        byte[] text = buffer.toBytes();
        if (text.length <= LONGEST) {
            return new String(text, StandardCharsets.UTF_8);
        }
        buffer.clear();
        buffer.hex(digest.digest(text));
        return new String(buffer.array(), 1, buffer.length() - 2, StandardCharsets.ISO_8859_1);
    }
}
