package io.tributary.local.demo;

import io.tributary.command.verify.Outcome;
import io.tributary.command.verify.OutcomeText;
import io.tributary.local.arguments.Arguments;
import io.tributary.local.service.Built;
import io.tributary.local.service.FlinkRest;
import io.tributary.local.service.Folders;
import io.tributary.local.service.Waiting;
import io.tributary.local.service.WarehouseFeed;
import io.tributary.local.service.dynamodb.Dynamo;
import io.tributary.local.verify.Ends;
import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import io.tributary.settings.SettingsFile;
import io.tributary.sink.iceberg.IcebergSettings;
import io.tributary.sink.iceberg.ReaderSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * The whole of Tributary at work on one machine: fills a shop, starts the job as it is started on a cluster, changes the
 * shop, shows how far everything is, and ends with verify.
 *
 * <p>Its exit code is 0 only if every row was the same everywhere. Ctrl-C ends it early, without verify.
 */
public final class Demo {

    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration DRAIN = Duration.ofMinutes(10);
    private static final Duration PATIENCE_AT_CTRL_C = Duration.ofSeconds(60);

    private final DemoOptions options;
    private final Path home;
    private final PrintStream out;

    Demo(DemoOptions options, Path home, PrintStream out) {
        this.options = options;
        this.home = home;
        this.out = out;
    }

    public static void main(String[] arguments) throws Exception {
        DemoOptions options = DemoOptions.of(Arguments.readOrExit(Demo.class, arguments));
        Thread demo = Thread.currentThread();
        Thread atCtrlC = new Thread(() -> {
            demo.interrupt();
            try {
                demo.join(PATIENCE_AT_CTRL_C.toMillis());
            } catch (InterruptedException e) {
                demo.interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(atCtrlC);
        boolean clean;
        try {
            clean = new Demo(options, Path.of(System.getProperty("tributary.home", ".")), System.out).run();
            System.out.println(
                    "What to try next: deploy/local/demo --seconds 0 goes on until Ctrl-C, so that you can look at its"
                            + " page and ask it questions; deploy/tributary init begins with a database of your own, where"
                            + " you edit the SQL files.");
        } catch (InterruptedException e) {
            System.out.println("Stopped.");
            return;
        }
        Runtime.getRuntime().removeShutdownHook(atCtrlC);
        System.exit(clean ? 0 : 1);
    }

    /** Whether verify found no difference. */
    boolean run() throws Exception {
        Path folder = options.folder() == null
                ? Files.createTempDirectory("tributary-demo-")
                : Files.createDirectories(options.folder());
        try {
            out.println("Starting " + services() + " in " + folder + " ...");
            try (Laptop laptop = Laptop.start(home, folder, options.source())) {
                return run(laptop);
            }
        } finally {
            if (options.keep()) {
                out.println("Everything it wrote is kept in " + folder);
            } else {
                Folders.delete(folder);
            }
        }
    }

    private String services() {
        StringBuilder services = new StringBuilder("PostgreSQL twice, ");
        if (!options.source().byTopic().isEmpty()) {
            services.append("Kafka, Debezium, ");
        }
        if (options.source().hasCarts()) {
            services.append("DynamoDB, ");
        }
        return services + "Kinesis and Flink";
    }

    private boolean run(Laptop laptop) throws Exception {
        laptop.fill();
        out.println("Flink's web interface: " + laptop.flink().rest().address());
        if (options.source().hasShop()) {
            out.println("The shop:              " + laptop.shop().url());
        }
        Dynamo dynamo = laptop.dynamo();
        if (dynamo != null) {
            out.println("DynamoDB:              " + dynamo.address());
        }
        out.println("Settings of the job:   " + laptop.settings());
        out.println("In another window:     deploy/tributary status --watch --flink "
                + laptop.flink().rest().address() + " --settings " + laptop.settings());
        out.println("                       deploy/tributary status --serve 8090 --flink "
                + laptop.flink().rest().address() + " --settings " + laptop.settings() + ", which is a page");
        out.println("                       deploy/tributary query --settings " + laptop.settings());
        Ends ends = laptop.ends();
        readers(laptop, ends).forEach(out::println);
        try (WarehouseFeed warehouse = WarehouseFeed.start(laptop.settings(), laptop.kinesis(), Laptop.STREAM)) {
            try (Loads loads = Loads.start(laptop, options.rate(), options.seed())) {
                laptop.export();
                String job = submit(laptop);
                work(laptop, ends, warehouse, job, loads);
                loads.stop();
                out.printf(
                        "The load has stopped after %,d changes; waiting until all has arrived ...%n", loads.changes());
                Arrival.await(laptop, ends, job);
                String savepoint = laptop.flink().rest().stop(job);
                out.println("Stopped the job with savepoint " + savepoint);
            }
            warehouse.drain(DRAIN);
        }
        return compare(laptop, out).stream().allMatch(Outcome::isClean);
    }

    private static List<String> readers(Laptop laptop, Ends ends) throws IOException {
        Problems problems = new Problems();
        Given given = Given.of(
                SettingsFile.read(laptop.settings().toString(), problems),
                new Secrets(System::getenv, name -> null),
                problems);
        List<String> lines = ReaderSettings.of(IcebergSettings.from(given)).lines(ends.passThrough());
        problems.throwIfAny();
        return lines;
    }

    private String submit(Laptop laptop) throws Exception {
        FlinkRest flink = laptop.flink().rest();
        String job = laptop.flink()
                .submit(
                        jar(home),
                        List.of("run", "--settings", laptop.settings().toString()));
        Waiting.until("the job is running", START, () -> isDeployed(flink, job));
        checkRunning(flink, job);
        return job;
    }

    static Path jar(Path home) throws IOException {
        return Built.jobJar(home);
    }

    private static boolean isDeployed(FlinkRest flink, String job) throws Exception {
        return !List.of("INITIALIZING", "CREATED").contains(flink.state(job));
    }

    /** Says what was found. */
    static List<Outcome> compare(Laptop laptop, PrintStream out) throws Exception {
        List<Outcome> outcomes = laptop.compare();
        OutcomeText text = new OutcomeText(new PrintWriter(out, true, StandardCharsets.UTF_8));
        outcomes.forEach(text::print);
        text.end(outcomes.stream().allMatch(Outcome::isClean));
        return outcomes;
    }

    private void work(Laptop laptop, Ends ends, WarehouseFeed warehouse, String job, Loads loads) throws Exception {
        TreeSet<String> outputs = new TreeSet<>(ends.passThrough());
        outputs.addAll(ends.files().keySet());
        List<TableIdentifier> tables = new ArrayList<>();
        outputs.forEach(output -> tables.add(ends.identifier(output)));
        long end = options.seconds() == 0
                ? Long.MAX_VALUE
                : System.nanoTime() + TimeUnit.SECONDS.toNanos(options.seconds());
        Progress progress = new Progress(
                options.source(), laptop.flink().rest(), job, ends.catalog(), tables, out, loads.changes());
        while (System.nanoTime() < end) {
            Thread.sleep(1000);
            progress.print(loads.changes(), warehouse.statuses());
            checkRunning(laptop.flink().rest(), job);
        }
    }

    static void checkRunning(FlinkRest flink, String job) throws Exception {
        String state = flink.state(job);
        if (state.equals("FAILED") || state.equals("CANCELED")) {
            throw new IOException("The job failed: " + flink.failure(job));
        }
    }
}
