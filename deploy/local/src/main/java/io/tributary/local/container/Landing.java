package io.tributary.local.container;

import io.tributary.local.service.AwsEndpoint;
import io.tributary.local.service.KinesisServer;
import io.tributary.local.service.LandingFeeder;
import io.tributary.local.service.Waiting;
import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import io.tributary.settings.SettingsFile;
import io.tributary.sink.redshift.RedshiftSettings;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;

/**
 * What Redshift does by itself, for the warehouse that stands in for it: lands the records of the stream that the settings name.
 *
 * <p>Makes the stream, whose records are in the endpoint's memory, and sets the warehouse up. The file {@code landing} in the folder of
 * temporary files says that both are there. Told to stop, it lands what is still in the stream.
 */
final class Landing {

    private static final int SHARDS = 2;
    private static final Duration LAST_RECORDS = Duration.ofSeconds(8);

    private Landing() {}

    public static void main(String[] arguments) throws Exception {
        Problems problems = new Problems();
        Configuration configuration = SettingsFile.read(Environment.text("SETTINGS"), problems);
        RedshiftSettings warehouse =
                RedshiftSettings.from(Given.of(configuration, new Secrets(System::getenv, name -> null), problems));
        problems.throwIfAny();
        String stream = text(configuration, "kinesis.stream");
        AwsEndpoint kinesis = AwsEndpoint.kinesis(URI.create(text(configuration, "kinesis.client.aws.endpoint")));
        if (!kinesis.request("ListStreams", "{}").contains('"' + stream + '"')) {
            KinesisServer.createStream(kinesis, stream, SHARDS);
        }
        Path sign = Path.of(System.getProperty("java.io.tmpdir"), "landing");
        Files.deleteIfExists(sign);
        CountDownLatch stop = Stop.latch();
        try (LandingFeeder feeder = LandingFeeder.start(kinesis, stream, warehouse)) {
            Files.createFile(sign);
            while (!stop.await(1, TimeUnit.SECONDS)) {
                feeder.check();
            }
            long mark = feeder.mark();
            Waiting.until("the last records have landed", LAST_RECORDS, () -> feeder.isDrainedSince(mark));
        }
    }

    private static String text(Configuration configuration, String key) {
        return configuration
                .getOptional(ConfigOptions.key(key).stringType().noDefaultValue())
                .orElseThrow(() -> new IllegalArgumentException("The settings do not set " + key));
    }
}
