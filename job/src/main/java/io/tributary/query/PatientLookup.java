package io.tributary.query;

import static java.util.Objects.requireNonNull;

import io.tributary.settings.NamedKey;
import io.tributary.settings.Outage;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Set;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.LookupFunction;
import org.apache.flink.table.types.DataType;
import org.apache.flink.util.ExceptionUtils;
import org.jspecify.annotations.Nullable;

/**
 * Asks a database for the rows of a lookup table, over a new connection after each failure, with the password as it is then,
 * for as long as {@code patience} allows: rows that are joined with the table wait meanwhile.
 *
 * <p>A value that cannot be read is not waited for. That the database has no such table or column, or does not allow to read it,
 * may pass, as while a table is made anew: it is waited for as an outage, but then it is the row that cannot be computed, and not
 * the job that fails.
 *
 * <p>Public because Flink's planner calls it.
 */
public final class PatientLookup extends LookupFunction {

    private static final long serialVersionUID = 1L;

    /** Classes of errors by the SQL standard: cardinality, data, what is not supported. */
    private static final Set<String> OF_VALUES = Set.of("0A", "21", "22");

    /** No such table or column, or no right to read it. */
    private static final String NO_SUCH_TABLE = "42";

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
                LookupFunction database = connected();
                Collection<RowData> rows = answer(database, keys);
                away.over();
                return rows;
            } catch (UnreadableException e) {
                close();
                away.over();
                throw e;
            } catch (Exception e) {
                close();
                waitAfter(away, e);
            }
        }
    }

    private Collection<RowData> answer(LookupFunction database, RowData keys) throws IOException {
        try {
            return database.lookup(keys);
        } catch (RuntimeException e) {
            if (isOfValues(e)) {
                throw new UnreadableException(lookup.name(), rootCause(e));
            }
            throw e;
        }
    }

    private static boolean isOfValues(RuntimeException failure) {
        String state = state(failure);
        if (state == null) {
            return ExceptionUtils.findThrowable(failure, SQLException.class).isEmpty()
                    && ExceptionUtils.findThrowable(failure, IOException.class).isEmpty();
        }
        return OF_VALUES.contains(state);
    }

    private static Throwable rootCause(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** The class of the database's error; null if it says none. */
    private static @Nullable String state(Throwable failure) {
        return ExceptionUtils.findThrowable(failure, SQLException.class)
                .map(SQLException::getSQLState)
                .filter(state -> state.length() >= 2)
                .map(state -> state.substring(0, 2))
                .orElse(null);
    }

    private void waitAfter(Outage away, Exception failure) throws IOException {
        try {
            away.waitAfter(failure);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while the lookup table " + lookup.name() + " was waited for", failure);
        } catch (Exception e) {
            if (NO_SUCH_TABLE.equals(state(e))) {
                throw new UnreadableException(lookup.name(), rootCause(e));
            }
            throw new AwayException(
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
