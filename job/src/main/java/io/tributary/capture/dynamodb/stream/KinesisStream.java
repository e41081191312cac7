package io.tributary.capture.dynamodb.stream;

import io.tributary.capture.dynamodb.DynamoDbSettings;
import io.tributary.settings.Problems;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.apache.flink.kinesis.shaded.com.amazonaws.ClientConfigurationFactory;
import org.apache.flink.kinesis.shaded.com.amazonaws.SdkClientException;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.AmazonKinesis;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.model.DescribeStreamSummaryRequest;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.model.ResourceNotFoundException;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.model.StreamDescriptionSummary;
import org.apache.flink.streaming.connectors.kinesis.util.AWSUtil;
import org.jspecify.annotations.Nullable;

/** The stream before the job runs, asked for with the client that its reader has. */
final class KinesisStream {

    private static final Set<String> READABLE = Set.of("ACTIVE", "UPDATING");

    private final @Nullable String arn;
    private final @Nullable KeptRecords kept;

    private KinesisStream(@Nullable String arn, @Nullable KeptRecords kept) {
        this.arn = arn;
        this.kept = kept;
    }

    @Nullable
    String arn() {
        return arn;
    }

    /** Null if it is not known. */
    @Nullable
    KeptRecords kept() {
        return kept;
    }

    /** Returns what is known of the stream; null if it could not be asked for. */
    static @Nullable KinesisStream check(DynamoDbSettings settings, Problems problems) {
        String where = DynamoDbSettings.STREAM.key() + ": the stream " + settings.stream();
        AmazonKinesis client = null;
        try {
            client = AWSUtil.createKinesisClient(
                    settings.kinesisClient(),
                    new ClientConfigurationFactory().getConfig().withMaxErrorRetry(1));
            StreamDescriptionSummary summary = client.describeStreamSummary(
                            new DescribeStreamSummaryRequest().withStreamName(settings.stream()))
                    .getStreamDescriptionSummary();
            if (!READABLE.contains(summary.getStreamStatus())) {
                problems.add(where + " is " + summary.getStreamStatus() + ": wait until it is ACTIVE");
            }
            return new KinesisStream(summary.getStreamARN(), kept(summary));
        } catch (ResourceNotFoundException e) {
            problems.add(where + " does not exist: make it, and have each table stream into it with"
                    + " aws dynamodb enable-kinesis-streaming-destination");
        } catch (SdkClientException | IllegalArgumentException e) {
            problems.add(where + " cannot be asked for: " + e.getMessage() + ". Check "
                    + DynamoDbSettings.KINESIS_CLIENT.key());
        } finally {
            if (client != null) {
                client.shutdown();
            }
        }
        return null;
    }

    private static @Nullable KeptRecords kept(StreamDescriptionSummary summary) {
        Integer hours = summary.getRetentionPeriodHours();
        if (hours == null) {
            return null;
        }
        Instant madeAt = summary.getStreamCreationTimestamp() == null
                ? Instant.EPOCH
                : summary.getStreamCreationTimestamp().toInstant();
        return KeptRecords.of(madeAt, Duration.ofHours(hours));
    }
}
