package io.tributary.sink.iceberg;

import static io.tributary.sink.iceberg.Fixture.NARROW;
import static io.tributary.sink.iceberg.Fixture.insert;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hadoop's hooks of the JVM would outlive a job whose class loader has been closed. */
class ShutdownHooksTest {

    private static final String HOOKS = "org.apache.hadoop.util.ShutdownHookManager";

    /** What the job's class loader runs. */
    public static final class Work {

        public static void write(Path warehouse) throws Exception {
            IcebergSettings settings = Fixture.settings(warehouse);
            try (SinkHarness sink = SinkHarness.start(settings)) {
                sink.process(insert(NARROW, 1L, "Ann"));
                sink.checkpoint();
            }
            assertThat(Fixture.read(settings, "people")).hasSize(1);
        }
    }

    @Test
    void aLocalWarehouseIsCheckedAndWrittenWithoutThem(@TempDir Path warehouse) throws Exception {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (JobClasses job = new JobClasses()) {
            Thread.currentThread().setContextClassLoader(job);
            job.loadClass(Work.class.getName()).getMethod("write", Path.class).invoke(null, warehouse);

            assertThat(job.hasLoaded("org.apache.hadoop.fs.LocalFileSystem")).isTrue();
            assertThat(job.hasLoaded(HOOKS)).isFalse();
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    /** Child first, as Flink loads a job's jar. */
    private static final class JobClasses extends URLClassLoader {

        private JobClasses() {
            super(
                    Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                            .map(JobClasses::url)
                            .toArray(URL[]::new),
                    JobClasses.class.getClassLoader());
        }

        private static URL url(String path) {
            try {
                return new File(path).toURI().toURL();
            } catch (MalformedURLException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            boolean isOfJob = name.startsWith("io.tributary.")
                    || name.startsWith("org.apache.iceberg.")
                    || name.startsWith("org.apache.hadoop.");
            synchronized (getClassLoadingLock(name)) {
                if (!isOfJob) {
                    return super.loadClass(name, resolve);
                }
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? findClass(name) : loaded;
            }
        }

        private boolean hasLoaded(String name) {
            return findLoadedClass(name) != null;
        }
    }
}
