package io.tributary;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
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

    /** Tasks load the job's code, and a function's from a jar of the user's, by loaders of their own. */
    @Test
    void filesAreTriedWithAFunctionOfTheUsers() throws Exception {
        Path sql = Files.createDirectories(folder.resolve("sql/a.test/one"))
                .getParent()
                .getParent();
        Files.writeString(sql.resolve("tables.yaml"), "t: {key: [id], columns: {id: INT NOT NULL, s: STRING}}\n");
        Files.writeString(sql.resolve("a.sql"), "-- key: id\nSELECT id, shout(s) AS s FROM t");
        Files.writeString(sql.resolve("a.test/one/t.csv"), "id,s\n1,hey\n");
        Path expected = Files.writeString(sql.resolve("a.test/one/expected.csv"), "id,s\n1,HEY!\n");
        Path settings = Files.writeString(folder.resolve("settings.yaml"), """
                sql:
                  directory: %s
                  function-jars: [%s]
                  functions: {shout: shop.Shout}
                  function-arguments: {shout: ["!"]}
                """.formatted(sql, jar()));

        assertThat(run("test", "--settings", settings.toString()))
                .as(() -> String.valueOf(errors()))
                .isZero();
        assertThat(output()).containsExactly("sql/a.sql: 1 case, as expected");

        Files.writeString(expected, "id,s\n1,HEY\n");
        assertThat(run("test", "--settings", settings.toString())).isEqualTo(1);
        assertThat(output())
                .containsExactly(
                        "sql/a.sql: 1 of 1 case not as expected",
                        "  sql/a.test/one/expected.csv:2: id 1: s is HEY!, expected HEY");
    }

    private Path jar() throws IOException {
        Path classes = Files.createDirectories(folder.resolve("classes"));
        Path source = Files.writeString(folder.resolve("Shout.java"), """
                package shop;
                public class Shout extends org.apache.flink.table.functions.ScalarFunction {
                    private final String end;
                    public Shout(String end) { this.end = end; }
                    public String eval(String text) { return text.toUpperCase() + end; }
                }
                """);
        assertThat(ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                null,
                                null,
                                "--release",
                                "11",
                                "-proc:none",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "-d",
                                classes.toString(),
                                source.toString()))
                .isZero();
        Path jar = folder.resolve("functions.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry("shop/Shout.class"));
            Files.copy(classes.resolve("shop/Shout.class"), out);
        }
        return jar;
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

    private List<String> errors() {
        try {
            return Files.readAllLines(folder.resolve("err"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
