package io.tributary.query;

import static java.util.Objects.requireNonNull;

import io.tributary.change.ChangelogRow;
import io.tributary.change.ReadableRow;
import io.tributary.change.Rejected;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.flink.runtime.execution.CancelTaskException;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.util.ExceptionUtils;

/** Makes dead letters of rows for which an expression of a SQL file has no value, or which set the file aside. */
final class Uncomputable implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final String SYSTEM = "sql";
    private static final String REMEDY = ": with TRY_CAST, NULLIF or CASE";
    private static final int MOST_OF_EXPRESSION = 300;
    private static final int MOST_OF_MESSAGE = 300;
    private static final int MOST_OF_ROW = 1 << 20;

    private final String path;
    private final String table;
    private final boolean isLookup;
    private final String expression;

    /** @param expression what is computed, in the planner's words */
    Uncomputable(SqlFile file, Expression expression) {
        this.path = file.path();
        this.table = file.table();
        this.isLookup = expression.isLookup();
        this.expression = shortened(expression.toString(), MOST_OF_EXPRESSION);
    }

    String table() {
        return table;
    }

    /** Whether it is the row's fault, or its function's, and not that of the machine or of somebody who ends the job. */
    static boolean isCausedBy(Throwable thrown) {
        return ExceptionUtils.findThrowable(thrown, AwayException.class).isEmpty()
                && !Thread.currentThread().isInterrupted()
                && !ExceptionUtils.isJvmFatalOrOutOfMemoryError(thrown)
                && ExceptionUtils.findThrowable(thrown, InterruptedException.class)
                        .isEmpty()
                && ExceptionUtils.findThrowable(thrown, CancelTaskException.class)
                        .isEmpty();
    }

    /** A row that nothing can be computed from. */
    Rejected row(RowType type, RowData row, Throwable thrown, long now) {
        return letter(
                "compute this row",
                thrown,
                isLookup
                        ? "The table goes without it until it changes, or is shown to the file again, with resync --for"
                        : "The table goes without it until its values can be computed, or the file is changed so that it can"
                                + REMEDY,
                ReadableRow.json(type, row),
                now);
    }

    /** Two rows of which it cannot be said whether they are joined. */
    Rejected pair(RowType leftType, RowData left, RowType rightType, RowData right, Throwable thrown, long now) {
        return letter(
                "compare these two rows",
                thrown,
                "They count as not matching until their values can be compared, or the file is changed so that they can"
                        + REMEDY,
                "{\"left\":" + ReadableRow.json(leftType, left) + ",\"right\":" + ReadableRow.json(rightType, right)
                        + "}",
                now);
    }

    /** The row with which an aggregate function failed, and with it the whole file. */
    Rejected setAside(RowType type, RowData row, Throwable thrown, long now) {
        String reason = path + " is set aside: " + why(thrown) + ", in " + expression
                + ", at this row. Its table stays as it is. Change the file, or the function, so that it can be computed, and"
                + " start the job again from its last checkpoint: then the table is made anew";
        return letter(reason, ReadableRow.json(type, row), now);
    }

    /** The first row of a table that has become another than the one that the file was planned with. */
    static Rejected setAside(String path, String table, ChangelogRow row, OutdatedPlanException why, long now) {
        String reason = path + " is set aside, and its table stays as it is. " + why.getMessage();
        byte[] raw = ReadableRow.json(row.schema(), row.row()).getBytes(StandardCharsets.UTF_8);
        return Rejected.of(SYSTEM, table, now, reason, raw, row.version());
    }

    private Rejected letter(String what, Throwable thrown, String whatFollows, String rows, long now) {
        String reason = path + " cannot " + what + ": " + why(thrown) + ", in " + expression + ". " + whatFollows;
        return letter(reason, rows, now);
    }

    private Rejected letter(String reason, String rows, long now) {
        byte[] raw = rows.getBytes(StandardCharsets.UTF_8);
        return Rejected.of(SYSTEM, table, now, reason, Arrays.copyOf(raw, Math.min(raw.length, MOST_OF_ROW)), null);
    }

    private static String why(Throwable thrown) {
        String message = thrown.getMessage();
        if (thrown instanceof ArithmeticException && message != null && message.contains("by zero")) {
            return "division by zero";
        }
        if (thrown instanceof UnreadableException) {
            return shortened(requireNonNull(message), MOST_OF_MESSAGE);
        }
        String type = thrown.getClass().getName();
        String name = type.substring(type.lastIndexOf('.') + 1);
        return message == null || message.isBlank() ? name : name + ": " + shortened(message, MOST_OF_MESSAGE);
    }

    private static String shortened(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most) + "..";
    }
}
