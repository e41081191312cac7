package io.tributary.local.service.dynamodb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.local.service.AwsEndpoint;
import io.tributary.local.service.dynamodb.StreamedTable.Precision;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What DynamoDB does by itself where a table streams into Kinesis: the changes of several tables into one stream, some of
 * them twice, some of them late, as is documented.
 *
 * <p>DynamoDB Local tells the time of a change in minutes, so a change is given the time at which it is seen here, which is
 * never before it was made. Two changes of one item may have the same millisecond; such are in order, because nothing in
 * the records could bring them back into it.
 */
public final class StreamBridge implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PAUSE_MILLIS = 100;
    private static final int RECORDS_A_REQUEST = 200;
    private static final int ONE_IN = 20;

    private final Dynamo dynamo;
    private final AwsEndpoint kinesis;
    private final String stream;
    private final List<StreamedTable> tables;
    private final Random random;
    private final Positions positions;
    /** By shard of a table's stream. */
    private final Map<String, String> iterators = new HashMap<>();

    /** By shard, the sequence number of the last change that was read. */
    private final Map<String, String> lastRead;

    private final List<ChangeRecord> late = new ArrayList<>();
    private final AtomicLong records = new AtomicLong();
    private final AtomicLong emptyRounds = new AtomicLong();
    private final Thread thread = new Thread(this::run, "dynamodb-stream");
    private long lastTime;
    private volatile boolean stopped;
    private volatile @Nullable Exception failure;

    private StreamBridge(
            Dynamo dynamo,
            AwsEndpoint kinesis,
            String stream,
            List<StreamedTable> tables,
            long seed,
            Positions positions,
            Map<String, String> lastRead) {
        this.dynamo = dynamo;
        this.kinesis = kinesis;
        this.stream = stream;
        this.tables = List.copyOf(tables);
        this.random = new Random(seed);
        this.positions = positions;
        this.lastRead = lastRead;
    }

    /**
     * The stream has the changes that are made from now on, and nothing of what the tables were filled with before; or, where there
     * are positions, all changes from there on.
     */
    public static StreamBridge start(
            Dynamo dynamo,
            AwsEndpoint kinesis,
            String stream,
            List<StreamedTable> tables,
            long seed,
            Positions positions)
            throws IOException, InterruptedException {
        Map<String, String> known = positions.read();
        StreamBridge bridge = new StreamBridge(dynamo, kinesis, stream, tables, seed, positions, new HashMap<>(known));
        if (known.isEmpty()) {
            bridge.passOver();
            positions.write(bridge.lastRead);
        }
        bridge.thread.setDaemon(true);
        bridge.thread.start();
        return bridge;
    }

    private void passOver() throws IOException, InterruptedException {
        for (StreamedTable table : tables) {
            for (String shard : shards(table)) {
                while (!next(shard).isEmpty()) {
                    // Nobody streamed it.
                }
            }
        }
    }

    private void run() {
        try {
            while (!stopped) {
                if (round() == 0) {
                    emptyRounds.incrementAndGet();
                    Thread.sleep(PAUSE_MILLIS);
                }
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            failure = e;
        }
    }

    /** How many records were put. What it holds back the next one puts, so what was read before it is all in the stream then. */
    private int round() throws IOException, InterruptedException {
        Map<String, String> before = Map.copyOf(lastRead);
        List<ChangeRecord> held = List.copyOf(late);
        late.clear();
        List<ChangeRecord> out = new ArrayList<>();
        for (StreamedTable table : tables) {
            for (String shard : shards(table)) {
                read(table, shard, out);
            }
        }
        out.addAll(held);
        put(out);
        positions.write(before);
        return out.size();
    }

    private List<String> shards(StreamedTable table) throws IOException, InterruptedException {
        JsonNode streams =
                dynamo.askStreams("ListStreams", JSON.createObjectNode().put("TableName", table.name()));
        String arn = streams.path("Streams").path(0).path("StreamArn").asText();
        List<String> shards = new ArrayList<>();
        for (JsonNode shard : dynamo.askStreams(
                        "DescribeStream", JSON.createObjectNode().put("StreamArn", arn))
                .path("StreamDescription")
                .path("Shards")) {
            String id = shard.path("ShardId").asText();
            if (!iterators.containsKey(id)) {
                iterators.put(id, iterator(arn, id));
            }
            shards.add(id);
        }
        return shards;
    }

    private String iterator(String arn, String shard) throws IOException, InterruptedException {
        ObjectNode request = JSON.createObjectNode().put("StreamArn", arn).put("ShardId", shard);
        String after = lastRead.get(shard);
        if (after == null) {
            request.put("ShardIteratorType", "TRIM_HORIZON");
        } else {
            request.put("ShardIteratorType", "AFTER_SEQUENCE_NUMBER").put("SequenceNumber", after);
        }
        return dynamo.askStreams("GetShardIterator", request)
                .path("ShardIterator")
                .asText();
    }

    private void read(StreamedTable table, String shard, List<ChangeRecord> out)
            throws IOException, InterruptedException {
        for (JsonNode change : next(shard)) {
            ChangeRecord record = ChangeRecord.of(table, change, now());
            boolean canBeOrdered = table.precision() == Precision.MICROSECOND;
            if (canBeOrdered && random.nextInt(ONE_IN) == 0) {
                late.add(record);
                continue;
            }
            out.add(record);
            if (random.nextInt(ONE_IN) == 0) {
                (canBeOrdered ? late : out).add(record);
            }
        }
    }

    /** The next changes of the shard, none if there are no more yet. */
    private JsonNode next(String shard) throws IOException, InterruptedException {
        String iterator = iterators.getOrDefault(shard, "");
        if (iterator.isEmpty()) {
            return JSON.createArrayNode();
        }
        JsonNode page = dynamo.askStreams("GetRecords", JSON.createObjectNode().put("ShardIterator", iterator));
        // Of a shard that has ended there is no next one.
        iterators.put(shard, page.path("NextShardIterator").asText(""));
        JsonNode records = page.path("Records");
        if (!records.isEmpty()) {
            String last = records.path(records.size() - 1)
                    .path("dynamodb")
                    .path("SequenceNumber")
                    .asText();
            lastRead.put(shard, last);
        }
        return records;
    }

    /** In microseconds, never the same twice. */
    private long now() {
        lastTime = Math.max(lastTime + 1, ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
        return lastTime;
    }

    private void put(List<ChangeRecord> changes) throws IOException, InterruptedException {
        for (int from = 0; from < changes.size(); from += RECORDS_A_REQUEST) {
            ObjectNode request = JSON.createObjectNode().put("StreamName", stream);
            ArrayNode entries = request.putArray("Records");
            changes.subList(from, Math.min(from + RECORDS_A_REQUEST, changes.size()))
                    .forEach(change -> entries.add(change.entry()));
            JsonNode answer = JSON.readTree(kinesis.request("PutRecords", request.toString()));
            if (answer.path("FailedRecordCount").asInt() != 0) {
                throw new IOException("Kinesis did not take all records: " + answer);
            }
            records.addAndGet(entries.size());
        }
    }

    /** How many records were put into the stream. */
    public long records() {
        return records.get();
    }

    public long mark() {
        return emptyRounds.get();
    }

    /** Whether all that was changed before the mark is in the stream. */
    public boolean isDrainedSince(long mark) throws IOException {
        Exception reason = failure;
        if (reason != null) {
            throw new IOException("The changes of DynamoDB no longer come into stream " + stream, reason);
        }
        return emptyRounds.get() >= mark + 2;
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
