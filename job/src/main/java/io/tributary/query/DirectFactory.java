package io.tributary.query;

import io.tributary.change.Audience;
import io.tributary.change.ChangelogRow;
import io.tributary.change.Schema;
import java.time.Clock;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.table.data.RowData;
import org.jspecify.annotations.Nullable;

/** Makes the {@link Direct} of a file, around the projection that the planner has generated for it. */
final class DirectFactory extends AbstractStreamOperatorFactory<ChangelogRow>
        implements OneInputStreamOperatorFactory<ChangelogRow, ChangelogRow> {

    private static final long serialVersionUID = 1L;

    private final String path;
    private final Schema schema;
    private final String plan;
    private final Scan scan;
    private final @Nullable AbstractStreamOperatorFactory<RowData> projection;
    private final @Nullable Uncomputable uncomputable;
    private final Target target;
    private final boolean hasKinesis;
    private final long assembled;
    private final boolean isRepeated;

    /**
     * @param target of the output, as it is when the job starts
     * @param hasKinesis whether its rows go to Kinesis, too
     * @param assembled when the job was put together, in milliseconds
     * @param isRepeated whether changes of its table come again at the same positions after a failure
     */
    DirectFactory(Stage stage, RowPlan plan, Target target, boolean hasKinesis, long assembled, boolean isRepeated) {
        this.path = stage.file().path();
        this.schema = stage.output();
        this.plan = stage.digest();
        this.scan = plan.scan();
        this.projection = plan.projection();
        Expression expression = plan.expression();
        this.uncomputable = expression == null ? null : new Uncomputable(stage.file(), expression);
        this.target = target;
        this.hasKinesis = hasKinesis;
        this.assembled = assembled;
        this.isRepeated = isRepeated;
        setChainingStrategy(ChainingStrategy.ALWAYS);
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals", "deprecation"}) // as Flink declares it
    public <T extends StreamOperator<ChangelogRow>> T createStreamOperator(
            StreamOperatorParameters<ChangelogRow> parameters) {
        CapturedRow captured = new CapturedRow();
        Direct direct = new Direct(this, projection(parameters, captured), captured, Clock.systemUTC());
        direct.setProcessingTimeService(processingTimeService);
        direct.setup(parameters.getContainingTask(), parameters.getStreamConfig(), parameters.getOutput());
        return (T) direct;
    }

    private @Nullable OneInputStreamOperator<RowData, RowData> projection(
            StreamOperatorParameters<ChangelogRow> parameters, CapturedRow captured) {
        if (projection == null) {
            return null;
        }
        projection.setProcessingTimeService(processingTimeService);
        return projection.createStreamOperator(new StreamOperatorParameters<>(
                parameters.getContainingTask(),
                parameters.getStreamConfig(),
                captured,
                parameters::getProcessingTimeService,
                parameters.getOperatorEventDispatcher(),
                parameters.getMailboxExecutor()));
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader loader) {
        return Direct.class;
    }

    /** What the targets of this file's table are called among those who are shown the rows of its source table. */
    Audience targets(Audience shown) {
        if (shown.isEverybody()) {
            return Audience.EVERYBODY;
        }
        boolean isForIceberg = shown.isFor(consumer());
        boolean isForKinesis = hasKinesis && shown.isFor(Audience.query(schema.table(), Audience.KINESIS));
        if (isForIceberg && isForKinesis) {
            return Audience.EVERYBODY;
        }
        if (isForIceberg) {
            return Audience.only(Audience.PASS_THROUGH);
        }
        return isForKinesis ? Audience.only(Audience.KINESIS) : Audience.NOBODY;
    }

    /** The file, as consumers are called. */
    String consumer() {
        return Audience.query(schema.table());
    }

    /** How messages call the file. */
    String path() {
        return path;
    }

    Schema schema() {
        return schema;
    }

    /** Tells apart how the output is made. */
    String plan() {
        return plan;
    }

    Scan scan() {
        return scan;
    }

    @Nullable
    Uncomputable uncomputable() {
        return uncomputable;
    }

    Target target() {
        return target;
    }

    long assembled() {
        return assembled;
    }

    boolean isRepeated() {
        return isRepeated;
    }
}
