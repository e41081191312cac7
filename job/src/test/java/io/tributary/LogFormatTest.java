package io.tributary;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.api.Test;

/** The configurations of logging that {@code deploy/flink/conf} gives to Flink's processes. */
final class LogFormatTest {

    private static final String HOSTILE = "two\nlines, \"quotes\", a \\ and \t tab";

    @Test
    void anEventIsAJsonObjectOnOneLineWhateverItSays() throws Exception {
        String line = formatted("log4j-json.properties");

        assertThat(line).endsWith("\n").hasLineCount(1);
        JsonNode event = new ObjectMapper().readTree(line);
        assertThat(event.path("message").asText()).isEqualTo(HOSTILE);
        assertThat(event.path("level").asText()).isEqualTo("WARN");
        assertThat(event.path("logger").asText()).isEqualTo("io.tributary.Some");
        assertThat(event.path("exception").asText()).contains("IllegalStateException: \"why\"\n");
        assertThat(event.path("time").asText()).isEqualTo("1970-01-01T00:00:01.002Z");
    }

    @Test
    void forPeopleItIsText() {
        assertThat(formatted("log4j-text.properties"))
                .contains("WARN")
                .contains(HOSTILE)
                .contains("\"why\"");
    }

    /** The connector writes the password of the database where it logs at INFO. */
    @Test
    void theLoggerThatTellsThePasswordIsQuiet() {
        for (String file : new String[] {"log4j-json.properties", "log4j-text.properties"}) {
            try (LoggerContext context = context(file)) {
                assertThat(context.getLogger(
                                        "org.apache.flink.cdc.connectors.postgres.source.fetch.PostgresSourceFetchTaskContext")
                                .getLevel())
                        .isEqualTo(Level.WARN);
                assertThat(context.getLogger("io.tributary.Some").getLevel()).isEqualTo(Level.INFO);
            }
        }
    }

    private static String formatted(String file) {
        try (LoggerContext context = context(file)) {
            byte[] bytes = context.getConfiguration()
                    .getAppender("console")
                    .getLayout()
                    .toByteArray(Log4jLogEvent.newBuilder()
                            .setLoggerName("io.tributary.Some")
                            .setLevel(Level.WARN)
                            .setThreadName("a \"thread\"")
                            .setTimeMillis(1002)
                            .setMessage(new SimpleMessage(HOSTILE))
                            .setThrown(new IllegalStateException("\"why\""))
                            .build());
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private static LoggerContext context(String file) {
        LoggerContext context = new LoggerContext(
                file, null, Path.of("../deploy/flink/conf", file).toUri());
        context.start();
        return context;
    }
}
