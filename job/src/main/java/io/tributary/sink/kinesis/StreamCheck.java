package io.tributary.sink.kinesis;

import io.tributary.settings.Problems;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.connector.kinesis.sink.KinesisStreamsConfigConstants;
import org.apache.flink.kinesis.shaded.org.apache.flink.connector.aws.config.AWSConfigConstants;
import org.apache.flink.kinesis.shaded.org.apache.flink.connector.aws.util.AWSClientUtil;
import org.apache.flink.kinesis.shaded.org.apache.flink.connector.aws.util.AWSGeneralUtil;
import org.apache.flink.kinesis.shaded.software.amazon.awssdk.awscore.exception.AwsServiceException;
import org.apache.flink.kinesis.shaded.software.amazon.awssdk.core.exception.SdkClientException;
import org.apache.flink.kinesis.shaded.software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import org.apache.flink.kinesis.shaded.software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import org.apache.flink.kinesis.shaded.software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import org.apache.flink.kinesis.shaded.software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;

/**
 * Whether the streams are there that records will be sent to.
 *
 * <p>Who asks may not be who sends: that this one has no credentials, or may not describe streams, is no fault of the settings.
 */
public final class StreamCheck {

    private static final String CONNECT_MILLIS = "5000";
    private static final int SECONDS = 20;

    /** One that is being resharded takes records. */
    private static final List<String> WRITABLE = List.of("ACTIVE", "UPDATING");

    private StreamCheck() {}

    /**
     * @param tables that are sent
     * @param remarks what could not be found out, each in lower case
     */
    public static void check(
            KinesisSettings settings, Iterable<String> tables, Problems problems, List<String> remarks) {
        TreeSet<String> streams = new TreeSet<>();
        tables.forEach(table -> streams.add(settings.streamOf(table)));
        Properties properties = new Properties();
        properties.putAll(settings.client());
        properties.setProperty(AWSConfigConstants.HTTP_CLIENT_READ_TIMEOUT_MILLIS, CONNECT_MILLIS);
        SdkAsyncHttpClient http = AWSGeneralUtil.createAsyncHttpClient(properties);
        try (http;
                KinesisAsyncClient client = AWSClientUtil.createAwsAsyncClient(
                        properties,
                        http,
                        KinesisAsyncClient.builder(),
                        KinesisStreamsConfigConstants.BASE_KINESIS_USER_AGENT_PREFIX_FORMAT,
                        KinesisStreamsConfigConstants.KINESIS_CLIENT_USER_AGENT_PREFIX)) {
            for (String stream : streams) {
                check(client, stream, problems, remarks);
            }
        }
    }

    private static void check(KinesisAsyncClient client, String stream, Problems problems, List<String> remarks) {
        String where = KinesisSettings.STREAM.key() + ": the stream " + stream;
        try {
            StreamDescriptionSummary summary = client.describeStreamSummary(request -> request.streamName(stream))
                    .orTimeout(SECONDS, TimeUnit.SECONDS)
                    .join()
                    .streamDescriptionSummary();
            String status = summary.streamStatusAsString();
            if (status != null && !WRITABLE.contains(status)) {
                problems.add(where + " is " + status + ": wait until it is ACTIVE");
            }
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String message = String.valueOf(cause.getMessage());
            if (cause instanceof ResourceNotFoundException) {
                problems.add(where + " does not exist: make it, or name another one");
            } else if (cause instanceof AwsServiceException || message.contains("credentials")) {
                remarks.add("whether the stream " + stream + " is there could not be asked for here: " + message);
            } else if (cause instanceof SdkClientException) {
                problems.add(where + " cannot be reached: " + message + ". Check " + KinesisSettings.CLIENT.key());
            } else {
                problems.add(where + " did not answer within " + SECONDS + " s. Check " + KinesisSettings.CLIENT.key());
            }
        }
    }
}
