package io.tributary.query;

import io.tributary.change.Column;
import io.tributary.change.LastCheckpoint;
import io.tributary.change.Projection;
import io.tributary.change.Schema;
import io.tributary.change.SchemaConflictException;
import java.util.stream.IntStream;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.jspecify.annotations.Nullable;

/** How a table's rows of any shape are given in the shape that the statements were planned with. */
final class Planned {

    private Planned() {}

    /**
     * Fails if a column that is read has become wider than the plan knows it, or has another type: only another start can
     * plan anew. A column that is not read may become what it likes. Null for rows from before the column had the type that it was planned
     * with: where a type does not hold that of before, the source's rows are all written anew, and those come.
     */
    static @Nullable Projection projection(Schema rows, Scan scan, RuntimeContext context) {
        Schema planned = scan.read();
        if (rows.relation() > 0 || planned.relation() > 0) {
            for (Column column : planned.columns()) {
                int index = rows.indexOf(column, planned);
                Column now = index < 0 ? column : rows.columns().get(index);
                if (!column.holds(now) && isEarlier(rows, planned)) {
                    return null;
                }
                if (!column.holds(now)) {
                    throw new OutdatedPlanException("Column " + column + " of table "
                            + rows.table() + " is now " + now
                            + ", and the SQL was planned before that. Start the job again from "
                            + LastCheckpoint.of(context));
                }
            }
            return Projection.of(rows, planned);
        }
        try {
            Schema both = known(scan.table(), scan).merge(known(rows, scan));
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

    /** Whether the rows are of the same relation as it was before. */
    private static boolean isEarlier(Schema rows, Schema planned) {
        return rows.relation() == planned.relation() && Long.compareUnsigned(rows.revision(), planned.revision()) < 0;
    }

    /** What of a shape of the table the plan rests on: the key, and what is read. */
    private static Schema known(Schema shape, Scan scan) {
        return shape.only(IntStream.range(0, shape.arity())
                .filter(index -> shape.isKey(index)
                        || scan.read().indexOf(shape.columns().get(index).name()) >= 0)
                .toArray());
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
