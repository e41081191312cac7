package io.tributary.capture.postgres;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;

/** All that is logged meanwhile. */
public final class Log extends AbstractAppender implements AutoCloseable {

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Level before;

    private Log() {
        super("log", null, null, true, Property.EMPTY_ARRAY);
        this.before = root().getLevel();
    }

    public static Log of(Level level) {
        Log log = new Log();
        log.start();
        root().addAppender(log, level, null);
        level(level);
        return log;
    }

    public List<String> lines() {
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
