package io.tributary;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees who has the jar run by Flink's client, whose log goes to a file as a distribution's does. */
class FlinkClientIT {

    @TempDir
    private Path folder;

    @Test
    void whatIsWrongIsSaidOnceAndNothingElse() throws Exception {
        Path settings =
                Files.writeString(folder.resolve("settings.yaml"), "postgres.slto: a\nlatest.partial-wait: soon\n");

        assertThat(run("plan", "--settings", settings.toString())).isEqualTo(1);

        assertThat(output()).isEmpty();
        assertThat(errors())
                .contains("Unknown setting postgres.slto; the nearest known one is postgres.slot")
                .doesNotHaveDuplicates()
                .allSatisfy(line -> assertThat(line).doesNotContain("Exception").doesNotContain("\tat "));
    }

    @Test
    void anOptionThatIsUnknownIsAnsweredWithTheUsage() throws Exception {
        assertThat(run("plan", "--wrong", "x")).isEqualTo(1);

        assertThat(output()).isEmpty();
        assertThat(errors())
                .startsWith("Unknown option --wrong")
                .containsSubsequence(Main.USAGE.lines().toList());
    }

    /** Its exit code. */
    private int run(String... arguments) throws Exception {
        Path conf = Files.createDirectories(folder.resolve("conf"));
        Files.writeString(conf.resolve("config.yaml"), "rest.address: localhost\n");
        Path log = Files.writeString(conf.resolve("log4j2.properties"), """
                rootLogger.level = INFO
                rootLogger.appenderRef.file.ref = file
                appender.file.name = file
                appender.file.type = FILE
                appender.file.fileName = %s
                appender.file.layout.type = PatternLayout
                """.formatted(folder.resolve("client.log")));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx512m", "-Dlog4j2.configurationFile=" + log));
        for (String module : List.of("java.lang", "java.net", "java.nio", "java.util", "java.util.concurrent")) {
            command.add("--add-opens=java.base/" + module + "=ALL-UNNAMED");
        }
        command.addAll(List.of("-cp", flink(), "org.apache.flink.client.cli.CliFrontend", "run"));
        command.add(requireNonNull(System.getProperty("job.jar")));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
        builder.environment().put("FLINK_CONF_DIR", conf.toString());
        return builder.start().waitFor();
    }

    /** The jars among which Flink's are; the job's own classes are in its jar alone. */
    private static String flink() {
        return String.join(
                File.pathSeparator,
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                        .filter(path -> path.endsWith(".jar")
                                && !new File(path).getName().startsWith("tributary-"))
                        .toList());
    }

    private List<String> output() throws IOException {
        return Files.readAllLines(folder.resolve("out"));
    }

    private List<String> errors() throws IOException {
        return Files.readAllLines(folder.resolve("err"));
    }
}
