package io.tributary.sink.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.streaming.runtime.tasks.TestProcessingTimeService;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.Test;

final class RefusalWarningsTest {

    @Test
    void refusalsAreOneWarningAMinuteWithCounts() throws Exception {
        Warnings warnings = new Warnings();
        Logger logger = (Logger) LogManager.getLogger(RefusalWarnings.class);
        warnings.start();
        Configurator.setLevel(logger, Level.WARN);
        logger.addAppender(warnings);
        try {
            TestProcessingTimeService clock = new TestProcessingTimeService();
            Counter sent = new SimpleCounter();
            Counter refused = new SimpleCounter();
            clock.setCurrentTime(0);
            RefusalWarnings.start("changes", clock, sent, refused);

            sent.inc(1_000);
            clock.setCurrentTime(60_000);
            assertThat(warnings.sentences).isEmpty();

            sent.inc(500);
            refused.inc(3);
            refused.inc(4);
            clock.setCurrentTime(119_000);
            assertThat(warnings.sentences).isEmpty();
            clock.setCurrentTime(120_000);
            clock.setCurrentTime(600_000);

            assertThat(warnings.sentences)
                    .singleElement()
                    .asString()
                    .startsWith("The Kinesis stream changes refused 7 records in the last minute")
                    .contains("of 500 that were sent");
        } finally {
            logger.removeAppender(warnings);
            Configurator.setLevel(logger, Level.ERROR);
        }
    }

    private static final class Warnings extends AbstractAppender {
        private final List<String> sentences = new ArrayList<>();

        Warnings() {
            super("warnings", null, null, true, Property.EMPTY_ARRAY);
        }

        @Override
        public void append(LogEvent event) {
            sentences.add(event.getMessage().getFormattedMessage());
        }
    }
}
