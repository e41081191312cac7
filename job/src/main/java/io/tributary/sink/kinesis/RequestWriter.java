package io.tributary.sink.kinesis;

import io.tributary.settings.Outage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.connector.base.sink.writer.AsyncSinkWriter;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.config.AsyncSinkWriterConfiguration;
import org.apache.flink.connector.base.sink.writer.strategy.AIMDScalingStrategy;
import org.apache.flink.connector.base.sink.writer.strategy.CongestionControlRateLimitingStrategy;
import org.apache.flink.connector.base.sink.writer.strategy.RateLimitingStrategy;
import org.apache.flink.connector.kinesis.sink.KinesisStreamsConfigConstants;
import org.apache.flink.kinesis.shaded.org.apache.flink.connector.aws.config.AWSConfigConstants;
import org.apache.flink.kinesis.shaded.org.apache.flink.connector.aws.util.AWSClientUtil;
import org.apache.flink.kinesis.shaded.org.apache.flink.connector.aws.util.AWSGeneralUtil;
import org.apache.flink.kinesis.shaded.software.amazon.awssdk.core.SdkBytes;
import org.apache.flink.kinesis.shaded.software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import org.apache.flink.kinesis.shaded.software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import org.apache.flink.kinesis.shaded.software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
import org.apache.flink.kinesis.shaded.software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import org.apache.flink.kinesis.shaded.software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import org.apache.flink.kinesis.shaded.software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;
import org.apache.flink.runtime.execution.SuppressRestartsException;

/**
 * Sends requests to one stream. A request that fails is sent again after a pause, for as long as
 * {@link io.tributary.settings.Patience} allows, or ends the job if it can never succeed; records that are refused are sent
 * again with the next request. Until then its records are under way, so a checkpoint waits for them as it does for an answer.
 *
 * <p>The connector's own writer fails the job at once when Kinesis cannot be reached: it takes every failure of the client for
 * wrong settings.
 */
@SuppressWarnings("deprecation") // As the connector does: Flink's newer ways came after it.
final class RequestWriter extends AsyncSinkWriter<Tuple2<String, byte[]>, PutRecordsRequestEntry> {

    /** As the connector's: with every answer without a refusal ten records more are under way, with another one percent fewer. */
    private static final int INCREASE = 10;

    private static final double DECREASE = 0.99;

    /** Without it an answer that was lost is waited for six minutes. */
    private static final String READ_TIMEOUT_MILLIS = "60000";

    private final String stream;
    private final Counter refused;
    private final Outage outage;
    private final SdkAsyncHttpClient http;
    private final KinesisAsyncClient client;
    private volatile boolean closed;

    RequestWriter(
            String stream,
            KinesisSettings settings,
            Sink.InitContext context,
            Collection<BufferedRequestState<PutRecordsRequestEntry>> state) {
        super((record, unused) -> entry(record), context, batches(settings), state);
        this.stream = stream;
        SinkWriterMetricGroup metrics = context.metricGroup();
        this.refused = metrics.getNumRecordsSendErrorsCounter();
        this.outage = settings.patience().of("The Kinesis stream " + stream).reportTo(metrics);
        Properties properties = new Properties();
        properties.setProperty(AWSConfigConstants.HTTP_CLIENT_READ_TIMEOUT_MILLIS, READ_TIMEOUT_MILLIS);
        properties.putAll(settings.client());
        AWSGeneralUtil.validateAwsCredentials(properties);
        this.http = AWSGeneralUtil.createAsyncHttpClient(properties);
        this.client = AWSClientUtil.createAwsAsyncClient(
                properties,
                http,
                KinesisAsyncClient.builder(),
                KinesisStreamsConfigConstants.BASE_KINESIS_USER_AGENT_PREFIX_FORMAT,
                KinesisStreamsConfigConstants.KINESIS_CLIENT_USER_AGENT_PREFIX);
    }

    private static PutRecordsRequestEntry entry(Tuple2<String, byte[]> record) {
        return PutRecordsRequestEntry.builder()
                .partitionKey(record.f0)
                .data(SdkBytes.fromByteArrayUnsafe(record.f1))
                .build();
    }

    private static AsyncSinkWriterConfiguration batches(KinesisSettings settings) {
        int records = settings.get(KinesisSettings.MAX_BATCH_RECORDS);
        int requests = settings.get(KinesisSettings.MAX_IN_FLIGHT_REQUESTS);
        return AsyncSinkWriterConfiguration.builder()
                .setMaxBatchSize(records)
                .setMaxBatchSizeInBytes(
                        settings.get(KinesisSettings.MAX_BATCH_SIZE).getBytes())
                .setMaxInFlightRequests(requests)
                .setMaxBufferedRequests(settings.get(KinesisSettings.MAX_BUFFERED_RECORDS))
                .setMaxTimeInBufferMS(
                        settings.get(KinesisSettings.MAX_TIME_IN_BUFFER).toMillis())
                .setMaxRecordSizeInBytes(
                        settings.get(KinesisSettings.MAX_RECORD_SIZE).getBytes())
                .setRateLimitingStrategy(rate(requests, records))
                .build();
    }

    private static RateLimitingStrategy rate(int requests, int records) {
        return CongestionControlRateLimitingStrategy.builder()
                .setMaxInFlightRequests(requests)
                .setInitialMaxInFlightMessages(records)
                .setScalingStrategy(AIMDScalingStrategy.builder(requests * records)
                        .setIncreaseRate(INCREASE)
                        .setDecreaseFactor(DECREASE)
                        .build())
                .build();
    }

    @Override
    protected void submitRequestEntries(
            List<PutRecordsRequestEntry> entries, Consumer<List<PutRecordsRequestEntry>> again) {
        PutRecordsRequest request =
                PutRecordsRequest.builder().streamName(stream).records(entries).build();
        CompletableFuture<?> unused = client.putRecords(request).whenComplete((answer, failure) -> {
            if (failure == null) {
                answered(answer, entries, again);
            } else if (!closed) {
                failed(failure, entries, again);
            }
        });
    }

    /** On a thread of the client, of which there are several. */
    private synchronized void answered(
            PutRecordsResponse answer,
            List<PutRecordsRequestEntry> entries,
            Consumer<List<PutRecordsRequestEntry>> again) {
        List<PutRecordsResultEntry> results = answer.records();
        if (results.size() != entries.size()) {
            failed(
                    new IOException("it was sent " + entries.size() + " records and answered for " + results.size()),
                    entries,
                    again);
            return;
        }
        outage.over();
        List<PutRecordsRequestEntry> left = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i).errorCode() != null) {
                left.add(entries.get(i));
            }
        }
        refused.inc(left.size());
        again.accept(left);
    }

    private synchronized void failed(
            Throwable failure, List<PutRecordsRequestEntry> entries, Consumer<List<PutRecordsRequestEntry>> again) {
        refused.inc(entries.size());
        Throwable reason =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        IOException named =
                new IOException("The Kinesis stream " + stream + " takes no records: " + reason.getMessage(), reason);
        if (!(reason instanceof Exception)) {
            getFatalExceptionCons().accept(named);
            return;
        }
        if (RequestFailure.isForGood(reason)) {
            getFatalExceptionCons().accept(new SuppressRestartsException(named));
            return;
        }
        try {
            long pause = outage.pauseAfter(named);
            CompletableFuture.delayedExecutor(pause, TimeUnit.MILLISECONDS).execute(() -> sendAgain(entries, again));
        } catch (IOException e) {
            getFatalExceptionCons().accept(e);
        }
    }

    private static void sendAgain(List<PutRecordsRequestEntry> entries, Consumer<List<PutRecordsRequestEntry>> again) {
        try {
            again.accept(entries);
        } catch (RejectedExecutionException e) {
            // The task has ended meanwhile: its next attempt has them in the state.
        }
    }

    @Override
    protected long getSizeInBytes(PutRecordsRequestEntry entry) {
        return entry.data().asByteArrayUnsafe().length;
    }

    @Override
    public void close() {
        closed = true;
        AWSGeneralUtil.closeResources(http, client);
    }
}
