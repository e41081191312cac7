package io.tributary.capture.dynamodb.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.dynamodb.DynamoDbSettings;
import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.connectors.kinesis.config.ConsumerConfigConstants;
import org.junit.jupiter.api.Test;

final class StreamSourceTest {

    private static final Instant STARTED_AT = Instant.parse("2030-01-31T12:00:00.250Z");

    @Test
    void theOldestRecordIsTheFirst() {
        assertThat(properties(Map.of()))
                .containsEntry(ConsumerConfigConstants.STREAM_INITIAL_POSITION, "TRIM_HORIZON")
                .doesNotContainKey(ConsumerConfigConstants.STREAM_INITIAL_TIMESTAMP);
    }

    @Test
    void theLatestIsTheMomentOfTheStartHoweverOftenTheSourceBegins() {
        Properties properties = properties(Map.of("dynamodb.start", "LATEST"));

        assertThat(properties).containsEntry(ConsumerConfigConstants.STREAM_INITIAL_POSITION, "AT_TIMESTAMP");
        assertThat(moment(properties)).isEqualTo(STARTED_AT);
    }

    @Test
    void aMomentIsAsItIsGiven() {
        Properties properties = properties(
                Map.of("dynamodb.start", "AT_TIMESTAMP", "dynamodb.start-timestamp", "2029-01-31T12:00:00.125Z"));

        assertThat(moment(properties)).isEqualTo(Instant.parse("2029-01-31T12:00:00.125Z"));
    }

    /** As the consumer reads it: seconds with a fraction. */
    private static Instant moment(Properties properties) {
        String seconds = properties.getProperty(ConsumerConfigConstants.STREAM_INITIAL_TIMESTAMP);
        return Instant.ofEpochMilli((long) (Double.parseDouble(seconds) * 1000));
    }

    private static Properties properties(Map<String, String> start) {
        Map<String, String> given = new HashMap<>(start);
        given.put("dynamodb.stream", "changes");
        given.put("dynamodb.tables", "orders");
        given.put("dynamodb.kinesis-client.aws.region", "eu-central-1");
        Problems problems = new Problems();
        DynamoDbSettings settings = DynamoDbSettings.from(
                Given.of(Configuration.fromMap(given), new Secrets(name -> null, name -> null), problems));
        assertThat(problems.sentences()).isEmpty();
        return StreamSource.properties(settings, STARTED_AT);
    }
}
