package io.tributary.capture.dynamodb.export.read;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * What the enumerator needs to go on: what was loaded of each table, and the parts of exports that no reader has. The readers
 * know about the others, and tell it when they start.
 */
final class ExportState {

    private static final long NONE = -1;

    private final Standstill standstill;
    private final long savedAt;
    private final int splits;
    private final Map<String, Ledger> ledgers;
    private final List<ExportSplit> waiting;
    private final Set<String> reported;

    ExportState(
            Standstill standstill,
            long savedAt,
            int splits,
            Map<String, Ledger> ledgers,
            List<ExportSplit> waiting,
            Set<String> reported) {
        this.standstill = standstill;
        this.savedAt = savedAt;
        this.splits = splits;
        this.ledgers = ledgers;
        this.waiting = waiting;
        this.reported = reported;
    }

    /** The last time that nothing was read. */
    Standstill standstill() {
        return standstill;
    }

    /** In milliseconds since 1970; -1 if it is not known. */
    long savedAt() {
        return savedAt;
    }

    /** How many splits there ever were. */
    int splits() {
        return splits;
    }

    /** By the tables' names in the pipeline. */
    Map<String, Ledger> ledgers() {
        return ledgers;
    }

    List<ExportSplit> waiting() {
        return waiting;
    }

    /** What is wrong with which export, as far as a dead letter says it. */
    Set<String> reported() {
        return reported;
    }

    /** The form in checkpoints. */
    static final class Serializer implements SimpleVersionedSerializer<ExportState> {

        private static final int VERSION = 5;

        @Override
        public int getVersion() {
            return VERSION;
        }

        @Override
        public byte[] serialize(ExportState state) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeLong(state.standstill.until());
            out.writeInt(state.splits);
            out.writeInt(state.ledgers.size());
            for (Map.Entry<String, Ledger> ledger : new TreeMap<>(state.ledgers).entrySet()) {
                out.writeUTF(ledger.getKey());
                ledger.getValue().write(out);
            }
            out.writeInt(state.waiting.size());
            for (ExportSplit split : state.waiting) {
                ExportSplitSerializer.write(split, out);
            }
            out.writeInt(state.reported.size());
            for (String report : state.reported) {
                out.writeUTF(report);
            }
            out.writeLong(state.standstill.from());
            out.writeLong(state.savedAt);
            return bytes.toByteArray();
        }

        @Override
        public ExportState deserialize(int version, byte[] bytes) throws IOException {
            if (version < 1 || version > VERSION) {
                throw new IOException(
                        "Version " + version + " of the exports' state is not known to this version of the job");
            }
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
            long until = in.readLong();
            int splits = in.readInt();
            Map<String, Ledger> ledgers = new TreeMap<>();
            for (int i = in.readInt(); i > 0; i--) {
                ledgers.put(in.readUTF(), Ledger.read(in, version));
            }
            List<ExportSplit> waiting = new ArrayList<>();
            for (int i = in.readInt(); i > 0; i--) {
                waiting.add(ExportSplitSerializer.read(in));
            }
            Set<String> reported = new TreeSet<>();
            for (int i = in.readInt(); i > 0; i--) {
                reported.add(in.readUTF());
            }
            if (version < 5) {
                return new ExportState(Standstill.before(until), NONE, splits, ledgers, waiting, reported);
            }
            return new ExportState(
                    Standstill.of(in.readLong(), until), in.readLong(), splits, ledgers, waiting, reported);
        }
    }
}
