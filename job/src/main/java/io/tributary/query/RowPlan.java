package io.tributary.query;

import java.util.Map;
import org.apache.flink.api.dag.Transformation;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperatorFactory;
import org.apache.flink.streaming.api.transformations.OneInputTransformation;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.operators.CodeGenOperatorFactory;
import org.jspecify.annotations.Nullable;

/**
 * The plan of a file that makes at most one row of each row of one table: a scan, and one projection with a filter at most.
 *
 * <p>The projection is an operator that the planner generates, of which nothing but its code is used.
 */
final class RowPlan {

    private final Scan scan;
    private final @Nullable AbstractStreamOperatorFactory<RowData> projection;
    private final @Nullable Expression expression;

    private RowPlan(
            Scan scan, @Nullable AbstractStreamOperatorFactory<RowData> projection, @Nullable Expression expression) {
        this.scan = scan;
        this.projection = projection;
        this.expression = expression;
    }

    /**
     * Null if the file is not planned so.
     *
     * @param made what makes the file's rows, behind the planner
     * @param scans where the planner's operators begin
     */
    static @Nullable RowPlan of(Transformation<?> made, Map<Transformation<?>, Scan> scans) {
        if (scans.size() != 1 || made.getInputs().size() != 1) {
            return null;
        }
        Transformation<?> last = made.getInputs().get(0);
        Scan scan = scans.get(last);
        if (scan != null) {
            return new RowPlan(scan, null, null);
        }
        if (!(last instanceof OneInputTransformation)) {
            return null;
        }
        StreamOperatorFactory<?> factory = ((OneInputTransformation<?, ?>) last).getOperatorFactory();
        Scan first = scans.get(((OneInputTransformation<?, ?>) last).getInputs().get(0));
        Expression expression = Expression.of(last);
        if (first == null || !(factory instanceof CodeGenOperatorFactory) || !expression.isOneRowAtMost()) {
            return null;
        }
        @SuppressWarnings("unchecked")
        AbstractStreamOperatorFactory<RowData> projection = (AbstractStreamOperatorFactory<RowData>) factory;
        return new RowPlan(first, projection, expression);
    }

    Scan scan() {
        return scan;
    }

    /** Null if the scan's rows are the file's. */
    @Nullable
    AbstractStreamOperatorFactory<RowData> projection() {
        return projection;
    }

    /** What the projection computes; null if there is none. */
    @Nullable
    Expression expression() {
        return expression;
    }
}
