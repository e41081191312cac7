package io.tributary.capture.postgres.source;

import io.tributary.change.Captured;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.source.reader.SourceReaderOptions;
import org.apache.flink.connector.base.source.reader.fetcher.SplitFetcher;
import org.apache.flink.connector.base.source.reader.fetcher.SplitFetcherManager;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.jspecify.annotations.Nullable;

/**
 * One thread for the chunks, one after the other, and one for the slot. Each waits for the job by itself, see {@link UnderWay}: the
 * queue has room for all that is under way.
 */
final class Fetchers extends SplitFetcherManager<Captured, Split> {

    private static final int THREADS = 2;

    /** What a thread may hand over that has been told to end. */
    private static final int ENDED = 2;

    private final Readers readers;
    private @Nullable SplitFetcher<Captured, Split> ofChunks;

    private Fetchers(Readers readers, Configuration configuration) {
        super(readers, configuration);
        this.readers = readers;
    }

    static Fetchers of(Supplier<ChunkReader> chunks, Supplier<SlotReader> slot, Configuration configuration) {
        Configuration roomy = new Configuration(configuration);
        roomy.set(SourceReaderOptions.ELEMENT_QUEUE_CAPACITY, THREADS * UnderWay.BATCHES + ENDED);
        return new Fetchers(new Readers(chunks, slot), roomy);
    }

    @Override
    public void addSplits(List<Split> splits) {
        List<Split> chunks = new ArrayList<>();
        for (Split split : splits) {
            if (split instanceof Chunk) {
                chunks.add(split);
            } else {
                readers.next = readers.slot;
                start(createSplitFetcher(), List.of(split));
            }
        }
        if (chunks.isEmpty()) {
            return;
        }
        SplitFetcher<Captured, Split> running = ofChunks;
        if (running != null && fetchers.containsValue(running)) {
            running.addSplits(chunks);
            return;
        }
        readers.next = readers.chunks;
        ofChunks = createSplitFetcher();
        start(ofChunks, chunks);
    }

    private void start(SplitFetcher<Captured, Split> fetcher, List<Split> splits) {
        fetcher.addSplits(splits);
        startFetcher(fetcher);
    }

    @Override
    public void removeSplits(List<Split> splits) {
        throw new UnsupportedOperationException("Splits end by themselves");
    }

    @Override
    public void pauseOrResumeSplits(Collection<String> paused, Collection<String> resumed) {
        throw new UnsupportedOperationException("Without watermarks no split has to wait for another");
    }

    /** What the next fetcher reads with. */
    private static final class Readers implements Supplier<SplitReader<Captured, Split>> {
        private final Supplier<? extends SplitReader<Captured, Split>> chunks;
        private final Supplier<? extends SplitReader<Captured, Split>> slot;
        private Supplier<? extends SplitReader<Captured, Split>> next;

        private Readers(Supplier<ChunkReader> chunks, Supplier<SlotReader> slot) {
            this.chunks = chunks;
            this.slot = slot;
            this.next = chunks;
        }

        @Override
        public SplitReader<Captured, Split> get() {
            return next.get();
        }
    }
}
