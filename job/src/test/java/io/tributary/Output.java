package io.tributary;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.OutputStreamAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.layout.PatternLayout;

/** All that this process prints and logs, down to DEBUG, exceptions included. */
final class Output {

    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final Level level = root().getLevel();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final OutputStreamAppender appender = OutputStreamAppender.newBuilder()
            .setName("captured")
            .setTarget(bytes)
            .setLayout(PatternLayout.newBuilder()
                    .withPattern("%p %c %m%n%throwable{full}")
                    .build())
            .build();

    private Output() {}

    static Output captured() {
        Output output = new Output();
        System.setOut(new PrintStream(output.printed, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(output.bytes, true, StandardCharsets.UTF_8));
        output.appender.start();
        root().addAppender(output.appender, Level.DEBUG, null);
        root().setLevel(Level.DEBUG);
        LoggerContext.getContext(false).updateLoggers();
        return output;
    }

    /** Everything. */
    String text() {
        return printed.toString(StandardCharsets.UTF_8) + bytes.toString(StandardCharsets.UTF_8);
    }

    /** What went to standard output. */
    String planned() {
        return printed.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> line + System.lineSeparator())
                .collect(Collectors.joining());
    }

    /** Ends the capture; everything. */
    String restore() {
        root().removeAppender("captured");
        root().setLevel(level);
        LoggerContext.getContext(false).updateLoggers();
        appender.stop();
        System.setOut(out);
        System.setErr(err);
        return text();
    }

    private static LoggerConfig root() {
        return ((LoggerContext) LogManager.getContext(false)).getConfiguration().getRootLogger();
    }
}
