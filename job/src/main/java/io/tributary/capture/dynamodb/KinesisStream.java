package io.tributary.capture.dynamodb;

import io.tributary.settings.Problems;
import java.util.Set;
import org.apache.flink.kinesis.shaded.com.amazonaws.ClientConfigurationFactory;
import org.apache.flink.kinesis.shaded.com.amazonaws.SdkClientException;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.AmazonKinesis;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.model.DescribeStreamSummaryRequest;
import org.apache.flink.kinesis.shaded.com.amazonaws.services.kinesis.model.ResourceNotFoundException;
import org.apache.flink.streaming.connectors.kinesis.util.AWSUtil;

/** The stream before the job runs, asked for with the client that its reader has. */
final class KinesisStream {

    private static final Set<String> READABLE = Set.of("ACTIVE", "UPDATING");

    private KinesisStream() {}

    static void check(DynamoDbSettings settings, Problems problems) {
        String where = DynamoDbSettings.STREAM.key() + ": the stream " + settings.stream();
        AmazonKinesis client = null;
        try {
            client = AWSUtil.createKinesisClient(
                    settings.kinesisClient(),
                    new ClientConfigurationFactory().getConfig().withMaxErrorRetry(1));
            String status = client.describeStreamSummary(
                            new DescribeStreamSummaryRequest().withStreamName(settings.stream()))
                    .getStreamDescriptionSummary()
                    .getStreamStatus();
            if (!READABLE.contains(status)) {
                problems.add(where + " is " + status + ": wait until it is ACTIVE");
            }
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
    }
}
