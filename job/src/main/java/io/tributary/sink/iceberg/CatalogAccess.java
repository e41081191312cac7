package io.tributary.sink.iceberg;

import static java.util.Objects.requireNonNull;

import io.tributary.settings.Outage;
import java.io.IOException;
import org.apache.flink.metrics.MetricGroup;
import org.apache.iceberg.exceptions.ValidationException;
import org.jspecify.annotations.Nullable;

/**
 * The catalog as writers use it: opened at the first call, and asked again while it is away, for as long as
 * {@link io.tributary.settings.Patience} allows. The caller waits.
 */
final class CatalogAccess implements AutoCloseable {

    /** What is asked of the catalog. Asked twice, it does the same. */
    interface Call<T> {
        T on(Warehouse warehouse) throws UnwritableException;
    }

    private final IcebergSettings settings;
    private final Outage outage;
    private @Nullable Warehouse opened;

    CatalogAccess(IcebergSettings settings, MetricGroup metrics) {
        this.settings = settings;
        this.outage = settings.patience().of("The Iceberg catalog").reportTo(metrics);
    }

    <T> T call(Call<T> call) throws UnwritableException, IOException {
        while (true) {
            try {
                if (opened == null) {
                    opened = Warehouse.open(settings);
                }
                T answer = call.on(requireNonNull(opened));
                outage.over();
                return answer;
            } catch (RuntimeException e) {
                if (!mayPass(e)) {
                    throw e;
                }
                waitAfter(e);
            }
        }
    }

    private void waitAfter(RuntimeException failure) throws IOException {
        try {
            outage.waitAfter(failure);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while the Iceberg catalog was waited for", e);
        }
    }

    /** Whether the same call may work later. What contradicts the state, or a rule of Iceberg's, never does. */
    static boolean mayPass(Throwable failure) {
        return failure instanceof Exception
                && !(failure instanceof IllegalStateException
                        || failure instanceof IllegalArgumentException
                        || failure instanceof UnsupportedOperationException
                        || failure instanceof ValidationException);
    }

    @Override
    public void close() throws IOException {
        if (opened != null) {
            opened.close();
            opened = null;
        }
    }
}
