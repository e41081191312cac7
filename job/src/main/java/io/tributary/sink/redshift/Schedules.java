package io.tributary.sink.redshift;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says in the warehouse when tables are merged, so that whoever runs the rounds keeps to it. Each method fails with a sentence and
 * changes nothing where a table or a group is not there.
 */
public final class Schedules {

    private static final SqlTemplate SCHEDULE = SqlTemplate.of("schedule.sql");

    /** As long as the name of a schedule may be, in bytes; its times are a name, too. */
    private static final int LONGEST_NAME = 256;

    private final Connection connection;
    private final WarehouseNames names;
    private final WarehouseDialect dialect;

    public Schedules(RedshiftSettings settings, Connection connection) {
        this.connection = connection;
        this.names = new WarehouseNames(settings.schema());
        this.dialect = settings.dialect();
    }

    /** Has tables, and all that are of a group, merged no more until they are resumed; what lands of them waits. */
    public void pause(Collection<String> tables, @Nullable String group) throws SQLException {
        set("paused = TRUE", tables, group);
    }

    public void resume(Collection<String> tables, @Nullable String group) throws SQLException {
        set("paused = FALSE", tables, group);
    }

    private void set(String what, Collection<String> tables, @Nullable String group) throws SQLException {
        checkTables(tables);
        if (group != null) {
            checkGroup(group);
        }
        List<String> statements = new ArrayList<>();
        if (!tables.isEmpty()) {
            statements.add("UPDATE " + names.control() + " SET " + what + those("table_name", tables));
        }
        if (group != null) {
            statements.add("UPDATE " + names.schedules() + " SET " + what + those("schedule_name", List.of(group)));
        }
        Transaction.run(connection, statements);
    }

    /** Gives tables a schedule of their own: an interval, or times of cron, or with neither all rounds. */
    public void give(Collection<String> tables, @Nullable Duration every, @Nullable String cron) throws SQLException {
        Cron times = cron == null ? null : Cron.parse(cron);
        checkTables(tables);
        List<String> statements = new ArrayList<>();
        if (times != null) {
            statements.addAll(schedule(times.toString(), null, times, false));
        }
        String seconds = every == null ? "NULL" : Long.toString(every.toSeconds());
        statements.addAll(follow(tables, seconds, times == null ? "NULL" : dialect.literal(times.toString())));
        Transaction.run(connection, statements);
    }

    /** Makes a group, or gives it another schedule: an interval, or times of cron, or with neither all rounds. */
    public void group(String group, @Nullable Duration every, @Nullable String cron) throws SQLException {
        if (group.isBlank() || group.contains(" ") || group.length() > LONGEST_NAME / 4) {
            throw new IllegalArgumentException("No group can be called '" + group
                    + "': give it a name without spaces, of at most " + LONGEST_NAME / 4 + " characters");
        }
        Transaction.run(connection, schedule(group, every, cron == null ? null : Cron.parse(cron), true));
        Transaction.execute(connection, List.of(Procedure.call(names.timetable())));
    }

    /** Has tables follow the schedule of a group. */
    public void follow(Collection<String> tables, String group) throws SQLException {
        checkTables(tables);
        checkGroup(group);
        Transaction.run(connection, follow(tables, "NULL", dialect.literal(group)));
    }

    private List<String> follow(Collection<String> tables, String seconds, String schedule) {
        return List.of(
                "UPDATE " + names.control() + " SET merge_every_s = " + seconds + ", schedule = " + schedule
                        + ", is_called = FALSE" + those("table_name", tables),
                // Times that nobody follows.
                "DELETE FROM " + names.schedules()
                        + " WHERE schedule_name = cron AND schedule_name NOT IN (SELECT schedule FROM "
                        + names.control() + " WHERE schedule IS NOT NULL)",
                Procedure.call(names.timetable()));
    }

    private List<String> schedule(String name, @Nullable Duration every, @Nullable Cron times, boolean isNew) {
        List<String> statements = SCHEDULE.in(names)
                .statements(Map.of(
                        "name", dialect.literal(name),
                        "every", every == null ? "NULL" : Long.toString(every.toSeconds()),
                        "cron", times == null ? "NULL" : dialect.literal(times.toString()),
                        "months", times == null ? "NULL" : dialect.literal(times.months()),
                        "month_days", times == null ? "NULL" : dialect.literal(times.monthDays()),
                        "week_days", times == null ? "NULL" : dialect.literal(times.weekDays()),
                        "is_either_day", times == null ? "NULL" : String.valueOf(times.isEitherDay()),
                        "minutes", times == null ? "NULL" : dialect.literal(times.minutes())));
        // The same times are the same schedule, and stay as they are.
        return isNew ? statements : statements.subList(0, 1);
    }

    private String those(String column, Collection<String> values) {
        return " WHERE " + column + " IN ("
                + values.stream().map(dialect::literal).collect(Collectors.joining(", ")) + ")";
    }

    private void checkTables(Collection<String> tables) throws SQLException {
        Set<String> known = new TreeSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT table_name FROM " + names.control()
                        + " WHERE table_name <> '" + Bookkeeping.RECEIVER + "'")) {
            while (rows.next()) {
                known.add(rows.getString(1));
            }
        }
        for (String table : tables) {
            if (!known.contains(table)) {
                throw new IllegalArgumentException("The warehouse has no table " + table + "; it has " + known);
            }
        }
    }

    private void checkGroup(String group) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT 1 FROM " + names.schedules() + " WHERE schedule_name = ?")) {
            query.setString(1, group);
            try (ResultSet rows = query.executeQuery()) {
                if (!rows.next()) {
                    throw new IllegalArgumentException(
                            "The warehouse has no group " + group + ": make it by redshift schedule --group " + group
                                    + " --every <duration>, or --cron <times>");
                }
            }
        }
    }
}
