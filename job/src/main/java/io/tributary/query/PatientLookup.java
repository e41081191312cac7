package io.tributary.query;

import static java.util.Objects.requireNonNull;

import io.tributary.settings.NamedKey;
import io.tributary.settings.Outage;
import java.io.IOException;
import java.util.Collection;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.LookupFunction;
import org.apache.flink.table.types.DataType;
import org.jspecify.annotations.Nullable;

/**
 * Asks a database for the rows of a lookup table, over a new connection after each failure, with the password as it is then,
 * for as long as {@code patience} allows: rows that are joined with the table wait meanwhile.
 *
 * <p>Public because Flink's planner calls it.
 */
public final class PatientLookup extends LookupFunction {

    private static final long serialVersionUID = 1L;

    private final Lookup lookup;
    private final DataType columns;
    private final String[] key;
    private transient @Nullable FunctionContext context;
    private transient @Nullable Outage outage;
    private transient @Nullable LookupFunction connected;

    PatientLookup(Lookup lookup, DataType columns, String[] key) {
        this.lookup = lookup;
        this.columns = columns;
        this.key = key.clone();
    }

    @Override
    public void open(FunctionContext context) {
        this.context = context;
        this.outage = lookup.patience()
                .of("The database of the lookup table " + lookup.name())
                .reportTo(context.getMetricGroup());
    }

    @Override
    public Collection<RowData> lookup(RowData keys) throws IOException {
        Outage away = requireNonNull(outage);
        while (true) {
            try {
                Collection<RowData> rows = connected().lookup(keys);
                away.over();
                return rows;
            } catch (Exception e) {
                close();
                waitAfter(away, e);
            }
        }
    }

    private void waitAfter(Outage away, Exception failure) throws IOException {
        try {
            away.waitAfter(failure);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while the lookup table " + lookup.name() + " was waited for", failure);
        } catch (Exception e) {
            throw new IOException(
                    "The lookup table " + lookup.name()
                            + " could not be read for as long as the setting patience allows: see "
                            + NamedKey.of(Lookup.PLACE, lookup.name()),
                    e);
        }
    }

    private LookupFunction connected() throws Exception {
        LookupFunction made = connected;
        if (made == null) {
            made = lookup.rows(columns, key);
            made.open(requireNonNull(context));
            connected = made;
        }
        return made;
    }

    @Override
    public void close() {
        LookupFunction made = connected;
        connected = null;
        if (made != null) {
            try {
                made.close();
            } catch (Exception e) {
                // The connection is given up anyway.
            }
        }
    }
}
