package io.tributary.latest;

import io.tributary.change.Schema;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.FunctionInitializationContext;

/**
 * Which columns the rows in state were trimmed to, beside the rows: they do not say it themselves, and settings and SQL may
 * change between a savepoint and the start that resumes it.
 */
final class Retained {

    /** In place of columns: no row of the schema was trimmed. */
    static final String WHOLE = "*";

    /** In front of columns: rows were trimmed to these once, and are kept whole now. */
    private static final String ONCE = "*,";

    private static final ListStateDescriptor<String> STATE = new ListStateDescriptor<>("kept-columns", Types.STRING);

    private final ListState<String> state;
    private final Map<String, String> restored = new HashMap<>();

    private Retained(ListState<String> state) {
        this.state = state;
    }

    static Retained restore(FunctionInitializationContext context) throws Exception {
        Retained retained = new Retained(context.getOperatorStateStore().getUnionListState(STATE));
        for (String entry : retained.state.get()) {
            int colon = entry.indexOf(':');
            retained.restored.put(entry.substring(0, colon), entry.substring(colon + 1));
        }
        return retained;
    }

    /**
     * Makes the shape known. Fails if the state may have rows of it that were trimmed to other columns than are needed now, and their
     * source does not read them again.
     */
    void restore(Schema schema, RowShapes shapes, HashedTables hashed) {
        String then = restored.getOrDefault(Long.toHexString(schema.fingerprint()), WHOLE);
        if (then.equals(WHOLE)) {
            shapes.of(schema);
            return;
        }
        List<String> trimmed = trimmed(then);
        if (!shapes.keepsWhole(schema)) {
            boolean isOnce = then.startsWith(ONCE);
            if ((isOnce || shapes.isRefilledFromNothing(schema)) && !shapes.fits(schema, trimmed)) {
                // Nothing says of a trimmed row to which columns, so none is trimmed any more.
                shapes.trimmedOnce(schema, trimmed);
                return;
            }
            check(shapes.restored(schema, trimmed), String.join(",", trimmed));
            return;
        }
        if (!then.startsWith(ONCE)) {
            hashed.begin(schema.table(), then);
        }
        shapes.trimmedOnce(schema, trimmed);
    }

    /** Makes the shape of a table known that is captured no longer: what is needed now does not matter. */
    void restoreAsItWas(Schema schema, RowShapes shapes) {
        String then = restored.getOrDefault(Long.toHexString(schema.fingerprint()), WHOLE);
        if (then.equals(WHOLE)) {
            shapes.of(schema);
        } else {
            shapes.trimmed(schema, trimmed(then));
        }
    }

    private static List<String> trimmed(String then) {
        return List.of((then.startsWith(ONCE) ? then.substring(ONCE.length()) : then).split(","));
    }

    private static void check(RowShape shape, String then) {
        String now = shape.keptNames();
        // A row that was kept whole says so itself.
        if (!then.equals(now)) {
            throw new SuppressRestartsException(new IllegalStateException("Of table "
                    + shape.schema().table() + " the state that the job was resumed from keeps the columns [" + then
                    + "], and with the SQL files and partitions of now it would keep "
                    + (now.equals(WHOLE) ? "all of them" : "[" + now + "]")
                    + ": undo the change of the SQL files or of tables."
                    + shape.schema().table()
                    + ".iceberg.partition-by, or start the job anew, without a savepoint"));
        }
    }

    void snapshot(Collection<RowShape> shapes) throws Exception {
        List<String> entries = shapes.stream()
                .map(shape -> fingerprint(shape) + ":" + (shape.wasTrimmed() ? ONCE : "") + shape.keptNames())
                .collect(Collectors.toList());
        state.update(entries);
    }

    private static String fingerprint(RowShape shape) {
        return Long.toHexString(shape.schema().fingerprint());
    }
}
