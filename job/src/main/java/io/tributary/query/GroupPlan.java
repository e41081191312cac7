package io.tributary.query;

import java.util.Map;
import org.apache.flink.api.common.functions.Function;
import org.apache.flink.api.dag.Transformation;
import org.apache.flink.streaming.api.operators.AbstractUdfStreamOperator;
import org.apache.flink.streaming.api.operators.SimpleOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperatorFactory;
import org.apache.flink.streaming.api.transformations.OneInputTransformation;
import org.apache.flink.streaming.api.transformations.PartitionTransformation;
import org.apache.flink.table.runtime.operators.CodeGenOperatorFactory;
import org.apache.flink.table.runtime.operators.aggregate.GroupAggFunction;
import org.jspecify.annotations.Nullable;

/**
 * The plan of a file that groups the rows of one table: aggregations whose functions never throw, with projections and filters
 * before and behind them, and nothing else.
 */
final class GroupPlan {

    private final boolean isLastSure;

    private GroupPlan(boolean isLastSure) {
        this.isLastSure = isLastSure;
    }

    /**
     * Null if the file is not planned so.
     *
     * @param made what makes the file's rows, behind the planner
     * @param scans where the planner's operators begin
     */
    static @Nullable GroupPlan of(Transformation<?> made, Map<Transformation<?>, Scan> scans) {
        boolean isLastSure = true;
        boolean isGrouped = false;
        Transformation<?> next = made;
        while (next.getInputs().size() == 1) {
            next = next.getInputs().get(0);
            if (scans.containsKey(next)) {
                return isGrouped ? new GroupPlan(isLastSure) : null;
            }
            if (next instanceof PartitionTransformation) {
                continue;
            }
            Expression expression = Expression.of(next);
            if (isAggregation(next) && !expression.mayFailAggregating()) {
                isGrouped = true;
                continue;
            }
            if (!isProjection(next) || !expression.isOneRowAtMost()) {
                return null;
            }
            isLastSure &= isGrouped || !expression.mayFail();
        }
        return null;
    }

    private static boolean isProjection(Transformation<?> transformation) {
        return transformation instanceof OneInputTransformation
                && ((OneInputTransformation<?, ?>) transformation).getOperatorFactory()
                        instanceof CodeGenOperatorFactory;
    }

    private static boolean isAggregation(Transformation<?> transformation) {
        if (!(transformation instanceof OneInputTransformation)) {
            return false;
        }
        StreamOperatorFactory<?> factory = ((OneInputTransformation<?, ?>) transformation).getOperatorFactory();
        if (!(factory instanceof SimpleOperatorFactory)) {
            return false;
        }
        Object operator = ((SimpleOperatorFactory<?>) factory).getOperator();
        Function function = operator instanceof AbstractUdfStreamOperator
                ? ((AbstractUdfStreamOperator<?, ?>) operator).getUserFunction()
                : null;
        return function instanceof GroupAggFunction;
    }

    /**
     * Whether what stands behind the last aggregation computes nothing that may fail: a row that cannot be computed would have to be
     * taken back, which nobody says where rows are replaced.
     */
    boolean isLastSure() {
        return isLastSure;
    }
}
