package io.tributary.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The entry point of the container image, with everything where the image has it. */
final class ImageIT {

    private static final Path HOME =
            Path.of(System.getProperty("tributary.home")).toAbsolutePath().normalize();

    @TempDir
    private static Path image;

    @BeforeAll
    static void fillImage() throws IOException {
        for (String folder : List.of("lib", "usrlib", "command", "conf", "bin", "log", "state")) {
            Files.createDirectories(image.resolve(folder));
        }
        String flink = Files.readString(HOME.resolve("deploy/local/flink/target/classpath"));
        for (String jar : flink.strip().split(File.pathSeparator)) {
            link("lib", Path.of(jar));
        }
        try (Stream<Path> jars = Files.list(HOME.resolve("deploy/command/target/lib"))) {
            for (Path jar : jars.toList()) {
                link("command", jar);
            }
        }
        try (Stream<Path> files = Files.list(HOME.resolve("job/target"))) {
            Path jar = files.filter(file -> file.getFileName().toString().matches("tributary-job-[0-9.]+\\.jar"))
                    .findFirst()
                    .orElseThrow();
            Files.createSymbolicLink(image.resolve("usrlib/tributary-job.jar"), jar);
        }
        Path console = HOME.resolve("deploy/flink/image/log4j-console.properties");
        Files.copy(console, image.resolve("conf/log4j-console.properties"));
        // In the place of Flink's own script for a job manager with a job in it.
        Path standalone =
                Files.writeString(image.resolve("bin/standalone-job.sh"), "#!/bin/sh\necho standalone \"$@\"\n");
        assertThat(standalone.toFile().setExecutable(true)).isTrue();
    }

    private static void link(String folder, Path jar) throws IOException {
        Files.createSymbolicLink(image.resolve(folder).resolve(jar.getFileName()), jar);
    }

    private static Answer type(String... words) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(HOME.resolve("deploy/flink/image/tributary").toString()));
        command.addAll(List.of(words));
        Path out = Files.createTempFile(image, "out", "");
        Path error = Files.createTempFile(image, "error", "");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(error.toFile());
        builder.environment().put("FLINK_HOME", image.toString());
        builder.environment()
                .merge(
                        "PATH",
                        Path.of(System.getProperty("java.home"), "bin").toString(),
                        (path, java) -> java + ":" + path);
        int status = builder.start().waitFor();
        return new Answer(status, Files.readString(out), Files.readString(error));
    }

    @Test
    void theCommandIsThereAsAnywhere() throws Exception {
        assertThat(type("--version").out()).startsWith("Tributary ");
        assertThat(type("run", "--help").out()).startsWith("Usage: tributary run");

        Answer wrong = type("plan", "--setings", "a");
        assertThat(wrong.error()).startsWith("Unknown option --setings; did you mean --settings?");
        assertThat(wrong.status()).isEqualTo(2);
    }

    @Test
    void settingsAreReadWithWhatTheImageHas() throws Exception {
        Path settings = Files.writeString(image.resolve("wrong.yaml"), "postgres.slto: a\n");
        Answer plan = type("plan", "--settings", settings.toString());

        assertThat(plan.status()).isEqualTo(1);
        assertThat(plan.error()).contains("Unknown setting postgres.slto; the nearest known one is postgres.slot");
    }

    @Test
    void runIsTheJobManagerWithTheJobInIt() throws Exception {
        assertThat(type("run", "--settings", "a.yaml").out().strip())
                .isEqualTo("standalone start-foreground --job-classname io.tributary.Main run --settings a.yaml");
    }
}
