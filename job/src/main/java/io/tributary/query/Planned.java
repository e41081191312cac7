package io.tributary.query;

import io.tributary.change.Column;
import io.tributary.change.LastCheckpoint;
import io.tributary.change.Projection;
import io.tributary.change.Schema;
import io.tributary.change.SchemaConflictException;
import java.util.function.Predicate;
import org.apache.flink.api.common.functions.RuntimeContext;

/** How a table's rows of any shape are given in the shape that the statements were planned with. */
final class Planned {

    private Planned() {}

    /**
     * Fails if a column that is read has become wider than the plan knows it, or has another type: only another start can
     * plan anew. Of a table whose columns are known by number, a column that the statements do not read may become what it likes.
     *
     * @param isRead whether the statements may read a column of this name
     */
    static Projection projection(Schema rows, Schema planned, Predicate<String> isRead, RuntimeContext context) {
        if (rows.relation() > 0 || planned.relation() > 0) {
            for (Column column : planned.columns()) {
                int index = rows.indexOf(column, planned);
                Column now = index < 0 ? column : rows.columns().get(index);
                if (!column.holds(now) && isRead.test(column.name())) {
                    throw new OutdatedPlanException("Column " + column + " of table "
                            + rows.table() + " is now " + now
                            + ", and the SQL was planned before that. Start the job again from "
                            + LastCheckpoint.of(context));
                }
            }
            return Projection.of(rows, planned);
        }
        try {
            Schema both = planned.merge(rows);
            for (Column column : planned.columns()) {
                Column now = both.columns().get(both.indexOf(column.name()));
                if (!now.type().copy(true).equals(column.type().copy(true))) {
                    throw new OutdatedPlanException(widened(rows, column, now, LastCheckpoint.of(context)));
                }
            }
        } catch (SchemaConflictException e) {
            throw new OutdatedPlanException(e.getMessage()
                    + ". The SQL was planned before that; start the job again from " + LastCheckpoint.of(context));
        }
        return Projection.of(rows, planned);
    }

    private static String widened(Schema rows, Column planned, Column both, String lastCheckpoint) {
        Column now = rows.columns().get(rows.indexOf(planned.name()));
        String sentence = "Column " + planned + " of table " + rows.table() + " is now " + now;
        return both.isInferred()
                ? sentence
                        + ", as values were found that its type does not hold, and the SQL was planned with that type."
                        + " Declare the column as " + both.type().copy(true).asSummaryString()
                        + " in the settings of its source, or as STRING, which holds every value, and start the job again from "
                        + lastCheckpoint
                : sentence + ", and the SQL was planned before that. Start the job again from " + lastCheckpoint;
    }
}
