package io.tributary.sink.iceberg;

import io.tributary.change.Position;
import io.tributary.change.TakenChanges;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/** Of each system that a table is made of, the newest change up to which the table has all that came of them. */
final class CompleteUntil {

    /** When a source committed the change, in milliseconds since 1970: of several systems, that which is the furthest behind. */
    static final String TIME = "tributary.complete-until-ms";

    /** The change's position in hexadecimal; followed by the system's name. */
    static final String POSITION = "tributary.complete-position.";

    private final Map<String, TakenChanges.Newest> bySystem;

    CompleteUntil(Map<String, TakenChanges.Newest> bySystem) {
        this.bySystem = new TreeMap<>(bySystem);
    }

    /** That of the newest files; null if none of them says. */
    static @Nullable CompleteUntil newest(Collection<TableFiles> files) {
        Map<String, TakenChanges.Newest> newest = new TreeMap<>();
        for (TableFiles part : files) {
            CompleteUntil until = part.completeUntil();
            if (until != null) {
                until.bySystem.forEach((system, change) -> newest.merge(system, change, TakenChanges.Newest::or));
            }
        }
        return newest.isEmpty() ? null : new CompleteUntil(newest);
    }

    long time() {
        return bySystem.values().stream()
                .mapToLong(TakenChanges.Newest::timestamp)
                .min()
                .orElse(0);
    }

    /** Tells what a snapshot's summary says of it. */
    void tell(BiConsumer<String, String> summary) {
        summary.accept(TIME, Long.toString(time()));
        bySystem.forEach((system, change) ->
                summary.accept(POSITION + system, change.position().toHex()));
    }

    static boolean isKey(String key) {
        return key.equals(TIME) || key.startsWith(POSITION);
    }

    void write(DataOutputView out) throws IOException {
        out.writeInt(bySystem.size());
        for (Map.Entry<String, TakenChanges.Newest> system : bySystem.entrySet()) {
            out.writeUTF(system.getKey());
            system.getValue().position().write(out);
            out.writeLong(system.getValue().timestamp());
        }
    }

    static CompleteUntil read(DataInputView in) throws IOException {
        Map<String, TakenChanges.Newest> bySystem = new TreeMap<>();
        for (int count = in.readInt(); count > 0; count--) {
            bySystem.put(in.readUTF(), TakenChanges.Newest.of(Position.read(in), in.readLong()));
        }
        return new CompleteUntil(bySystem);
    }
}
