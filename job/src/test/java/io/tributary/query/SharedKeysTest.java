package io.tributary.query;

import static io.tributary.query.Rows.delete;
import static io.tributary.query.Rows.insert;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Schema;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file whose header names the wrong key, in a job with checkpoints. */
final class SharedKeysTest {

    private static final Schema BIDS =
            Rows.table("bids", "id", "id BIGINT NOT NULL", "auction BIGINT", "price DECIMAL(10, 2)");

    @TempDir
    private Path sql;

    @Test
    void areDeadLettersUntilOneRowIsLeft() throws Exception {
        Files.writeString(
                sql.resolve("last_bid.sql"),
                "-- key: auction\nSELECT COALESCE(auction, 0) AS auction, id, price FROM bids");
        Files.writeString(
                sql.resolve("bid_count.sql"), "-- key: whole\nSELECT 'all' AS whole, COUNT(*) AS n FROM last_bid");
        try (SqlJob job = SqlJob.start(Map.of("sql.directory", sql.toString()), Map.of("bids", BIDS))) {
            job.send(List.of(
                            insert(BIDS, "1|7|1.00"),
                            insert(BIDS, "2|7|2.00"),
                            insert(BIDS, "3|7|3.00"),
                            insert(BIDS, "4|8|4.00")))
                    .await(target -> target.rows("last_bid").equals(List.of("8|4|4.00"))
                            && target.rows("bid_count").equals(List.of("all|1")));
            assertThat(job.letters()).singleElement().satisfies(letter -> {
                assertThat(letter.table()).isEqualTo("last_bid");
                assertThat(letter.reason())
                        .startsWith("3 rows that last_bid.sql makes share their key (auction), so the table has");
                assertThat(new String(letter.raw(), StandardCharsets.UTF_8)).contains("\"id\":2");
            });

            job.send(List.of(delete(BIDS, "1|7|1.00"), delete(BIDS, "3|7|3.00")))
                    .await(target -> target.rows("last_bid").equals(List.of("7|2|2.00", "8|4|4.00"))
                            && target.rows("bid_count").equals(List.of("all|2")));
        }
    }
}
