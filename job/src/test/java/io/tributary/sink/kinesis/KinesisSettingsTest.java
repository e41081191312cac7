package io.tributary.sink.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

class KinesisSettingsTest {

    private static final Secrets SECRETS = new Secrets(Map.of("KEY", "swordfish")::get, name -> null);

    private final Problems problems = new Problems();

    @Test
    void nothingGoesToKinesisUntilAStreamIsNamed() {
        assertThat(from(Map.of()).isOn()).isFalse();
        assertThat(problems.isEmpty()).isTrue();
    }

    @Test
    void aStreamNeedsItsRegion() {
        from(Map.of("kinesis.stream", "changes"));
        assertThat(problems.sentences())
                .containsExactly("kinesis.client.aws.region is missing: set it to the region of the stream");
    }

    @Test
    void aStreamOfATableIsNamedAfterIt() {
        Map<String, String> one = Map.of("kinesis.stream", "shop-", "kinesis.client.aws.region", "eu-central-1");
        assertThat(from(one).streamOf("orders")).isEqualTo("shop-");
        Map<String, String> many = Map.of(
                "kinesis.stream",
                "shop-",
                "kinesis.stream-per-table",
                "true",
                "kinesis.client.aws.region",
                "eu-central-1");
        assertThat(from(many).streamOf("orders")).isEqualTo("shop-orders");
        assertThat(problems.isEmpty()).isTrue();
    }

    @Test
    void theSecretKeyIsAReference() {
        Map<String, String> map = Map.of(
                "kinesis.stream", "changes",
                "kinesis.client.aws.region", "eu-central-1",
                "kinesis.client.aws.credentials.provider", "BASIC",
                "kinesis.client.aws.credentials.provider.basic.accesskeyid", "me",
                "kinesis.client.aws.credentials.provider.basic.secretkey", "env:KEY");
        assertThat(from(map).client()).containsEntry("aws.credentials.provider.basic.secretkey", "swordfish");
        assertThat(problems.isEmpty()).isTrue();
    }

    @Test
    void allThatIsWrongIsSaidAtOnceAndNoSecretWithIt() {
        from(Map.of(
                "kinesis.stream", "a stream",
                "kinesis.max-record-size", "11 mb",
                "kinesis.max-batch-records", "501",
                "kinesis.max-buffered-records", "500",
                "kinesis.max-in-flight-requests", "0",
                "kinesis.max-time-in-buffer", "0 ms",
                "kinesis.client.aws.region", "eu-central-1",
                "kinesis.client.aws.credentials.provider", "NONE",
                "kinesis.client.aws.credentials.provider.basic.secretkey", "swordfish"));
        assertThat(problems.sentences())
                .anyMatch(sentence -> sentence.startsWith("kinesis.stream: 'a stream' is not a stream name"))
                .anyMatch(sentence -> sentence.startsWith("kinesis.max-record-size is 11 mb: Kinesis takes no record"))
                .anyMatch(sentence -> sentence.startsWith("kinesis.max-batch-records is 501"))
                .anyMatch(sentence -> sentence.startsWith("kinesis.max-buffered-records is 500"))
                .anyMatch(sentence -> sentence.startsWith("kinesis.max-in-flight-requests is 0"))
                .anyMatch(sentence -> sentence.startsWith("kinesis.max-time-in-buffer is 0 ms"))
                .anyMatch(sentence -> sentence.startsWith("kinesis.client: Invalid AWS Credential Provider Type"))
                .anyMatch(sentence -> sentence.contains("secretkey has to be a reference to a secret"))
                .hasSize(8)
                .noneMatch(sentence -> sentence.contains("swordfish"));
    }

    @Test
    void aValueThatCannotBeReadIsAProblem() {
        from(Map.of(
                "kinesis.stream",
                "a",
                "kinesis.client.aws.region",
                "eu-central-1",
                "kinesis.max-batch-records",
                "many"));
        assertThat(problems.sentences()).singleElement().asString().contains("kinesis.max-batch-records", "many");
    }

    private KinesisSettings from(Map<String, String> settings) {
        return KinesisSettings.from(Given.of(Configuration.fromMap(settings), SECRETS, problems));
    }
}
