package io.tributary.sink.iceberg;

import java.net.URL;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hides Hadoop's files of settings from what is made under it.
 *
 * <p>Iceberg makes a Hadoop Configuration for each Parquet file that it does not write through Hadoop, to S3 for instance
 * (Parquet.WriteBuilder, 1.10), and each would unpack and parse core-default.xml again: milliseconds, which many tables pay at each
 * checkpoint. Whatever Parquet is told comes from the table's properties, which Iceberg puts into it.
 */
final class WithoutHadoopDefaults extends ClassLoader {

    private static final WithoutHadoopDefaults LOADER = new WithoutHadoopDefaults();

    private WithoutHadoopDefaults() {
        super(WithoutHadoopDefaults.class.getClassLoader());
    }

    /** Configurations that are made meanwhile are empty. */
    static <T> T make(Supplier<T> writer) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(LOADER);
        try {
            return writer.get();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Override
    public @Nullable URL getResource(String name) {
        return name.endsWith("-default.xml") || name.endsWith("-site.xml") ? null : super.getResource(name);
    }
}
