package io.tributary.aws;

import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.kinesis.Stream;
import software.amazon.awscdk.services.kinesis.StreamEncryption;
import software.amazon.awscdk.services.kinesis.StreamMode;
import software.constructs.Construct;

/**
 * A Kinesis stream: the records that go to the warehouse, or the changes that come from DynamoDB. What is in it is on its way, so it
 * goes with the deployment. It has Kinesis' own key, which all who may read the stream may use.
 */
final class DataStream extends Construct {

    /** Longer than the job or the warehouse may stand still. */
    private static final Duration KEPT = Duration.days(7);

    private final Stream stream;

    private DataStream(Construct scope, String id, String name, Parameters parameters) {
        super(scope, id);
        Stream.Builder builder = Stream.Builder.create(this, "Stream")
                .streamName(name)
                .retentionPeriod(KEPT)
                .encryption(StreamEncryption.MANAGED)
                .removalPolicy(RemovalPolicy.DESTROY);
        this.stream = parameters.isGiven("--shards")
                ? builder.streamMode(StreamMode.PROVISIONED)
                        .shardCount(parameters.number("--shards"))
                        .build()
                : builder.streamMode(StreamMode.ON_DEMAND).build();
    }

    /** What the job writes and the warehouse lands. */
    static DataStream ofRecords(Construct scope, Parameters parameters) {
        return new DataStream(scope, "Records", parameters.name(), parameters);
    }

    /** What DynamoDB writes and the job reads. */
    static DataStream ofChanges(Construct scope, Parameters parameters) {
        return new DataStream(scope, "Changes", parameters.name() + "-changes", parameters);
    }

    Stream stream() {
        return stream;
    }

    String name() {
        return stream.getStreamName();
    }

    String arn() {
        return stream.getStreamArn();
    }
}
