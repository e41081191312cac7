package io.tributary.local.service;

import io.tributary.query.QuerySettings;
import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import io.tributary.settings.SettingsFile;
import io.tributary.sink.redshift.MergeStatus;
import io.tributary.sink.redshift.RedshiftRunner;
import io.tributary.sink.redshift.RedshiftSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.flink.configuration.Configuration;

/** From the Kinesis stream into the warehouse: what Redshift does by itself, and the merges that Tributary runs there. */
public final class WarehouseFeed implements AutoCloseable {

    private final LandingFeeder feeder;
    private final RedshiftRunner runner;

    private WarehouseFeed(LandingFeeder feeder, RedshiftRunner runner) {
        this.feeder = feeder;
        this.runner = runner;
    }

    /** Sets the warehouse up; its tables follow when the stream tells of their shapes. */
    public static WarehouseFeed start(Path settingsFile, KinesisServer kinesis, String stream) throws Exception {
        Problems problems = new Problems();
        Configuration configuration = SettingsFile.read(settingsFile.toString(), problems);
        Given given = Given.of(configuration, new Secrets(System::getenv, name -> null), problems);
        RedshiftSettings settings = RedshiftSettings.from(given);
        Set<String> tables = QuerySettings.from(given).outputs(problems);
        problems.throwIfAny();
        LandingFeeder feeder = LandingFeeder.start(AwsEndpoint.kinesis(kinesis.endpoint()), stream, settings);
        RedshiftRunner runner = new RedshiftRunner(settings, tables);
        runner.start();
        return new WarehouseFeed(feeder, runner);
    }

    public List<MergeStatus> statuses() {
        return runner.statuses();
    }

    /** Waits until all that is in the stream is merged. */
    public void drain(Duration atMost) throws Exception {
        long mark = feeder.mark();
        Waiting.until("the last records have landed in the warehouse", atMost, () -> feeder.isDrainedSince(mark));
        Waiting.until("the last records are merged", atMost, () -> {
            List<MergeStatus> statuses = runner.mergeOnce();
            for (MergeStatus status : statuses) {
                if (status.problem() != null) {
                    throw new IOException("The merge of " + status.table() + " failed: " + status.problem());
                }
            }
            return statuses.stream().allMatch(status -> status.waiting() == 0);
        });
    }

    @Override
    public void close() throws SQLException {
        runner.close();
        feeder.close();
    }
}
