package io.tributary.sink.iceberg;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Position;
import io.tributary.change.Schema;
import io.tributary.change.TakenChanges;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SourceTablesTest {

    private static final SourceTables TABLES = new SourceTables(
            Map.of(
                    "orders", Set.of("orders"),
                    "sales", Set.of("orders", "lines"),
                    "both", Set.of("orders", "people"),
                    "events", Set.of("events"),
                    "mixed", Set.of("orders", "events"),
                    "looked_up", Set.of()),
            Map.of("orders", "shop", "lines", "shop", "idle", "shop", "people", "crm"));

    private final TakenChanges taken = new TakenChanges();

    private void taken(String table, long position, long time) {
        taken.taken(Schema.tableId(table), TakenChanges.Newest.of(Position.of(position, 0), time));
    }

    private void read(String... tables) {
        for (String table : tables) {
            taken.read(Schema.tableId(table), true);
        }
    }

    private Map<String, String> of(String table) {
        Map<String, String> summary = new TreeMap<>();
        requireNonNull(TABLES.of(table, taken)).tell(summary::put);
        return summary;
    }

    @Test
    void aDatabaseHasOneOrder() {
        read("orders", "lines");
        taken("lines", 16, 100);
        assertThat(of("orders"))
                .containsOnly(
                        Map.entry(CompleteUntil.TIME, "100"),
                        Map.entry(
                                CompleteUntil.POSITION + "shop",
                                Position.of(16, 0).toHex()));
        taken("idle", 32, 200);
        assertThat(of("sales")).containsEntry(CompleteUntil.TIME, "200");
    }

    @Test
    void ofSeveralDatabasesThatCountsWhichIsTheFurthestBehind() {
        read("orders", "people");
        taken("orders", 16, 300);
        assertThat(TABLES.of("both", taken)).as("nothing is known of the other").isNull();
        taken("people", 2, 200);
        assertThat(of("both"))
                .containsEntry(CompleteUntil.TIME, "200")
                .containsKeys(CompleteUntil.POSITION + "shop", CompleteUntil.POSITION + "crm");
        assertThat(of("orders")).containsEntry(CompleteUntil.TIME, "300");
    }

    @Test
    void nothingIsSaidThatIsNotKnown() {
        taken("orders", 16, 300);
        taken("events", 9, 400);
        read("orders", "events");
        assertThat(TABLES.of("sales", taken)).as("a table that is being read").isNull();
        assertThat(TABLES.of("events", taken)).as("no order").isNull();
        assertThat(TABLES.of("mixed", taken)).isNull();
        assertThat(TABLES.of("looked_up", taken)).isNull();
        assertThat(TABLES.of("unheard_of", taken)).isNull();
    }
}
