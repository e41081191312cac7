package io.tributary;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What Flink's processes log, in the image and on Kubernetes. */
final class LogFormatTest {

    private static final Path FILE = Path.of("../deploy/flink/image/log4j-console.properties");
    private static final String HOSTILE = "two\nlines, \"quotes\", a \\ and \t tab";

    @TempDir
    Path folder;

    @Test
    void anEventIsAJsonObjectOnOneLineWhateverItSays() throws Exception {
        String line = formatted("json");

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
        assertThat(formatted("text")).contains("WARN").contains(HOSTILE).contains("\"why\"");
    }

    /** The connector writes the password of the database where it logs at INFO. */
    @Test
    void theLoggerThatTellsThePasswordIsQuiet() {
        try (LoggerContext context = context()) {
            assertThat(context.getLogger(
                                    "org.apache.flink.cdc.connectors.postgres.source.fetch.PostgresSourceFetchTaskContext")
                            .getLevel())
                    .isEqualTo(Level.WARN);
            assertThat(context.getLogger("io.tributary.Some").getLevel()).isEqualTo(Level.INFO);
        }
    }

    @Test
    void withoutASettingTheConsoleIsForPeople() {
        assertThat(System.getenv("TRIBUTARY_LOGS")).isNull();
        try (LoggerContext context = context()) {
            assertThat(context.getConfiguration().getRootLogger().getAppenders())
                    .containsOnlyKeys("text", "file");
        }
    }

    @Test
    void theSettingIsTheNameOfAnAppender() throws IOException {
        assertThat(Files.readString(FILE))
                .contains("rootLogger.appenderRef.console.ref = ${env:TRIBUTARY_LOGS:-text}")
                .contains("appender.json.name = json");
    }

    @Test
    void itIsTheSameOnKubernetes() throws IOException {
        Object pipeline = new Load(LoadSettings.builder().build())
                .loadFromString(Files.readString(Path.of("../deploy/flink/kubernetes/base/pipeline.yaml")));
        assertThat(pipeline)
                .extracting("spec.logConfiguration")
                .isEqualTo(Map.of("log4j-console.properties", Files.readString(FILE)));
    }

    private String formatted(String appender) {
        try (LoggerContext context = context()) {
            byte[] bytes = context.getConfiguration()
                    .getAppender(appender)
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

    private LoggerContext context() {
        System.setProperty("log.file", folder.resolve("flink.log").toString());
        LoggerContext context = new LoggerContext("flink", null, FILE.toUri());
        context.start();
        System.clearProperty("log.file");
        return context;
    }
}
