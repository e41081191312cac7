package io.tributary.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The README's path for a database of one's own, by the script, as a person types it. */
@Timeout(300)
final class NewcomerIT {

    private static final Path SCRIPT = Path.of(System.getProperty("tributary.home"))
            .toAbsolutePath()
            .normalize()
            .resolve("deploy/tributary");

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @TempDir
    private Path folder;

    private Process process(Path output, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(SCRIPT.toString()));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().put("SHOP_PASSWORD", Shop.PASSWORD);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder.start();
    }

    private Answer type(String... words) throws Exception {
        Path output = Files.createTempFile(folder, "output", "");
        int status = process(output, words).waitFor();
        return new Answer(status, Files.readString(output, StandardCharsets.UTF_8), "");
    }

    private static void await(Path output, Process process, String sentence) throws Exception {
        Instant end = Instant.now().plus(PATIENCE);
        while (!Files.readString(output).contains(sentence)) {
            assertThat(process.isAlive() && Instant.now().isBefore(end))
                    .as(Files.readString(output))
                    .isTrue();
            Thread.sleep(100);
        }
    }

    private void awaitAnswer(String question, String row) throws Exception {
        Instant end = Instant.now().plus(PATIENCE);
        Answer answer = type("query", "--json", "--settings", "shop/shop.yaml", question);
        while (!answer.out().contains(row)) {
            assertThat(Instant.now()).as(answer.out()).isBefore(end);
            answer = type("query", "--json", "--settings", "shop/shop.yaml", question);
        }
    }

    @Test
    void fromADatabaseToRowsThatAreAskedFor() throws Exception {
        try (Shop shop = Shop.open()) {
            Answer init = type(
                    "init",
                    "--host=localhost",
                    "--port=" + shop.port(),
                    "--database=shop",
                    "--user=shop",
                    "--password=env:SHOP_PASSWORD");
            assertThat(init.status()).as(init.out()).isZero();
            assertThat(init.out()).contains("Everything is in place", "run --local --settings ");
            Files.writeString(folder.resolve("shop/sql/spending.sql"), """
                    -- How much has each customer spent?
                    -- key: customer_id
                    SELECT customer_id, SUM(amount) AS spent FROM orders GROUP BY customer_id
                    """);
            assertThat(type("plan", "--local", "--settings", "shop/shop.yaml").out())
                    .contains("  spending (key customer_id, 2 columns)");

            Path said = folder.resolve("said");
            Process run = process(said, "run", "--local", "--settings", "shop/shop.yaml", "--port", "0");
            try {
                await(said, run, "The job runs");
                awaitAnswer("SELECT spent FROM spending WHERE customer_id = 1", "1500.00");
                Answer status = type("status", "--settings", "shop/shop.yaml");
                assertThat(status.status()).as(status.out()).isZero();
                assertThat(status.out()).startsWith("Job shop: RUNNING").contains("spending");
                run.destroy();
                assertThat(run.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
                assertThat(run.exitValue()).as(Files.readString(said)).isZero();
                assertThat(said).content().contains("Stopped. The next start goes on from " + folder);
            } finally {
                run.destroyForcibly();
            }
        }
    }

    @Test
    void aMistakeEndsTheProcessWithItsStatus() throws Exception {
        assertThat(type("--version").status()).isZero();
        assertThat(type("plan", "--settings", "none.yaml").status()).isEqualTo(1);
        Answer wrong = type("plan", "--setings", "none.yaml");
        assertThat(wrong.status()).isEqualTo(2);
        assertThat(wrong.out()).startsWith("Unknown option --setings; did you mean --settings?");
    }
}
