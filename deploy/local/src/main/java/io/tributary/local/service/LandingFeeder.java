package io.tributary.local.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.settings.Problems;
import io.tributary.sink.redshift.RedshiftScript;
import io.tributary.sink.redshift.RedshiftSettings;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Lands the records of a Kinesis stream in the stand-in, as Redshift's streaming view would: every record once, as it is,
 * one refresh after the other. The stream's shards stay as they are.
 */
public final class LandingFeeder implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PAUSE_MILLIS = 200;
    private static final int PORTION = 5_000;
    private static final int ATTEMPTS = 5;

    private final AwsEndpoint kinesis;
    private final String stream;
    private final Connection warehouse;
    private final String insert;
    /** By shard, the last sequence number that landed; empty before the first. */
    private final Map<String, String> landedUntil = new LinkedHashMap<>();

    private final AtomicLong emptyRounds = new AtomicLong();
    private final Thread thread = new Thread(this::run, "landing-feeder");
    private volatile boolean stopped;
    private volatile @Nullable Exception failure;

    private LandingFeeder(AwsEndpoint kinesis, String stream, Connection warehouse, String insert) {
        this.kinesis = kinesis;
        this.stream = stream;
        this.warehouse = warehouse;
        this.insert = insert;
    }

    /** Sets the warehouse up before; its tables follow when the stream tells of their shapes. */
    public static LandingFeeder start(AwsEndpoint kinesis, String stream, RedshiftSettings settings) throws Exception {
        Problems problems = new Problems();
        new RedshiftScript(settings).apply(List.of(), problems);
        problems.throwIfAny();
        return start(kinesis, stream, RedshiftScript.connect(settings), RedshiftScript.landingInsert(settings));
    }

    /** {@code insert} takes arrival time, partition key, shard, sequence number, refresh time and the record's bytes. */
    static LandingFeeder start(AwsEndpoint kinesis, String stream, Connection warehouse, String insert)
            throws Exception {
        LandingFeeder feeder = new LandingFeeder(kinesis, stream, warehouse, insert);
        warehouse.setAutoCommit(false);
        String of = "{\"StreamName\":\"" + stream + "\"}";
        for (JsonNode shard : JSON.readTree(kinesis.request("ListShards", of)).path("Shards")) {
            feeder.landedUntil.put(shard.path("ShardId").asText(), "");
        }
        feeder.thread.setDaemon(true);
        feeder.thread.start();
        return feeder;
    }

    private void run() {
        int failures = 0;
        while (!stopped) {
            try {
                if (refresh() == 0) {
                    emptyRounds.incrementAndGet();
                    Thread.sleep(PAUSE_MILLIS);
                }
                failures = 0;
            } catch (IOException e) {
                // Node closes connections that were idle, at times just when one is used again.
                if (++failures == ATTEMPTS) {
                    failure = e;
                    return;
                }
            } catch (SQLException | InterruptedException | RuntimeException e) {
                failure = e;
                return;
            }
        }
    }

    /** How many records landed. Nothing is passed over until it is committed. */
    private int refresh() throws IOException, InterruptedException, SQLException {
        LocalDateTime now = LocalDateTime.now(ZoneOffset.UTC);
        Map<String, String> next = new LinkedHashMap<>(landedUntil);
        int landed = 0;
        try (PreparedStatement statement = warehouse.prepareStatement(insert)) {
            for (Map.Entry<String, String> shard : next.entrySet()) {
                JsonNode page = JSON.readTree(kinesis.request(
                        "GetRecords",
                        "{\"ShardIterator\":\"" + iterator(shard.getKey(), shard.getValue()) + "\",\"Limit\":" + PORTION
                                + "}"));
                for (JsonNode record : page.path("Records")) {
                    add(statement, shard.getKey(), now, record);
                    shard.setValue(record.path("SequenceNumber").asText());
                    landed++;
                }
            }
            if (landed > 0) {
                statement.executeBatch();
                warehouse.commit();
            }
        }
        landedUntil.putAll(next);
        return landed;
    }

    /**
     * After the last record that was read. The next iterator of an empty page is not gone on with: kinesalite makes it of
     * the time, and so passes over records that are being put at that moment.
     */
    private String iterator(String shard, String after) throws IOException, InterruptedException {
        String from = after.isEmpty()
                ? "\"ShardIteratorType\":\"TRIM_HORIZON\"}"
                : "\"ShardIteratorType\":\"AFTER_SEQUENCE_NUMBER\",\"StartingSequenceNumber\":\"" + after + "\"}";
        String of = "{\"StreamName\":\"" + stream + "\",\"ShardId\":\"" + shard + "\"," + from;
        return JSON.readTree(kinesis.request("GetShardIterator", of))
                .path("ShardIterator")
                .asText();
    }

    private static void add(PreparedStatement statement, String shard, LocalDateTime refresh, JsonNode record)
            throws IOException, SQLException {
        BigDecimal seconds = record.path("ApproximateArrivalTimestamp").decimalValue();
        Instant arrival = Instant.ofEpochMilli(seconds.movePointRight(3).longValue());
        statement.setObject(1, LocalDateTime.ofInstant(arrival, ZoneOffset.UTC));
        statement.setString(2, record.path("PartitionKey").asText());
        statement.setString(3, shard);
        statement.setString(4, record.path("SequenceNumber").asText());
        statement.setObject(5, refresh);
        statement.setBytes(6, record.path("Data").binaryValue());
        statement.addBatch();
    }

    /** Whether a whole round that began after the mark found nothing new. */
    public boolean isDrainedSince(long mark) throws SQLException {
        check();
        return emptyRounds.get() >= mark + 2;
    }

    /** Fails with what has ended the landing. */
    public void check() throws SQLException {
        Exception reason = failure;
        if (reason != null) {
            throw new SQLException("The records of stream " + stream + " no longer land", reason);
        }
    }

    public long mark() {
        return emptyRounds.get();
    }

    @Override
    public void close() throws SQLException {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        warehouse.close();
    }
}
