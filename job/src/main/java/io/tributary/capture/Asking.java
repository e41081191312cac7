package io.tributary.capture;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.jspecify.annotations.Nullable;

/** The readers that have asked for a split and wait for it, in the order in which they asked. */
public final class Asking<S extends SourceSplit> {

    private final SplitEnumeratorContext<S> context;
    private final Deque<Integer> readers = new ArrayDeque<>();
    private final Map<Integer, SourceEvent> told = new HashMap<>();

    public Asking(SplitEnumeratorContext<S> context) {
        this.context = context;
    }

    public void add(int reader) {
        readers.add(reader);
    }

    /** A reader starts, and was told nothing yet. */
    public void came(int reader) {
        told.remove(reader);
    }

    /** A reader failed. It asks again when it is back. */
    public void lost(int reader) {
        readers.removeIf(asked -> asked == reader);
        told.remove(reader);
    }

    /** @param next hands out a split; null if none may go now */
    public void serve(Supplier<@Nullable S> next) {
        readers.removeIf(reader -> !context.registeredReaders().containsKey(reader));
        S split;
        while (!readers.isEmpty() && (split = next.get()) != null) {
            context.assignSplit(split, readers.remove());
        }
    }

    /**
     * Tells all readers that there are, whether they ask or not, what each was not told last. An event that does not arrive
     * ends the job, in place of the reason for which its reader ended: so none goes that says nothing new.
     *
     * @param event equal to another that says the same
     */
    public void tell(SourceEvent event) {
        for (int reader : context.registeredReaders().keySet()) {
            if (!event.equals(told.put(reader, event))) {
                context.sendEventToSourceReader(reader, event);
            }
        }
    }
}
