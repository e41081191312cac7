package io.tributary.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.command.verify.Outcome;
import io.tributary.local.demo.FaultProxy.Mode;
import io.tributary.local.service.FlinkCluster;
import io.tributary.local.service.Waiting;
import io.tributary.local.service.WarehouseFeed;
import io.tributary.local.shop.Load;
import io.tributary.local.verify.Ends;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalTime;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What surrounds the job fails, one after the other, for longer than a restart takes, while the shop is changed. After each
 * fault all targets are compared with the source, and the job is the same one: nothing of this ends it, but the loss of a job
 * manager that has no high availability. Most of it is waited out without a restart.
 *
 * <p>{@code -Dfaults=<regular expression>} takes only those whose sentence has a match.
 */
class FaultsScenario {

    private static final Path HOME = Path.of(System.getProperty("tributary.home"));
    private static final Pattern SELECTED = Pattern.compile(System.getProperty("faults", ""));
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration OUTAGE = Duration.ofSeconds(75);
    private static final long ORDERS = 3_000;

    @Test
    void noOutageLosesAnythingOrEndsTheJob(@TempDir Path folder) throws Exception {
        try (Laptop laptop = Laptop.start(HOME, folder, Source.POSTGRES)) {
            laptop.fill(ORDERS);
            Pace.frequentCheckpoints(laptop.settings());
            FaultFolder checkpoints = FaultFolder.at(folder.resolve("flink/checkpoints"));
            FaultFolder files = FaultFolder.at(folder.resolve("lake"));
            try (FaultProxy database =
                            FaultProxy.before("127.0.0.1", laptop.shop().port());
                    FaultProxy catalog = FaultProxy.before("127.0.0.1", catalogPort(laptop.settings()));
                    FaultyKinesis service =
                            FaultyKinesis.before(laptop.kinesis().endpoint());
                    FaultProxy kinesis = FaultProxy.before("127.0.0.1", service.port());
                    WarehouseFeed warehouse = WarehouseFeed.start(laptop.settings(), laptop.kinesis(), Laptop.STREAM)) {
                Path settings = Files.copy(laptop.settings(), folder.resolve("faults.yaml"));
                throughProxies(settings, laptop, database, catalog, kinesis);
                FlinkCluster flink = laptop.flink();
                Run run = new Run(laptop, folder, List.of("run", "--settings", settings.toString()), warehouse);
                run.start();

                run.waitsWhile("the catalog is not running", () -> outage(catalog, Mode.REFUSE));
                run.waitsWhile("packets to the catalog are lost", () -> outage(catalog, Mode.SWALLOW));
                run.waitsWhile("Kinesis is not running", () -> outage(kinesis, Mode.REFUSE));
                run.waitsWhile("packets to Kinesis are lost", () -> outage(kinesis, Mode.SWALLOW));
                run.waitsWhile("Kinesis refuses records", () -> refusals(service, FaultyKinesis.Mode.RECORDS_REFUSED));
                run.waitsWhile("Kinesis refuses requests", () -> refusals(service, FaultyKinesis.Mode.CALLS_REFUSED));
                run.waitsWhile("the source is not reached", () -> outage(database, Mode.REFUSE));
                run.waitsWhile("packets from the source are lost", () -> outage(database, Mode.SWALLOW));
                run.waitsWhile("checkpoints cannot be written", () -> outage(checkpoints));
                run.during("the files of the tables cannot be read or written", () -> outage(files));
                run.during("the task manager is lost while the catalog is away", () -> {
                    catalog.set(Mode.REFUSE);
                    flink.replaceTaskManager();
                    Thread.sleep(OUTAGE.toMillis());
                    catalog.set(Mode.PASS);
                });
                run.during("the job manager is lost", run::resumeWithoutHighAvailability);
                run.stop();
            }
        }
    }

    private static void outage(FaultProxy proxy, Mode mode) throws InterruptedException {
        proxy.set(mode);
        Thread.sleep(OUTAGE.toMillis());
        proxy.set(Mode.PASS);
    }

    private static void outage(FaultFolder storage) throws IOException, InterruptedException {
        storage.away();
        Thread.sleep(OUTAGE.toMillis());
        storage.back();
    }

    private static void refusals(FaultyKinesis kinesis, FaultyKinesis.Mode mode) throws InterruptedException {
        long before = kinesis.refusals();
        kinesis.set(mode);
        Thread.sleep(OUTAGE.toMillis());
        kinesis.set(FaultyKinesis.Mode.PASS);
        assertThat(kinesis.refusals()).isGreaterThan(before);
    }

    private static int catalogPort(Path settings) throws IOException {
        Matcher url =
                Pattern.compile("uri: \"jdbc:postgresql://[^:]+:(\\d+)/lake").matcher(Files.readString(settings));
        assertThat(url.find()).isTrue();
        return Integer.parseInt(url.group(1));
    }

    private static void throughProxies(
            Path settings, Laptop laptop, FaultProxy database, FaultProxy catalog, FaultProxy kinesis)
            throws IOException {
        URI endpoint = laptop.kinesis().endpoint();
        String yaml = Files.readString(settings);
        String through = yaml.replace("  port: " + laptop.shop().port() + "\n", "  port: " + database.port() + "\n")
                .replaceFirst("(uri: \"jdbc:postgresql://[^:]+:)\\d+(/lake)", "$1" + catalog.port() + "$2")
                .replace(
                        endpoint.toString(),
                        endpoint.toString().replace(":" + endpoint.getPort(), ":" + kinesis.port()));
        assertThat(through).contains(":" + catalog.port() + "/", ":" + kinesis.port(), "port: " + database.port());
        Files.writeString(settings, through);
    }

    private interface Fault {
        void happen() throws Exception;
    }

    /** One job, through all faults. */
    private static final class Run {

        private final Laptop laptop;
        private final Path folder;
        private final List<String> arguments;
        private final WarehouseFeed warehouse;
        private final Ends ends;
        private String job = "";

        Run(Laptop laptop, Path folder, List<String> arguments, WarehouseFeed warehouse) throws IOException {
            this.laptop = laptop;
            this.folder = folder;
            this.arguments = arguments;
            this.warehouse = warehouse;
            this.ends = laptop.ends();
        }

        void start() throws Exception {
            job = laptop.flink().submit(Demo.jar(HOME), arguments);
            Checkpoints.await(laptop.flink(), job, 2);
        }

        void stop() throws Exception {
            laptop.flink().rest().stop(job);
        }

        void waitsWhile(String sentence, Fault fault) throws Exception {
            long before = restarts();
            during(sentence, fault);
            assertThat(restarts()).as(sentence).isEqualTo(before);
        }

        private long restarts() throws Exception {
            return laptop.flink().rest().restarts(job);
        }

        /** Changes the shop before, during and after a fault; then everything has to be everywhere. */
        void during(String sentence, Fault fault) throws Exception {
            if (!SELECTED.matcher(sentence).find()) {
                return;
            }
            System.out.println(LocalTime.now() + " While " + sentence + ":");
            try (Load load = Load.ofShop(laptop.shop(), 100, sentence.hashCode())) {
                Thread.sleep(2_000);
                fault.happen();
                Thread.sleep(2_000);
                load.stop();
            }
            System.out.println(LocalTime.now() + " It is over, with " + restarts() + " restarts so far");
            Arrival.await(laptop, ends, job);
            warehouse.drain(PATIENCE);
            assertThat(Demo.compare(laptop, System.out)).as(sentence).hasSize(7).allMatch(Outcome::isClean);
            assertThat(laptop.flink().rest().state(job)).as(sentence).isEqualTo("RUNNING");
        }

        /** As the manual says: once nobody reads the slot any more, from the newest checkpoint that is left. */
        void resumeWithoutHighAvailability() throws Exception {
            FlinkCluster flink = laptop.flink();
            flink.replaceJobManager();
            Waiting.until("nobody reads the slot", PATIENCE, this::isSlotFree);
            job = flink.resume(Demo.jar(HOME), Checkpoints.last(folder, job), arguments);
            Checkpoints.await(flink, job, 2);
        }

        private boolean isSlotFree() throws SQLException {
            try (Connection connection = laptop.shop().connect();
                    Statement statement = connection.createStatement();
                    ResultSet active = statement.executeQuery("SELECT bool_or(active) FROM pg_replication_slots")) {
                return active.next() && !active.getBoolean(1);
            }
        }
    }
}
