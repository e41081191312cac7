package io.tributary.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The page in a browser: needs Chromium ({@code apt-get install chromium}), and runs with {@code mvn verify -Pchromium}. With {@code
 * -Dpictures=<folder>} its pictures are kept.
 */
final class PageInChromium {

    @TempDir
    private Path folder;

    private String look(String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("chromium", "chromium"),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                "--user-data-dir=" + folder.resolve("profile"),
                "--virtual-time-budget=6000"));
        command.addAll(List.of(options));
        Path out = folder.resolve("out");
        try (StatusPage page = StatusPage.at(new InetSocketAddress("localhost", 0))) {
            page.show(PageFixture.json());
            command.add(page.address().toString());
            Process browser = new ProcessBuilder(command)
                    .redirectOutput(out.toFile())
                    .redirectError(folder.resolve("errors").toFile())
                    .start();
            assertThat(browser.waitFor(120, TimeUnit.SECONDS)).isTrue();
            browser.destroyForcibly();
        }
        return Files.readString(out);
    }

    @Test
    void itShowsWhatItWasTold() throws Exception {
        String shown = look("--dump-dom");

        assertThat(shown)
                .contains("<title>(3) shop</title>", "3 problems", "1.2 s behind", "Kafka is not read for 2 min 5 s")
                .contains("1,206,331", "up to 57,000", "is being filled", "set aside")
                .contains("&lt;b&gt;'12,5'&lt;/b&gt; is no number")
                .contains("aria-label=\"from 1,200,031 to 1,206,331 rows\"");
        // Of these it is not known up to when they are complete.
        assertThat(shown.split("data-head=\"Complete until\">4 s ago", -1)).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({"light, 1200, 1000", "dark, 1200, 1000", "phone, 500, 1500"})
    void itCanBeLookedAt(String name, int width, int height) throws Exception {
        Path picture = folder.resolve(name + ".png");
        List<String> options =
                new ArrayList<>(List.of("--screenshot=" + picture, "--window-size=" + width + "," + height));
        if (name.equals("dark")) {
            options.add("--blink-settings=preferredColorScheme=0");
        }
        look(options.toArray(new String[0]));

        assertThat(picture).exists();
        assertThat(Files.size(picture)).isGreaterThan(20_000);
        String kept = System.getProperty("pictures", "");
        if (!kept.isEmpty()) {
            Files.copy(
                    picture,
                    Path.of(kept, "status-" + name + ".png"),
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
