package io.tributary.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.local.demo.FaultProxy.Mode;
import io.tributary.local.service.FlinkCluster;
import io.tributary.local.service.WarehouseFeed;
import io.tributary.local.shop.Load;
import io.tributary.local.verify.Ends;
import io.tributary.local.verify.Verify;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What surrounds the job fails, one after the other, for longer than a restart takes, while the shop is changed. After each
 * fault all targets are compared with the source, and the job is the same one: nothing of this ends it.
 */
class FaultsScenario {

    private static final Path HOME = Path.of(System.getProperty("tributary.home"));
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration OUTAGE = Duration.ofSeconds(75);
    private static final long ORDERS = 3_000;

    @Test
    void noOutageLosesAnythingOrEndsTheJob(@TempDir Path folder) throws Exception {
        try (Laptop laptop = Laptop.start(HOME, folder, Source.POSTGRES)) {
            laptop.fill(ORDERS);
            Pace.frequentCheckpoints(laptop.settings());
            try (FaultProxy database =
                            FaultProxy.before("127.0.0.1", laptop.shop().port());
                    FaultProxy catalog = FaultProxy.before("127.0.0.1", catalogPort(laptop.settings()));
                    FaultProxy kinesis = FaultProxy.before(
                            "127.0.0.1", laptop.kinesis().endpoint().getPort());
                    WarehouseFeed warehouse = WarehouseFeed.start(laptop.settings(), laptop.kinesis(), Laptop.STREAM)) {
                Path settings = Files.copy(laptop.settings(), folder.resolve("faults.yaml"));
                throughProxies(settings, laptop, database, catalog, kinesis);
                FlinkCluster flink = laptop.flink();
                String job = flink.submit(Demo.jar(HOME), List.of("run", "--settings", settings.toString()));
                Checkpoints.await(flink, job, 2);
                Run run = new Run(laptop, laptop.ends(), warehouse, job);

                run.during("the catalog is not running", () -> outage(catalog, Mode.REFUSE));
                run.during("packets to the catalog are lost", () -> outage(catalog, Mode.SWALLOW));
                run.during("Kinesis is not running", () -> outage(kinesis, Mode.REFUSE));
                run.during("packets to Kinesis are lost", () -> outage(kinesis, Mode.SWALLOW));
                run.during("the source is not reached", () -> outage(database, Mode.REFUSE));
                run.during("packets from the source are lost", () -> outage(database, Mode.SWALLOW));
                run.during("checkpoints cannot be written", () -> withoutCheckpoints(folder, job));
                run.during("the task manager is lost while the catalog is away", () -> {
                    catalog.set(Mode.REFUSE);
                    flink.replaceTaskManager();
                    Thread.sleep(OUTAGE.toMillis());
                    catalog.set(Mode.PASS);
                    return null;
                });
                flink.rest().stop(job);
            }
        }
    }

    private static Void outage(FaultProxy proxy, Mode mode) throws InterruptedException {
        proxy.set(mode);
        Thread.sleep(OUTAGE.toMillis());
        proxy.set(Mode.PASS);
        return null;
    }

    /** A file stands where the job's checkpoints would be written, which keeps root from writing, too. */
    private static Void withoutCheckpoints(Path folder, String job) throws IOException, InterruptedException {
        Path checkpoints = folder.resolve("flink/checkpoints").resolve(job);
        Path aside = checkpoints.resolveSibling("aside");
        Files.move(checkpoints, aside);
        Files.createFile(checkpoints);
        Thread.sleep(OUTAGE.toMillis());
        Files.delete(checkpoints);
        Files.move(aside, checkpoints);
        return null;
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

    /** One job, through all faults. */
    private record Run(Laptop laptop, Ends ends, WarehouseFeed warehouse, String job) {

        /** Changes the shop before, during and after a fault; then everything has to be everywhere. */
        void during(String fault, Callable<Void> happens) throws Exception {
            System.out.println("While " + fault + ":");
            try (Load load = Load.ofShop(laptop.shop(), 100, fault.hashCode())) {
                Thread.sleep(2_000);
                happens.call();
                Thread.sleep(2_000);
                load.stop();
            }
            Arrival.await(laptop, ends, job);
            warehouse.drain(PATIENCE);
            List<Verify.Report> reports = Verify.of(ends);
            Verify.print(reports, System.out);
            assertThat(reports).as(fault).hasSize(7).allMatch(Verify.Report::isClean);
            assertThat(laptop.flink().rest().state(job)).as(fault).isEqualTo("RUNNING");
        }
    }
}
