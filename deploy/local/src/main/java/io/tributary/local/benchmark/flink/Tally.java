package io.tributary.local.benchmark.flink;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.Serializable;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/**
 * The end of a reader: throws its records away, and keeps in a file that other processes see at once how many there were
 * and when the last one came.
 */
public final class Tally<T> extends AbstractStreamOperator<Void> implements OneInputStreamOperator<T, Void> {

    /** Whether a record is a row of its own. */
    interface Counted<T> extends Serializable {
        boolean test(T element);
    }

    /** All subtasks together. {@code lastMillis} is the moment of the last record. */
    public record Sum(long records, long lastMillis) {}

    private static final long serialVersionUID = 1L;

    private static final int BYTES = 2 * Long.BYTES;

    private final Counted<T> counted;
    private final String folder;
    private transient @Nullable MappedByteBuffer file;
    private transient long records;

    private Tally(Counted<T> counted, String folder) {
        this.counted = counted;
        this.folder = folder;
        // Else each row would be serialized on its way here.
        setChainingStrategy(ChainingStrategy.ALWAYS);
    }

    /** {@code folder} takes a file for each subtask. */
    static <T> void of(DataStream<T> stream, Counted<T> counted, String folder) {
        stream.transform("tally", Types.VOID, new Tally<>(counted, folder)).uid("tally");
    }

    @Override
    public void open() throws Exception {
        super.open();
        file = map(
                Path.of(folder, String.valueOf(getRuntimeContext().getTaskInfo().getIndexOfThisSubtask())));
    }

    @Override
    public void processElement(StreamRecord<T> element) {
        if (!counted.test(element.getValue())) {
            return;
        }
        MappedByteBuffer out = requireNonNull(file);
        out.putLong(Long.BYTES, System.currentTimeMillis());
        out.putLong(0, ++records);
    }

    private static MappedByteBuffer map(Path path) throws IOException {
        Files.createDirectories(path.getParent());
        try (FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES);
        }
    }

    /** What the subtasks that write into this folder have counted. */
    public static Sum read(Path folder) throws IOException {
        long records = 0;
        long last = 0;
        if (!Files.isDirectory(folder)) {
            return new Sum(0, 0);
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path path : files.toList()) {
                MappedByteBuffer file = map(path);
                records += file.getLong(0);
                last = Math.max(last, file.getLong(Long.BYTES));
            }
        }
        return new Sum(records, last);
    }
}
