package io.tributary.capture.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PasswordTest {

    @ParameterizedTest
    @EnumSource(PostgresSettings.Reader.class)
    void thePasswordIsInNoLog(PostgresSettings.Reader reader) throws Exception {
        try (TestDatabase database = TestDatabase.create();
                Log log = Log.of(Level.INFO)) {
            database.run("CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
            Map<String, String> settings = database.settings("public.t");
            settings.put("postgres.reader", reader.toString());
            String logged =
                    reader == PostgresSettings.Reader.NATIVE ? "reading slot from" : "PostgresConnectorConfig is";
            try (CaptureJob job = CaptureJob.start(settings)) {
                job.changes(1);
                database.run("INSERT INTO t VALUES (2)");
                job.changes(1);
            }
            assertThat(log.lines())
                    .anyMatch(line -> line.contains(logged))
                    .noneMatch(line -> line.contains(TestDatabase.PASSWORD));
            assertThat(TestDatabase.settings(settings).toString()).doesNotContain(TestDatabase.PASSWORD);
        }
    }

    /** All that is logged meanwhile. */
    private static final class Log extends AbstractAppender implements AutoCloseable {

        private final List<String> lines = new CopyOnWriteArrayList<>();
        private final Level before;

        private Log() {
            super("log", null, null, true, Property.EMPTY_ARRAY);
            this.before = root().getLevel();
        }

        static Log of(Level level) {
            Log log = new Log();
            log.start();
            root().addAppender(log, level, null);
            level(level);
            return log;
        }

        List<String> lines() {
            return lines;
        }

        @Override
        public void append(LogEvent event) {
            lines.add(event.getMessage().getFormattedMessage() + " " + event.getThrown());
        }

        @Override
        public void close() {
            level(before);
            root().removeAppender("log");
        }

        private static LoggerConfig root() {
            return context().getConfiguration().getRootLogger();
        }

        private static void level(Level level) {
            root().setLevel(level);
            context().updateLoggers();
        }

        private static LoggerContext context() {
            return (LoggerContext) LogManager.getContext(false);
        }
    }
}
