package io.tributary.local.arguments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scripts as they stand in a fresh clone: nothing is built, and there is nothing to build, so that a try to do it fails. */
final class ScriptsTest {

    private static final Path MODULE = Path.of(System.getProperty("tributary.home"), "deploy/local");
    private static final String SOURCES = "src/main/java/io/tributary/local/arguments/Arguments.java";

    @TempDir
    private static Path clone;

    @BeforeAll
    static void copyWhatTheScriptsNeed() throws IOException {
        List<String> files = new ArrayList<>(List.of("script.sh", "demo", "benchmark", SOURCES));
        for (String room : List.of("demo", "benchmark")) {
            files.add("src/main/resources/io/tributary/local/" + room + "/usage.txt");
        }
        for (String file : files) {
            Path copy = clone.resolve("deploy/local").resolve(file);
            Files.createDirectories(copy.getParent());
            Files.copy(MODULE.resolve(file), copy, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    private record Answer(int status, String out, String error) {}

    @ParameterizedTest
    @ValueSource(strings = {"demo", "benchmark"})
    void helpIsTheUsageText(String script) throws Exception {
        Answer answer = run(script, "--keep", "--help");

        assertThat(answer.status()).isZero();
        assertThat(answer.error()).isEmpty();
        assertThat(answer.out())
                .isEqualTo(Files.readString(
                        MODULE.resolve("src/main/resources/io/tributary/local/" + script + "/usage.txt")))
                .startsWith("Usage: deploy/local/" + script)
                .contains("  --help");
    }

    @Test
    void aBadOptionIsAnsweredBeforeAnythingIsBuilt() throws Exception {
        Answer answer = run("demo", "--rat", "5", "--seconds", "soon");

        assertThat(answer.error()).isEqualTo("""
                Unknown option --rat; the nearest one is --rate
                --seconds cannot be soon: it takes whole number from 0 to 1000000000
                deploy/local/demo --help shows all options.
                """);
        assertThat(answer.out()).isEmpty();
        assertThat(answer.status()).isEqualTo(2);
    }

    private static Answer run(String script, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(clone.resolve("deploy/local").resolve(script).toString()));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile(clone, "out", "");
        Path error = Files.createTempFile(clone, "error", "");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(error.toFile());
        String java = Path.of(System.getProperty("java.home"), "bin").toString();
        builder.environment().merge("PATH", java, (path, ours) -> ours + ":" + path);
        int status = builder.start().waitFor();
        return new Answer(
                status, Files.readString(out, StandardCharsets.UTF_8), Files.readString(error, StandardCharsets.UTF_8));
    }
}
