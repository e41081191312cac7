package io.tributary;

import io.tributary.change.Schema;
import io.tributary.change.SchemaConflictException;
import io.tributary.settings.Problems;
import io.tributary.sink.redshift.MergeStatus;
import io.tributary.sink.redshift.OnGap;
import io.tributary.sink.redshift.RedshiftRunner;
import io.tributary.sink.redshift.RedshiftScript;
import io.tributary.sink.redshift.RedshiftSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The commands for the warehouse: print the SQL that sets it up, run it, and merge. */
final class WarehouseCommands {

    private WarehouseCommands() {}

    static void run(Arguments arguments, Settings settings, Problems problems, PrintStream out)
            throws InterruptedException {
        Arguments.Command command = arguments.command();
        if (!settings.redshift().isEnabled()) {
            problems.add("redshift.url is missing: the commands for the warehouse need it");
            throw problems.exception();
        }
        if (command == Arguments.Command.REDSHIFT_MERGE) {
            String never = settings.redshift().onGap() == OnGap.RELOAD ? Reloads.problem(settings) : null;
            if (never != null) {
                problems.add(RedshiftSettings.ON_GAP.key() + " is reload. " + never);
            }
            Set<String> tables = settings.query().outputs(problems);
            problems.throwIfAny();
            if (arguments.isOnce()) {
                Reloads reloads = new Reloads(settings.redshift(), settings.iceberg(), settings.kinesis());
                try (RedshiftRunner runner = new RedshiftRunner(settings.redshift(), tables, reloads::fill)) {
                    once(runner, problems, out);
                }
                return;
            }
            merge(settings, tables, arguments.metrics(), problems, out);
            return;
        }
        if (command == Arguments.Command.REDSHIFT_RELOAD) {
            reload(arguments.tables(), settings, problems, out);
            return;
        }
        if (Set.of(
                        Arguments.Command.REDSHIFT_STATUS,
                        Arguments.Command.REDSHIFT_PAUSE,
                        Arguments.Command.REDSHIFT_RESUME,
                        Arguments.Command.REDSHIFT_SCHEDULE)
                .contains(command)) {
            problems.throwIfAny();
            ScheduleCommands.run(arguments, settings.redshift(), problems, out);
            return;
        }
        List<Schema> tables =
                new ArrayList<>(Plan.ofTables(settings, problems).outputs().values());
        RedshiftScript script = new RedshiftScript(settings.redshift());
        if (command == Arguments.Command.REDSHIFT_PRINT) {
            script.statements(tables).forEach(statement -> out.println(statement + ";" + System.lineSeparator()));
            return;
        }
        List<String> remarks = script.check(tables, problems);
        problems.throwIfAny();
        remarks.forEach(out::println);
        script.apply(tables, problems);
        problems.throwIfAny();
        out.println("The schema " + settings.redshift().schema() + " is ready for " + tables.size() + " tables");
    }

    private static void reload(List<String> tables, Settings settings, Problems problems, PrintStream out) {
        String never = Reloads.problem(settings);
        if (never != null) {
            problems.add(never);
            throw problems.exception();
        }
        Reloads reloads = new Reloads(settings.redshift(), settings.iceberg(), settings.kinesis());
        for (String table : tables) {
            try (Connection warehouse = RedshiftScript.connect(settings.redshift())) {
                out.println(reloads.fill(table, warehouse));
            } catch (SQLException | IOException | SchemaConflictException | IllegalArgumentException e) {
                problems.add("Table " + table + " is as it was: " + e.getMessage());
            }
        }
        problems.throwIfAny();
    }

    /** For schedulers: one round, which fails with what keeps the warehouse or a table behind. */
    static void once(RedshiftRunner runner, Problems problems, PrintStream out) {
        try {
            List<MergeStatus> statuses = new ArrayList<>(runner.mergeOnce());
            MergeStatus landing = runner.landing();
            if (landing != null) {
                statuses.add(landing);
            }
            for (MergeStatus status : statuses) {
                out.println(status);
                String problem = status.problem();
                if (problem != null) {
                    problems.add("Table " + status.table() + " of the warehouse is behind: " + problem);
                }
            }
        } catch (SQLException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        problems.throwIfAny();
    }

    /** Until the process is told to stop. */
    private static void merge(
            Settings settings,
            Set<String> tables,
            @Nullable InetSocketAddress metrics,
            Problems problems,
            PrintStream out)
            throws InterruptedException {
        CountDownLatch stop = new CountDownLatch(1);
        Reloads reloads = new Reloads(settings.redshift(), settings.iceberg(), settings.kinesis());
        try (RedshiftRunner runner = new RedshiftRunner(settings.redshift(), tables, reloads::fill)) {
            Watch watch = metrics == null ? null : Watch.at(metrics, settings, List.of(runner::expose), problems);
            Runtime.getRuntime().addShutdownHook(new Thread(stop::countDown, "stop"));
            runner.start();
            while (!stop.await(10, TimeUnit.SECONDS)) {
                String problem = runner.problem();
                if (problem != null) {
                    out.println(problem);
                }
                for (MergeStatus status : runner.statuses()) {
                    out.println(status);
                }
            }
            if (watch != null) {
                watch.close();
            }
        }
    }
}
