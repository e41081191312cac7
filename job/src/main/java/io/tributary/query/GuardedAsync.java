package io.tributary.query;

import static java.util.Objects.requireNonNull;

import io.tributary.change.Rejected;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.util.FunctionUtils;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.async.AsyncFunction;
import org.apache.flink.streaming.api.functions.async.AsyncRetryStrategy;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/**
 * What the planner wrote around asynchronous functions, with a row that they have no value for left out, after as many tries as
 * Flink's settings allow: it becomes a dead letter. Answers come on threads of the functions', from which letters go to the
 * operator's own.
 */
final class GuardedAsync extends RichAsyncFunction<RowData, RowData> {

    private static final long serialVersionUID = 1L;

    private final AsyncFunction<RowData, RowData> planned;
    private final AsyncRetryStrategy<RowData> retries;
    private final Uncomputable uncomputable;
    private final RowType type;
    private transient @Nullable MailboxExecutor operator;
    private transient @Nullable Output<?> output;
    private transient Counter rejected;
    private transient Map<ResultFuture<RowData>, Integer> failures;

    /** @param type of the rows that come */
    @SuppressWarnings("NullAway.Init")
    GuardedAsync(
            AsyncFunction<RowData, RowData> planned,
            AsyncRetryStrategy<RowData> retries,
            Uncomputable uncomputable,
            RowType type) {
        this.planned = planned;
        this.retries = retries;
        this.uncomputable = uncomputable;
        this.type = type;
    }

    /** To be called before it is opened. */
    void sendLettersTo(Output<?> newOutput, MailboxExecutor newOperator) {
        output = newOutput;
        operator = newOperator;
    }

    @Override
    public void open(OpenContext context) throws Exception {
        rejected = getRuntimeContext()
                .getMetricGroup()
                .addGroup("table", uncomputable.table())
                .counter("rejected");
        failures = new ConcurrentHashMap<>();
        FunctionUtils.setFunctionRuntimeContext(planned, getRuntimeContext());
        FunctionUtils.openFunction(planned, context);
    }

    @Override
    public void close() throws Exception {
        FunctionUtils.closeFunction(planned);
    }

    @Override
    public void asyncInvoke(RowData row, ResultFuture<RowData> answer) {
        Answer guarded = new Answer(row, answer);
        try {
            planned.asyncInvoke(row, guarded);
        } catch (Exception e) {
            guarded.completeExceptionally(e);
        }
    }

    @Override
    public void timeout(RowData row, ResultFuture<RowData> answer) {
        leaveOut(row, answer, new TimeoutException("There was no answer in time"));
    }

    private void leaveOut(RowData row, ResultFuture<RowData> answer, Throwable thrown) {
        failures.remove(answer);
        Rejected letter = uncomputable.row(type, row, thrown, System.currentTimeMillis());
        Output<?> letters = requireNonNull(output);
        requireNonNull(operator)
                .execute(
                        () -> {
                            rejected.inc();
                            letters.collect(GuardedOperator.REJECTED, new StreamRecord<>(letter));
                        },
                        "a dead letter");
        answer.complete(List.of());
    }

    private boolean isTriedAgain(Throwable thrown, int failed) {
        return retries.canRetry(failed)
                && retries.getRetryPredicate()
                        .exceptionPredicate()
                        .filter(isWanted -> isWanted.test(thrown))
                        .isPresent();
    }

    private final class Answer implements ResultFuture<RowData> {

        private final RowData row;
        private final ResultFuture<RowData> answer;

        Answer(RowData row, ResultFuture<RowData> answer) {
            this.row = row;
            this.answer = answer;
        }

        @Override
        public void complete(Collection<RowData> rows) {
            failures.remove(answer);
            answer.complete(rows);
        }

        @Override
        public void completeExceptionally(Throwable thrown) {
            if (!Uncomputable.isCausedBy(thrown) || isTriedAgain(thrown, failures.merge(answer, 1, Integer::sum))) {
                answer.completeExceptionally(thrown);
                return;
            }
            leaveOut(row, answer, thrown);
        }
    }
}
