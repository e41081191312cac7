package io.tributary.query;

import static java.util.stream.Collectors.toList;

import io.tributary.change.Rejected;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.flink.api.dag.Transformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.transformations.OneInputTransformation;
import org.apache.flink.streaming.api.transformations.SideOutputTransformation;
import org.apache.flink.streaming.api.transformations.TwoInputTransformation;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.generated.GeneratedJoinCondition;
import org.apache.flink.table.runtime.operators.CodeGenOperatorFactory;
import org.apache.flink.table.runtime.operators.join.stream.AbstractStreamingJoinOperator;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;

/**
 * Puts a {@link GuardedOperator} in the place of each operator of a planned file that computes something from one row: its
 * projections and filters, in front of joins and behind them, and table functions. The conditions of joins that compare more
 * than keys are guarded, too.
 *
 * <p>The planner has no seam for that, so private fields of Flink's are set, which fails here, before the job starts, if
 * another version of Flink has no such fields.
 */
final class Guards {

    private static final String FACTORY = "operatorFactory";
    private static final String CONDITION = "generatedJoinCondition";

    /** What the planner writes for a join that compares keys only, and nothing else. */
    private static final Pattern ALWAYS = Pattern.compile("\\{\\s*return true;\\s*}");

    private final SqlFile file;
    private final Set<Transformation<?>> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<SideOutputTransformation<Rejected>> rejected = new ArrayList<>();

    private Guards(SqlFile file, Set<Transformation<?>> starts) {
        this.file = file;
        this.seen.addAll(starts);
    }

    /**
     * @param last what makes the file's rows
     * @param starts where the planner's operators begin; nothing of them or before is touched
     * @return the dead letters of those that were guarded
     */
    static List<DataStream<Rejected>> set(
            StreamExecutionEnvironment environment,
            SqlFile file,
            Transformation<?> last,
            Set<Transformation<?>> starts) {
        Guards guards = new Guards(file, starts);
        guards.walk(last);
        return guards.rejected.stream()
                .map(letters -> new DataStream<>(environment, letters))
                .collect(toList());
    }

    private void walk(Transformation<?> transformation) {
        if (!seen.add(transformation)) {
            return;
        }
        if (transformation instanceof OneInputTransformation) {
            guard((OneInputTransformation<?, ?>) transformation);
        }
        if (transformation instanceof TwoInputTransformation) {
            guard((TwoInputTransformation<?, ?, ?>) transformation);
        }
        transformation.getInputs().forEach(this::walk);
    }

    private void guard(OneInputTransformation<?, ?> transformation) {
        Expression expression = Expression.of(transformation);
        boolean isGenerated = transformation.getOperatorFactory() instanceof CodeGenOperatorFactory;
        if (!isGenerated || !expression.mayFail()) {
            return;
        }
        @SuppressWarnings("unchecked")
        CodeGenOperatorFactory<RowData> planned = (CodeGenOperatorFactory<RowData>) transformation.getOperatorFactory();
        InternalTypeInfo<?> in = (InternalTypeInfo<?>) transformation.getInputType();
        InternalTypeInfo<?> out = (InternalTypeInfo<?>) transformation.getOutputType();
        PrivateField.set(
                OneInputTransformation.class,
                FACTORY,
                transformation,
                new GuardedFactory(
                        planned,
                        new Uncomputable(file, expression),
                        in.toRowType(),
                        expression.isOneRowAtMost() ? null : out.toRowSerializer()));
        addLetters(transformation);
    }

    private void guard(TwoInputTransformation<?, ?, ?> transformation) {
        StreamOperator<?> operator = transformation.getOperator();
        if (!(operator instanceof AbstractStreamingJoinOperator)) {
            return;
        }
        GeneratedJoinCondition planned =
                (GeneratedJoinCondition) PrivateField.get(AbstractStreamingJoinOperator.class, CONDITION, operator);
        if (ALWAYS.matcher(planned.getCode()).find()) {
            return;
        }
        GuardedCondition guarded = new GuardedCondition(
                planned,
                new Uncomputable(file, Expression.of(transformation)),
                ((InternalTypeInfo<?>) transformation.getInputType1()).toRowType(),
                ((InternalTypeInfo<?>) transformation.getInputType2()).toRowType());
        PrivateField.set(AbstractStreamingJoinOperator.class, CONDITION, operator, guarded);
        PrivateField.set(
                TwoInputTransformation.class,
                FACTORY,
                transformation,
                new GuardedJoinFactory((AbstractStreamingJoinOperator) operator, guarded));
        addLetters(transformation);
    }

    private void addLetters(Transformation<?> transformation) {
        rejected.add(new SideOutputTransformation<>(transformation, GuardedOperator.REJECTED));
    }
}
