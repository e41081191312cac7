package io.tributary.query;

import static java.util.stream.Collectors.toList;

import io.tributary.change.Audience;
import io.tributary.change.Filled;
import io.tributary.change.Rejected;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.flink.api.common.functions.Function;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.dag.Transformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.async.AsyncFunction;
import org.apache.flink.streaming.api.functions.async.AsyncRetryStrategy;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.AbstractUdfStreamOperator;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.operators.SimpleOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorFactory;
import org.apache.flink.streaming.api.operators.async.AsyncWaitOperatorFactory;
import org.apache.flink.streaming.api.transformations.OneInputTransformation;
import org.apache.flink.streaming.api.transformations.SideOutputTransformation;
import org.apache.flink.streaming.api.transformations.TwoInputTransformation;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.generated.GeneratedJoinCondition;
import org.apache.flink.table.runtime.operators.CodeGenOperatorFactory;
import org.apache.flink.table.runtime.operators.aggregate.GroupAggFunction;
import org.apache.flink.table.runtime.operators.join.lookup.KeyedLookupJoinWrapper;
import org.apache.flink.table.runtime.operators.join.lookup.LookupJoinRunner;
import org.apache.flink.table.runtime.operators.join.stream.AbstractStreamingJoinOperator;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.RowType;

/**
 * Puts a {@link GuardedOperator} in the place of each operator of a planned file that computes something from one row: its
 * projections and filters, in front of joins and behind them, and table functions. The conditions of joins that compare more
 * than keys are guarded, too, and aggregations whose functions may throw: these set their file aside. Joins with lookup tables
 * are run by a {@link KeptLookup}, and asynchronous functions are guarded by a {@link GuardedAsync}.
 *
 * <p>The planner has no seam for that, so private fields of Flink's are set, which fails here, before the job starts, if
 * another version of Flink has no such fields.
 */
final class Guards {

    private static final String FACTORY = "operatorFactory";
    private static final String LOOKUP = "lookupJoinRunner";
    private static final String ASYNC = "asyncFunction";
    private static final String RETRIES = "asyncRetryStrategy";
    private static final String CONDITION = "generatedJoinCondition";

    /** What the planner writes for a join that compares keys only, and nothing else. */
    private static final Pattern ALWAYS = Pattern.compile("\\{\\s*return true;\\s*}");

    private final Stage stage;
    private final Set<Transformation<?>> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<SideOutputTransformation<Rejected>> rejected = new ArrayList<>();
    private final List<SideOutputTransformation<Filled>> setAside = new ArrayList<>();

    private Guards(Stage stage, Set<Transformation<?>> starts) {
        this.stage = stage;
        this.seen.addAll(starts);
    }

    /**
     * @param last what makes the file's rows
     * @param starts where the planner's operators begin; nothing of them or before is touched
     */
    static Guards set(Stage stage, Transformation<?> last, Set<Transformation<?>> starts) {
        Guards guards = new Guards(stage, starts);
        guards.walk(last);
        return guards;
    }

    /** The dead letters of what was guarded. */
    List<DataStream<Rejected>> rejected(StreamExecutionEnvironment environment) {
        return rejected.stream()
                .map(letters -> new DataStream<>(environment, letters))
                .collect(toList());
    }

    /** These marks, and those of the operators that can set the file aside. */
    DataStream<Filled> marks(StreamExecutionEnvironment environment, DataStream<Filled> others) {
        return setAside.stream()
                .map(marks -> new DataStream<>(environment, marks))
                .reduce(others, DataStream::union);
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
        StreamOperatorFactory<?> factory = transformation.getOperatorFactory();
        Expression expression = Expression.of(transformation);
        if (factory instanceof CodeGenOperatorFactory && expression.mayFail()) {
            guardRows(transformation, expression);
        }
        if (factory instanceof AsyncWaitOperatorFactory) {
            guardAnswers(transformation, expression);
        }
        if (factory instanceof SimpleOperatorFactory) {
            StreamOperator<?> operator = ((SimpleOperatorFactory<?>) factory).getOperator();
            Function function = operator instanceof AbstractUdfStreamOperator
                    ? ((AbstractUdfStreamOperator<?, ?>) operator).getUserFunction()
                    : null;
            if (function instanceof GroupAggFunction && expression.mayFailAggregating()) {
                guardAggregation(transformation, (GroupAggFunction) function, expression);
            }
            if (function instanceof LookupJoinRunner) {
                guardRows(transformation, expression);
            }
            if (function instanceof KeyedLookupJoinWrapper) {
                keepAnswers(transformation, function, expression);
            }
        }
    }

    private void guardRows(OneInputTransformation<?, ?> transformation, Expression expression) {
        @SuppressWarnings("unchecked")
        AbstractStreamOperatorFactory<RowData> planned =
                (AbstractStreamOperatorFactory<RowData>) transformation.getOperatorFactory();
        InternalTypeInfo<?> out = (InternalTypeInfo<?>) transformation.getOutputType();
        GuardedFactory guarded = new GuardedFactory(
                planned,
                new Uncomputable(stage.file(), expression),
                rowType(transformation.getInputType()),
                expression.isOneRowAtMost() ? null : out.toRowSerializer(),
                expression.isLookup());
        PrivateField.set(OneInputTransformation.class, FACTORY, transformation, guarded);
        addLetters(transformation);
    }

    @SuppressWarnings("unchecked")
    private void guardAnswers(OneInputTransformation<?, ?> transformation, Expression expression) {
        AsyncWaitOperatorFactory<RowData, RowData> planned =
                (AsyncWaitOperatorFactory<RowData, RowData>) transformation.getOperatorFactory();
        Class<?> owner = AsyncWaitOperatorFactory.class;
        GuardedAsync guarded = new GuardedAsync(
                (AsyncFunction<RowData, RowData>) PrivateField.get(owner, ASYNC, planned),
                (AsyncRetryStrategy<RowData>) PrivateField.get(owner, RETRIES, planned),
                new Uncomputable(stage.file(), expression),
                rowType(transformation.getInputType()));
        PrivateField.set(owner, ASYNC, planned, guarded);
        PrivateField.set(
                OneInputTransformation.class, FACTORY, transformation, new GuardedAsyncFactory(planned, guarded));
        addLetters(transformation);
    }

    private void keepAnswers(OneInputTransformation<?, ?> transformation, Function planned, Expression expression) {
        LookupJoinRunner lookup = (LookupJoinRunner) PrivateField.get(KeyedLookupJoinWrapper.class, LOOKUP, planned);
        KeptLookup kept = new KeptLookup(
                lookup,
                new Uncomputable(stage.file(), expression),
                rowType(transformation.getInputType()),
                rowType(transformation.getOutputType()),
                stage.file().keep());
        PrivateField.set(
                OneInputTransformation.class,
                FACTORY,
                transformation,
                SimpleOperatorFactory.of(new KeyedProcessOperator<>(kept)));
        addLetters(transformation);
    }

    private void guardAggregation(
            OneInputTransformation<?, ?> transformation, GroupAggFunction planned, Expression expression) {
        GuardedAggregate guarded = new GuardedAggregate(
                planned,
                new Uncomputable(stage.file(), expression),
                rowType(transformation.getInputType()),
                new SetAside(Audience.query(stage.table()), stage.digest()));
        PrivateField.set(
                OneInputTransformation.class,
                FACTORY,
                transformation,
                SimpleOperatorFactory.of(new KeyedProcessOperator<>(guarded)));
        addLetters(transformation);
        setAside.add(new SideOutputTransformation<>(transformation, SetAside.MARKS));
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
                new Uncomputable(stage.file(), Expression.of(transformation)),
                rowType(transformation.getInputType1()),
                rowType(transformation.getInputType2()));
        PrivateField.set(AbstractStreamingJoinOperator.class, CONDITION, operator, guarded);
        PrivateField.set(
                TwoInputTransformation.class,
                FACTORY,
                transformation,
                new GuardedJoinFactory((AbstractStreamingJoinOperator) operator, guarded));
        addLetters(transformation);
    }

    private static RowType rowType(TypeInformation<?> type) {
        return ((InternalTypeInfo<?>) type).toRowType();
    }

    private void addLetters(Transformation<?> transformation) {
        rejected.add(new SideOutputTransformation<>(transformation, GuardedOperator.REJECTED));
    }
}
