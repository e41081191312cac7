package io.tributary.command.verify;

import java.io.PrintWriter;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Outcomes for people: a line for each output, and what differs below it. What is to be known of several is said once. */
public final class OutcomeText {

    private final PrintWriter out;
    private final Set<String> told = new HashSet<>();

    public OutcomeText(PrintWriter out) {
        this.out = out;
    }

    public void print(Outcome outcome) {
        StringJoiner rows = new StringJoiner(", ");
        outcome.rows().forEach((system, count) -> rows.add(count(count) + " in " + name(system)));
        String line = outcome.output() + ": " + rows + (outcome.rows().isEmpty() ? "" : "; ") + verdict(outcome);
        out.println(line + " (" + String.format(Locale.ROOT, "%.1f", outcome.milliseconds() / 1000.0) + " s)");
        outcome.failures().forEach(failure -> out.println("  " + failure));
        outcome.notes().stream().filter(told::add).forEach(note -> out.println("  " + note));
        for (Difference difference : outcome.differences()) {
            difference
                    .wrong()
                    .forEach((system, fault) ->
                            out.println("  " + difference.key() + ": " + system + " is wrong: " + fault));
            for (Map.Entry<String, Map<String, @Nullable String>> column :
                    difference.differing().entrySet()) {
                StringJoiner values = new StringJoiner(", ");
                column.getValue().forEach((system, value) -> values.add(system + " " + shown(value)));
                out.println("    " + column.getKey() + ": " + values);
            }
        }
        if (outcome.rangesLeft() > 0) {
            out.println("  " + outcome.rangesLeft() + " more of " + RowForm.RANGES
                    + " ranges of keys differ, and were not looked into");
        }
        if (outcome.changing() > 0) {
            out.println(
                    "  " + outcome.changing() + " keys changed whenever they were looked at, and were not compared");
        }
        out.flush();
    }

    /** @param isClean whether all that was printed is the same everywhere */
    public void end(boolean isClean) {
        out.println(isClean ? "Every row is the same everywhere." : "There are differences.");
        out.flush();
    }

    private static String verdict(Outcome outcome) {
        if (outcome.isClean()) {
            return "the same everywhere";
        }
        return outcome.differences().isEmpty() ? "not compared" : "different";
    }

    private static String name(String system) {
        return system.equals("Iceberg") ? system : "the " + system;
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String shown(@Nullable String value) {
        return value == null ? "NULL" : "'" + value + "'";
    }
}
