package io.tributary.capture.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A chunk has no more rows than may be read while its transaction may be open. */
class ChunkRowsTest {

    @AutoClose
    private final TestDatabase database = TestDatabase.create();

    private PostgresSettings settings(String... keysAndValues) {
        Map<String, String> settings = database.settings("public.t");
        for (int i = 0; i < keysAndValues.length; i += 2) {
            settings.put("postgres.snapshot-" + keysAndValues[i], keysAndValues[i + 1]);
        }
        return TestDatabase.settings(settings);
    }

    @Test
    void theTimeCountsWhereTheRateIsLimited() {
        assertThat(settings("chunk-time", "1 s").chunkRows(2)).isEqualTo(50_000);
        assertThat(settings("rows-per-second", "1000").chunkRows(1)).isEqualTo(5_000);
        assertThat(settings("rows-per-second", "1000", "chunk-time", "2 s").chunkRows(4))
                .isEqualTo(500);
        assertThat(settings("rows-per-second", "1000", "chunk-rows", "70").chunkRows(1))
                .isEqualTo(70);
        assertThat(settings("rows-per-second", "1").chunkRows(64)).isEqualTo(1);
    }
}
