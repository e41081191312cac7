package io.tributary.sink.redshift;

import static io.tributary.sink.redshift.StandInWarehouse.row;
import static io.tributary.sink.redshift.StandInWarehouse.schema;
import static io.tributary.sink.redshift.StandInWarehouse.told;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Schema;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tables are merged when their schedule says, whoever runs the rounds: here by a clock that the test sets. */
final class SchedulesTest {

    private static final Schema ORDERS = schema("orders", "id", "id BIGINT NOT NULL");
    private static final Schema PARTS = schema("parts", "id", "id BIGINT NOT NULL");

    private StandInWarehouse warehouse;
    private Schedules schedules;

    @BeforeEach
    void open() throws SQLException {
        warehouse = StandInWarehouse.open();
        warehouse.apply(ORDERS, PARTS);
        warehouse.land(told(ORDERS, 1));
        warehouse.land(told(PARTS, 1));
        warehouse.merge();
        schedules = new Schedules(warehouse.settings(), warehouse.connection());
        String clock = warehouse.settings().schema();
        warehouse.execute("CREATE TABLE " + clock + ".clock (now TIMESTAMP NOT NULL)");
        warehouse.execute("INSERT INTO " + clock + ".clock VALUES (clock_timestamp() AT TIME ZONE 'UTC')");
        warehouse.execute("CREATE FUNCTION " + clock + ".getdate() RETURNS TIMESTAMP LANGUAGE sql AS 'SELECT now FROM "
                + clock + ".clock'");
        warehouse.execute("SET search_path TO " + clock + ", public");
    }

    @AfterEach
    void close() {
        warehouse.close();
    }

    @Test
    void aTableIsMergedOnceAtEachOfItsTimesWithAllThatHasLanded() throws SQLException {
        at("2027-03-01 05:00");
        schedules.give(List.of("orders"), null, "0 6 * * *");
        land(1);
        round();
        assertThat(merged("orders")).isEmpty();
        assertThat(merged("parts")).containsExactly("1");
        at("2027-03-01 06:00:00");
        round();
        assertThat(merged("orders")).containsExactly("1");
        land(2);
        at("2027-03-01 06:20:00");
        round();
        assertThat(merged("orders")).as("its time is over").containsExactly("1");
        assertThat(next()).isEqualTo("2027-03-02 06:00:00");
        // Nobody looks for a while, and it has two times meanwhile.
        at("2027-03-03 09:31:00");
        round();
        assertThat(merged("orders")).containsExactly("1", "2");
        assertThat(next()).isEqualTo("2027-03-04 06:00:00");
    }

    /** What had nothing to merge at its time waits for the next one, and is not merged as soon as something lands. */
    @Test
    void aTimeAtWhichNothingHasLandedIsOver() throws SQLException {
        at("2027-03-01 05:00");
        schedules.group("nightly", null, "0 6 * * *");
        schedules.follow(List.of("orders", "parts"), "nightly");
        at("2027-03-01 06:00");
        round();
        land(1);
        at("2027-03-01 06:01");
        round();
        assertThat(merged("orders")).isEmpty();
        at("2027-03-02 06:00");
        round();
        assertThat(merged("orders")).containsExactly("1");
        assertThat(merged("parts")).containsExactly("1");
    }

    @Test
    void whatIsPausedAtItsTimeIsMergedWhenItIsResumed() throws SQLException {
        at("2027-03-01 05:00");
        schedules.group("nightly", null, "0 6 * * *");
        schedules.follow(List.of("orders"), "nightly");
        schedules.pause(List.of(), "nightly");
        land(1);
        at("2027-03-01 06:00");
        round();
        assertThat(merged("orders")).isEmpty();
        at("2027-03-01 07:00");
        schedules.resume(List.of(), "nightly");
        round();
        assertThat(merged("orders")).containsExactly("1");
    }

    @Test
    void anIntervalOfAGroupHoldsForItsTablesAndATablesOwnForItself() throws SQLException {
        at("2027-03-01 05:00");
        schedules.group("hourly", Duration.ofHours(1), null);
        schedules.follow(List.of("orders"), "hourly");
        schedules.give(List.of("parts"), Duration.ofMinutes(10), null);
        land(1);
        round();
        land(2);
        at("2027-03-01 05:10");
        round();
        assertThat(merged("orders")).containsExactly("1");
        assertThat(merged("parts")).containsExactly("1", "2");
        at("2027-03-01 06:00");
        round();
        assertThat(merged("orders")).containsExactly("1", "2");
        schedules.give(List.of("orders", "parts"), null, null);
        land(3);
        round();
        assertThat(merged("orders")).containsExactly("1", "2", "3");
    }

    /** Our own runner, by the real clock. */
    @Test
    void theRunnerKeepsToItToo() throws SQLException {
        at("2027-03-01 05:00");
        schedules.give(List.of("orders"), null, "0 0 1 1 *");
        land(1);
        assertThat(warehouse.merge("orders").waiting()).isEqualTo(1);
        warehouse.execute("UPDATE " + warehouse.names().schedules() + " SET next_at = '2026-01-01'");
        assertThat(warehouse.merge("orders").waiting()).isZero();
    }

    @Test
    void timesThatNobodyFollowsAreForgotten() throws SQLException {
        schedules.give(List.of("orders", "parts"), null, "0 6 * * *");
        schedules.give(List.of("orders"), null, "0 7 * * *");
        assertThat(names()).containsExactly("0 6 * * *", "0 7 * * *");
        schedules.group("nightly", null, "0 6 * * *");
        schedules.follow(List.of("parts"), "nightly");
        schedules.give(List.of("orders"), null, null);
        assertThat(names()).containsExactly("nightly");
    }

    /** The procedure's search against a walk over all minutes, for times at random. */
    @Test
    void theNextTimeIsTheFirstThatCronMeans() throws SQLException {
        Random random = new Random(19);
        for (int i = 0; i < 60; i++) {
            String cron = field(random, 0, 59) + " " + field(random, 0, 23) + " " + field(random, 1, 31) + " "
                    + field(random, 1, 12) + " " + field(random, 0, 7);
            LocalDateTime now = LocalDate.of(2026, 1, 1)
                    .atStartOfDay()
                    .plusMinutes(random.nextInt(3 * 365 * 24 * 60))
                    .plusSeconds(random.nextInt(60));
            Cron times;
            try {
                times = Cron.parse(cron);
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageContaining("no month has such a day");
                continue;
            }
            at(now.format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss")));
            schedules.group("g", null, cron);
            assertThat(warehouse.query("SELECT TO_CHAR(next_at, 'YYYY-MM-DD HH24:MI') FROM "
                            + warehouse.names().schedules()))
                    .as("%s after %s", cron, now)
                    .containsExactly(first(times, now).format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm")));
        }
    }

    private static LocalDateTime first(Cron times, LocalDateTime now) {
        String minutes = times.minutes();
        LocalDateTime at = now.withSecond(0).plusMinutes(1);
        while (true) {
            boolean isMonthDay = times.monthDays().charAt(at.getDayOfMonth() - 1) == '1';
            boolean isWeekDay = times.weekDays().charAt(at.getDayOfWeek().getValue() % 7) == '1';
            boolean isDay = times.months().charAt(at.getMonthValue() - 1) == '1'
                    && (times.isEitherDay() ? isMonthDay || isWeekDay : isMonthDay && isWeekDay);
            LocalDateTime tomorrow = at.toLocalDate().plusDays(1).atStartOfDay();
            for (; isDay && at.isBefore(tomorrow); at = at.plusMinutes(1)) {
                if (minutes.charAt(at.getHour() * 60 + at.getMinute()) == '1') {
                    return at;
                }
            }
            at = tomorrow;
        }
    }

    private static String field(Random random, int first, int last) {
        int from = first + random.nextInt(last - first + 1);
        int to = from + random.nextInt(last - from + 1);
        switch (random.nextInt(5)) {
            case 0:
                return Integer.toString(from);
            case 1:
                return from + "-" + to;
            case 2:
                return "*/" + (1 + random.nextInt(last));
            case 3:
                return from + "-" + to + "/2," + first;
            default:
                return "*";
        }
    }

    private void at(String time) throws SQLException {
        warehouse.execute("UPDATE " + warehouse.settings().schema() + ".clock SET now = '" + time + "'");
    }

    private void land(int id) throws SQLException {
        warehouse.land(row("orders", "c", id, 1, "\"id\":" + id));
        warehouse.land(row("parts", "c", id, 1, "\"id\":" + id));
    }

    private void round() throws SQLException {
        warehouse.execute("CALL " + warehouse.names().round() + "()");
    }

    private List<String> merged(String table) throws SQLException {
        return warehouse.query("SELECT id FROM " + warehouse.target(table) + " ORDER BY id");
    }

    private String next() throws SQLException {
        return warehouse
                .query("SELECT TO_CHAR(next_at, 'YYYY-MM-DD HH24:MI:SS') FROM "
                        + warehouse.names().schedules())
                .get(0);
    }

    private List<String> names() throws SQLException {
        return warehouse.query("SELECT schedule_name FROM " + warehouse.names().schedules() + " ORDER BY 1");
    }
}
