package io.tributary.capture.postgres.connector;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.flink.cdc.connectors.base.source.meta.split.SourceSplitBase;
import org.apache.flink.cdc.connectors.base.source.reader.external.FetchTask;

/**
 * The connector's reading of the slot, which can be waited for: closed while it reads, it takes its own connection's end for a
 * failure.
 */
final class StreamTask implements FetchTask<SourceSplitBase> {

    private final FetchTask<SourceSplitBase> task;
    private final CountDownLatch ended = new CountDownLatch(1);

    StreamTask(FetchTask<SourceSplitBase> task) {
        this.task = task;
    }

    @Override
    public void execute(Context context) throws Exception {
        try {
            task.execute(context);
        } finally {
            ended.countDown();
        }
    }

    /** Stops it, and waits for a moment; it may be held up by a full queue that nobody reads any more. */
    void end() throws InterruptedException {
        if (task.isRunning()) {
            task.close();
            ended.await(2, TimeUnit.SECONDS);
        }
    }

    @Override
    public boolean isRunning() {
        return task.isRunning();
    }

    @Override
    public SourceSplitBase getSplit() {
        return task.getSplit();
    }

    @Override
    public void close() {
        task.close();
    }
}
