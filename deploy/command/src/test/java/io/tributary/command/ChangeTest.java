package io.tributary.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A job on a cluster that is changed; the cluster is in this process, and so is what hands the job to it. */
@Tag("slow")
@Timeout(480)
final class ChangeTest {

    @TempDir
    private Path folder;

    private Shop shop;
    private Path settings;
    private Configuration cluster;
    private EmbeddedFlink flink;
    private FlinkRest rest;

    @BeforeEach
    void startTheJob() throws Exception {
        shop = Shop.open();
        settings = shop.settings(folder);
        StateFolder state = StateFolder.at(folder.resolve("cluster"));
        cluster = LocalFlink.of(given().flink(), state, 0, null);
        flink = EmbeddedFlink.of(cluster);
        Main.main(new String[] {"run", "--settings", settings.toString()});
        rest = new FlinkRest(flink.address());
        KeptStart.keep(given(), jar());
    }

    @AfterEach
    void end() throws Exception {
        flink.close();
        shop.close();
    }

    private GivenSettings given() {
        return GivenSettings.read(settings.toString());
    }

    private Path jar() throws Exception {
        return Files.writeString(folder.resolve("job.jar"), "a jar");
    }

    /** As Flink's client does it. */
    private void start(String location, Path jar, String from) throws Exception {
        assertThat(jar).hasContent("a jar");
        Configuration job = new Configuration(cluster);
        job.set(DeploymentOptions.TARGET, "embedded");
        job.set(DeploymentOptions.ATTACHED, false);
        job.set(StateRecoveryOptions.SAVEPOINT_PATH, from);
        EmbeddedEnvironment.set(flink, job);
        Main.main(new String[] {"run", "--settings", location});
    }

    /** What is said, and the exit status in front of it. */
    private String change() throws Exception {
        StringWriter said = new StringWriter();
        RunningJob job = RunningJob.of(rest, given());
        int status = new JobChange(rest, given(), this::start, Duration.ofMinutes(3), new PrintWriter(said))
                .run(
                        job,
                        jar(),
                        KeptStart.of(settings.toString()),
                        folder.resolve("savepoints").toUri().toString());
        return status + " " + said;
    }

    private void awaitCheckpoint() throws Exception {
        while (RunningJob.of(rest, given()).checkpoint() == null) {
            assertThat(RunningJob.of(rest, given()).failure()).isEmpty();
            Thread.sleep(200);
        }
    }

    private void write(String column) throws Exception {
        Files.writeString(folder.resolve("sql/spending.sql"), """
                -- How much has each customer spent?
                -- key: customer_id
                SELECT customer_id, %s AS spent FROM orders GROUP BY customer_id
                """.formatted(column));
    }

    private String most() {
        return Answer.to("query", "--json", "--settings", settings.toString(), "SELECT MAX(spent) AS m FROM spending")
                .out()
                .strip();
    }

    private void awaitMost(String wanted) throws Exception {
        while (!most().contains(wanted)) {
            assertThat(RunningJob.of(rest, given()).failure()).isEmpty();
            Thread.sleep(500);
        }
    }

    @Test
    void aJobIsChangedOrGoesOnAsItWas() throws Exception {
        awaitCheckpoint();
        write("SUM(amount) + 100000");

        assertThat(change())
                .startsWith("0 Stopping job tributary (")
                .contains("Stopped. The savepoint is file:" + folder.resolve("savepoints"))
                .endsWith("The job runs as the settings say, and has completed a checkpoint." + System.lineSeparator());
        awaitMost("101500.00");

        // Only what the job is resumed from says that this cannot be.
        String before = Files.readString(settings);
        Files.writeString(settings, before.replace("sql:\n", "sql:\n  on-removed-file: fail\n"));
        Files.move(folder.resolve("sql/spending.sql"), folder.resolve("sql/spent.sql"));
        assertThat(change())
                .startsWith("1 ")
                .contains(
                        "It could not be started: The SQL files of tables spending were there when the state was written")
                .endsWith("The job runs as before; nothing was changed." + System.lineSeparator());
        shop.run("UPDATE orders SET amount = amount + 7 WHERE id = 500");
        awaitMost("101507.00");

        Files.delete(KeptStart.of(settings.toString()).settings());
        assertThat(change())
                .startsWith("1 ")
                .contains("Nothing was kept of what it was started with before.", " --from file:" + folder);
        assertThat(RunningJob.find(rest, given())).isNull();
    }
}
