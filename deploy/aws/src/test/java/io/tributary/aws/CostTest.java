package io.tributary.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The table in the manual is what the arithmetic in the file comes to. */
class CostTest {

    @Test
    void theManualSaysWhatTheFileComesTo() throws IOException {
        Cost cost = Cost.read(Path.of("cost.csv"));
        String manual = Files.readString(Path.of(System.getProperty("tributary.home", "../.."), "job/docs/deploy.md"));

        assertThat(cost.sizes()).containsExactly("1 change/s", "100 changes/s", "10,000 changes/s");
        assertThat(manual).contains(cost.markdown());
    }

    @Test
    void aLargerPipelineCostsMore() throws IOException {
        Cost cost = Cost.read(Path.of("cost.csv"));

        assertThat(cost.total(0)).isPositive().isLessThan(cost.total(1));
        assertThat(cost.total(1)).isLessThan(cost.total(2));
    }
}
