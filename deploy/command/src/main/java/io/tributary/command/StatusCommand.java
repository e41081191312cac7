package io.tributary.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.apache.iceberg.catalog.Catalog;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Says how a pipeline is. */
@Command(
        name = "status",
        sortOptions = false,
        description = {
            "Say how the pipeline is: what is wrong, then the job, its sources, its tables and the dead letters.",
            "It ends with 1 if something is wrong."
        })
final class StatusCommand implements Callable<Integer> {

    private static final Duration PAUSE = Duration.ofSeconds(2);

    /** Clears the window and goes to its top. */
    private static final String ANEW = "\u001b[H\u001b[2J";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private SettingsOption settings = new SettingsOption();

    @Mixin
    private FlinkOptions flink = new FlinkOptions();

    @Option(names = "--json", description = "print it as a JSON object")
    private boolean json;

    @Option(names = "--watch", description = "every two seconds anew, until stopped")
    private boolean watch;

    @Option(
            names = "--serve",
            paramLabel = "<port>",
            description =
                    "show it as a page at this port of localhost, or at <host:port>, until stopped; 0 is any free port")
    private @Nullable String serve;

    @Override
    public Integer call() throws Exception {
        FlinkRest rest = flink.rest(settings);
        InetSocketAddress page = serve == null ? null : address(serve);
        GivenSettings given = GivenSettings.read(settings.location());
        Lake lake = Lake.of(given);
        Catalog catalog = lake.loadCatalog();
        PrintWriter out = spec.commandLine().getOut();
        if (page != null) {
            return serve(page, given, lake, catalog, out);
        }
        while (true) {
            PipelineStatus status = look(rest, given, lake, catalog);
            if (watch && !json) {
                out.print(ANEW);
            }
            if (json) {
                out.println(status.json());
            } else {
                new StatusText(status, out).print();
            }
            out.flush();
            if (!watch) {
                return status.problems().isEmpty() ? 0 : Tributary.PROBLEMS;
            }
            Thread.sleep(PAUSE.toMillis());
        }
    }

    private static PipelineStatus look(@Nullable FlinkRest rest, GivenSettings given, Lake lake, Catalog catalog)
            throws Exception {
        return PipelineStatus.of(
                rest, given.text("name", "tributary"), lake, catalog, given.text("rejected.table", "dead_letters"));
    }

    private int serve(InetSocketAddress where, GivenSettings given, Lake lake, Catalog catalog, PrintWriter out)
            throws Exception {
        StatusHistory history = new StatusHistory();
        try (StatusPage page = StatusPage.at(where)) {
            out.println("The page is at " + page.address() + " until this is stopped.");
            out.flush();
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    // A job that is started meanwhile is found, and a catalog that is away may come back.
                    PipelineStatus status = look(flink.rest(settings), given, lake, catalog);
                    history.add(status);
                    page.show(status.json(history));
                } catch (RuntimeException | IOException e) {
                    page.fail(Sentence.of(e));
                }
                Thread.sleep(PAUSE.toMillis());
            }
        }
        return 0;
    }

    private InetSocketAddress address(String where) {
        int colon = where.lastIndexOf(':');
        String host = colon < 0 ? "localhost" : where.substring(0, colon);
        String port = where.substring(colon + 1);
        if (host.isEmpty() || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65_535) {
            throw new ParameterException(
                    spec.commandLine(), "--serve " + where + " is no address: write it as 8090 or 0.0.0.0:8090");
        }
        return new InetSocketAddress(host, Integer.parseInt(port));
    }
}
