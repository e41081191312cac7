package io.tributary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.change.Column;
import io.tributary.change.InferredType;
import io.tributary.change.Schema;
import io.tributary.settings.Problems;
import io.tributary.settings.ProblemsException;
import io.tributary.sink.redshift.StandInWarehouse;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code redshift status}, {@code pause}, {@code resume} and {@code schedule}: what is said stands in the warehouse, and is shown. */
final class ScheduleCommandsTest {

    private StandInWarehouse warehouse;

    @BeforeEach
    void open() throws SQLException {
        warehouse = StandInWarehouse.open();
        warehouse.apply(table("orders"), table("parts"));
    }

    @AfterEach
    void close() {
        warehouse.close();
    }

    @Test
    void whatIsSaidIsShown() {
        assertThat(run("pause", "--table", "orders"))
                .isEqualTo("orders: 0 upserted, 0 deleted, 0 late, 0 waiting, paused\n");
        assertThat(run("resume", "--table", "orders")).endsWith("0 waiting\n");
        assertThat(run("schedule", "--table", "orders", "--every", "90min"))
                .endsWith("0 waiting, merged every 90 min\n");
        assertThat(run("schedule", "--table", "orders", "--cron", " 0  6 * * mon-fri "))
                .contains(", merged at 0 6 * * mon-fri, next at 20")
                .endsWith("T06:00:00Z\n");
        assertThat(run(
                        "schedule",
                        "--group",
                        "nightly",
                        "--cron",
                        "30 2 * * *",
                        "--table",
                        "parts",
                        "--table",
                        "orders"))
                .contains("orders: 0", "parts: 0", ", of group nightly, merged at 30 2 * * *, next at ");
        assertThat(run("pause", "--group", "nightly").lines()).hasSize(2).allMatch(line -> line.endsWith(", paused"));
        assertThat(run("schedule", "--group", "nightly", "--every", "1 h").lines())
                .hasSize(2)
                .allMatch(line -> line.endsWith(", of group nightly, merged every 1 h, paused"));
        assertThat(run("resume", "--group", "nightly")).doesNotContain("paused");
        assertThat(run("schedule", "--table", "orders", "--always")).endsWith("0 waiting\n");
        assertThat(run("status"))
                .contains("_landing: 0", "orders: 0 upserted, 0 deleted, 0 late, 0 waiting\n", "parts: 0")
                .contains(", of group nightly, merged every 1 h\n");
    }

    @Test
    void statusFailsWithWhatIsBehind() throws SQLException {
        warehouse.execute("UPDATE " + warehouse.settings().schema()
                + "._control SET last_error = 'it broke' WHERE table_name = 'orders'");
        assertThatThrownBy(() -> run("status"))
                .isInstanceOf(ProblemsException.class)
                .hasMessageContaining("Table orders of the warehouse is behind: it broke");
    }

    @Test
    void whatIsNotThereIsSaidAndChangesNothing() {
        assertThatThrownBy(() -> run("pause", "--table", "orders", "--table", "order"))
                .hasMessageContaining("The warehouse has no table order; it has [orders, parts]");
        assertThatThrownBy(() -> run("pause", "--table", "orders", "--group", "nightly"))
                .hasMessageContaining(
                        "The warehouse has no group nightly: make it by redshift schedule --group nightly");
        assertThatThrownBy(() -> run("schedule", "--table", "orders", "--group", "nightly"))
                .hasMessageContaining("The warehouse has no group nightly");
        assertThatThrownBy(() -> run("schedule", "--table", "orders", "--cron", "every day"))
                .hasMessageContaining("'every day' are no times of cron");
        assertThatThrownBy(() -> run("schedule", "--group", "a b", "--always"))
                .hasMessageContaining("No group can be called 'a b'");
        assertThat(run("status")).doesNotContain("paused").doesNotContain("merged");
    }

    @Test
    void whatMakesNoSenseIsSaidBefore() {
        assertThatThrownBy(() -> parse("pause")).hasMessageContaining("Say what redshift pause is for: --table <name>");
        assertThatThrownBy(() -> parse("schedule", "--table", "a"))
                .hasMessageContaining("Give redshift schedule one of");
        assertThatThrownBy(() -> parse("schedule", "--group", "a"))
                .hasMessageContaining("Give redshift schedule one of");
        assertThatThrownBy(() -> parse("schedule", "--table", "a", "--always", "--every", "1h"))
                .hasMessageContaining("Give redshift schedule one of");
        assertThatThrownBy(() -> parse("status", "--table", "a")).hasMessageContaining("--table is for the commands");
        assertThatThrownBy(() -> parse("reload", "--table", "a", "--group", "a"))
                .hasMessageContaining(
                        "--group is for the commands redshift schedule, redshift pause and redshift resume");
        assertThatThrownBy(() -> parse("merge", "--always"))
                .hasMessageContaining("--cron and --always are for the command redshift schedule");
        assertThatThrownBy(() -> parse("merge", "--every", "1h"))
                .hasMessageContaining("--every is for the commands dynamodb export and redshift schedule");
    }

    private static Schema table(String name) {
        return Schema.of(name, List.of(Column.of("id", InferredType.BIGINT.copy(false))), List.of("id"));
    }

    private static Arguments parse(String... words) {
        List<String> all = new ArrayList<>(List.of("redshift"));
        all.addAll(Arrays.asList(words));
        all.addAll(List.of("--settings", "a.yaml"));
        return Arguments.parse(all.toArray(String[]::new));
    }

    private String run(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ScheduleCommands.run(
                parse(words), warehouse.settings(), new Problems(), new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8);
    }
}
