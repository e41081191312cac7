package io.tributary;

import io.tributary.settings.Problems;
import io.tributary.sink.redshift.MergeStatus;
import io.tributary.sink.redshift.RedshiftScript;
import io.tributary.sink.redshift.RedshiftSettings;
import io.tributary.sink.redshift.Schedules;
import io.tributary.sink.redshift.WarehouseStatus;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands that say in the warehouse when tables are merged, and that show it. */
final class ScheduleCommands {

    private ScheduleCommands() {}

    /** What was said is shown as it is then: of the tables that were named, or of all. */
    static void run(Arguments arguments, RedshiftSettings settings, Problems problems, PrintStream out) {
        List<String> tables = arguments.tables();
        try (Connection warehouse = RedshiftScript.connect(settings)) {
            Schedules schedules = new Schedules(settings, warehouse);
            switch (arguments.command()) {
                case REDSHIFT_PAUSE:
                    schedules.pause(tables, arguments.group());
                    break;
                case REDSHIFT_RESUME:
                    schedules.resume(tables, arguments.group());
                    break;
                case REDSHIFT_SCHEDULE:
                    schedule(arguments, schedules);
                    break;
                default:
                    break;
            }
            WarehouseStatus status = new WarehouseStatus(settings, warehouse);
            show(arguments, status.tables(), problems, out);
            if (arguments.command() == Arguments.Command.REDSHIFT_STATUS) {
                status.changedByHand().forEach((table, sentences) -> sentences.forEach(problems::add));
            }
        } catch (SQLException | IllegalArgumentException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        problems.throwIfAny();
    }

    private static void schedule(Arguments arguments, Schedules schedules) throws SQLException {
        String group = arguments.group();
        @Nullable Duration every = arguments.every();
        @Nullable String cron = arguments.cron();
        if (group == null) {
            schedules.give(arguments.tables(), every, cron);
            return;
        }
        if (every != null || cron != null || arguments.isAlways()) {
            schedules.group(group, every, cron);
        }
        if (!arguments.tables().isEmpty()) {
            schedules.follow(arguments.tables(), group);
        }
    }

    private static void show(Arguments arguments, List<MergeStatus> statuses, Problems problems, PrintStream out) {
        boolean isStatus = arguments.command() == Arguments.Command.REDSHIFT_STATUS;
        for (MergeStatus status : statuses) {
            if (isStatus
                    || arguments.tables().contains(status.table())
                    || (arguments.group() != null
                            && arguments.group().equals(status.schedule().group()))) {
                out.println(status);
            }
            String problem = status.problem();
            if (isStatus && problem != null) {
                problems.add("Table " + status.table() + " of the warehouse is behind: " + problem);
            }
        }
    }
}
