package io.tributary.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo, short: the jar in a cluster of its own, every service real, and not one difference in the end. */
final class DemoIT {

    @Test
    void endsWithoutADifference(@TempDir Path folder) throws Exception {
        Path written = folder.resolve("demo");
        DemoOptions options = DemoOptions.of(new String[] {"--seconds", "10", "--folder", written.toString()});
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Demo demo = new Demo(
                options,
                Path.of(System.getProperty("tributary.home")),
                new PrintStream(out, true, StandardCharsets.UTF_8));

        boolean clean = demo.run();

        String printed = out.toString(StandardCharsets.UTF_8);
        assertThat(clean).as(printed).isTrue();
        assertThat(printed).contains("Every row is the same everywhere.", "daily_revenue", "order_details");
        assertThat(written).doesNotExist();
    }
}
