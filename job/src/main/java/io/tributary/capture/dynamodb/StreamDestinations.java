package io.tributary.capture.dynamodb;

import io.tributary.settings.Problems;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.flink.kinesis.shaded.org.apache.flink.connector.aws.config.AWSConfigConstants;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ApproximateCreationDateTimePrecision;
import software.amazon.awssdk.services.dynamodb.model.DestinationStatus;
import software.amazon.awssdk.services.dynamodb.model.KinesisDataStreamDestination;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/**
 * Whether each table streams into the stream of the settings, as DynamoDB says. What it does not say is no reason not to run: the
 * right to ask may not have been given, and the tables may be another account's.
 */
public final class StreamDestinations {

    /** Of a DynamoDB that streams into no Kinesis, as DynamoDB Local. */
    private static final String NOT_KNOWN = "UnknownOperationException";

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final DynamoDbSettings settings;
    private final @Nullable String streamArn;
    private final Problems problems;
    private final List<String> remarks;

    private StreamDestinations(
            DynamoDbSettings settings, @Nullable String streamArn, Problems problems, List<String> remarks) {
        this.settings = settings;
        this.streamArn = streamArn;
        this.problems = problems;
        this.remarks = remarks;
    }

    /**
     * Says what is wrong, and what to know, each with what mends it.
     *
     * @param streamArn null if it is not known
     */
    public static void check(
            DynamoDbSettings settings, @Nullable String streamArn, Problems problems, List<String> remarks) {
        new StreamDestinations(settings, streamArn, problems, remarks).check();
    }

    private void check() {
        if (isStandIn()) {
            return;
        }
        List<String> unanswered = new ArrayList<>();
        String reason = "";
        try (DynamoDbClient client = TableKeys.client(settings.client(), PATIENCE)) {
            for (TableSettings table : settings.tables()) {
                try {
                    check(
                            table,
                            client.describeKinesisStreamingDestination(request -> request.tableName(table.source()))
                                    .kinesisDataStreamDestinations());
                } catch (AwsServiceException e) {
                    if (e.awsErrorDetails() != null
                            && NOT_KNOWN.equals(e.awsErrorDetails().errorCode())) {
                        return;
                    }
                    // Of a table whose key is asked for it has been said.
                    if (!(e instanceof ResourceNotFoundException) || table.hasKey()) {
                        unanswered.add(table.name());
                        reason = String.valueOf(e.getMessage());
                    }
                }
            }
        } catch (SdkException | IllegalArgumentException e) {
            remarks.add("whether the tables stream into " + settings.stream() + " cannot be asked: " + e.getMessage()
                    + ". Check " + DynamoDbSettings.CLIENT.key());
            return;
        }
        if (!unanswered.isEmpty()) {
            remarks.add(
                    "whether " + String.join(", ", unanswered) + " stream into " + settings.stream() + " is not known: "
                            + reason + ". Allow dynamodb:DescribeKinesisStreamingDestination for their tables");
        }
    }

    /** A Kinesis at an address of its own, beside which no DynamoDB is named, is a stand-in into which none streams. */
    private boolean isStandIn() {
        Properties kinesis = settings.kinesisClient();
        return kinesis.containsKey(AWSConfigConstants.AWS_ENDPOINT)
                && !settings.client().containsKey(AWSConfigConstants.AWS_ENDPOINT);
    }

    private void check(TableSettings table, List<KinesisDataStreamDestination> destinations) {
        KinesisDataStreamDestination wanted = null;
        List<String> others = new ArrayList<>();
        for (KinesisDataStreamDestination destination : destinations) {
            if (isOurs(destination.streamArn())) {
                wanted = destination;
            } else if (destination.destinationStatus() == DestinationStatus.ACTIVE) {
                others.add(destination.streamArn());
            }
        }
        String where = DynamoDbSettings.TABLES.key() + ": the table " + table.source();
        if (wanted == null) {
            problems.add(where + " does not stream into " + settings.stream()
                    + (others.isEmpty() ? "" : ", but into " + String.join(", ", others)) + ": run " + enable(table));
            return;
        }
        switch (wanted.destinationStatus()) {
            case ACTIVE:
                checkPrecision(table, wanted.approximateCreationDateTimePrecision());
                return;
            case UPDATING:
                // Its precision changes; it streams meanwhile.
                return;
            case ENABLING:
                remarks.add("the table " + table.source() + " is only just made to stream into " + settings.stream()
                        + ": what is written before it does comes from an export that is made afterwards");
                return;
            default:
                String why = wanted.destinationStatusDescription();
                problems.add(where + " does not stream into " + settings.stream() + ", its status is "
                        + wanted.destinationStatusAsString() + (why == null || why.isEmpty() ? "" : " (" + why + ")")
                        + ": run " + enable(table) + ", and export the table once it is ACTIVE");
        }
    }

    private void checkPrecision(TableSettings table, @Nullable ApproximateCreationDateTimePrecision precision) {
        if (precision == ApproximateCreationDateTimePrecision.MILLISECOND) {
            remarks.add(
                    "the table " + table.source() + " tells the time of its writes in milliseconds, within which only"
                            + " the place in the stream tells the later one of an item. For microseconds run"
                            + " aws dynamodb update-kinesis-streaming-destination --table-name " + table.source()
                            + " --stream-arn " + arn() + " --update-kinesis-streaming-configuration"
                            + " ApproximateCreationDateTimePrecision=MICROSECOND");
        }
    }

    private String enable(TableSettings table) {
        return "aws dynamodb enable-kinesis-streaming-destination --table-name " + table.source() + " --stream-arn "
                + arn() + " --enable-kinesis-streaming-configuration ApproximateCreationDateTimePrecision=MICROSECOND";
    }

    private boolean isOurs(String arn) {
        return streamArn == null ? arn.endsWith(":stream/" + settings.stream()) : arn.equals(streamArn);
    }

    private String arn() {
        return streamArn == null ? "<the stream's ARN>" : streamArn;
    }
}
