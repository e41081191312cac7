package io.tributary.query;

import io.tributary.change.Projection;
import io.tributary.change.Schema;
import io.tributary.change.SchemaConflictException;

/** How a table's rows of any shape are given in the shape that the statements were planned with. */
final class Planned {

    private Planned() {}

    /** Fails if a column has become wider than the plan knows it: only a restart can plan anew. */
    static Projection projection(Schema rows, Schema planned) {
        try {
            Schema both = planned.merge(rows);
            for (int i = 0; i < planned.arity(); i++) {
                if (!both.columns()
                        .get(i)
                        .type()
                        .copy(true)
                        .equals(planned.columns().get(i).type().copy(true))) {
                    throw new IllegalStateException(
                            "Column " + planned.columns().get(i) + " of table " + planned.table()
                                    + " is now "
                                    + rows.columns()
                                            .get(rows.indexOf(
                                                    both.columns().get(i).name()))
                                    + ", and the SQL was planned before that. Stop the job with a savepoint and start it again");
                }
            }
        } catch (SchemaConflictException e) {
            throw new IllegalStateException(
                    e.getMessage() + ". The SQL was planned before that; stop the job and start it again", e);
        }
        return Projection.of(rows, planned);
    }
}
