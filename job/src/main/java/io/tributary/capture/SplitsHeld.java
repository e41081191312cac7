package io.tributary.capture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** A reader that starts says which splits its state has, as checkpoints have them. */
public final class SplitsHeld implements SourceEvent {

    private static final long serialVersionUID = 1L;

    private final ArrayList<byte[]> splits = new ArrayList<>();

    public <S> SplitsHeld(Collection<? extends S> splits, SimpleVersionedSerializer<S> serializer) {
        for (S split : splits) {
            try {
                this.splits.add(serializer.serialize(split));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** @param serializer the one that they were written with */
    public <S> List<S> splits(SimpleVersionedSerializer<S> serializer) {
        List<S> read = new ArrayList<>();
        for (byte[] bytes : splits) {
            try {
                read.add(serializer.deserialize(serializer.getVersion(), bytes));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return read;
    }
}
