package io.tributary.sink.iceberg;

import static io.tributary.sink.iceberg.Fixture.NARROW;
import static io.tributary.sink.iceberg.Fixture.TEXT;
import static io.tributary.sink.iceberg.Fixture.insert;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Column;
import io.tributary.change.Comments;
import io.tributary.change.Schema;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommentedTablesTest {

    private static final Map<String, Comments> SAID =
            Map.of("people", Comments.of("Who we know", Map.of("name", "As on the passport", "gone", "Not there")));

    @TempDir
    private Path directory;

    @Test
    void tablesSayWhatTheSourceSaysAndAreAlteredOnlyWhereTheyDoNot() throws Exception {
        IcebergSettings settings = Fixture.settings(directory);
        IcebergPlan.create(settings, List.of(NARROW));
        CommentedTables.write(settings, SAID);
        try (Warehouse warehouse = Warehouse.open(settings)) {
            Table table = warehouse.load("people");
            assertThat(table.properties()).containsEntry("comment", "Who we know");
            assertThat(table.schema().findField("name").doc()).isEqualTo("As on the passport");
            assertThat(table.schema().findField("id").doc()).isNull();
            String before = metadata(table);
            CommentedTables.write(settings, SAID);
            CommentedTables.write(
                    settings, Map.of("people", Comments.of(null, Map.of()), "towns", Comments.of("x", Map.of())));
            table.refresh();
            assertThat(metadata(table)).isEqualTo(before);
        }
    }

    @Test
    void whatIsWrittenAndReplacedThenKeepsIt() throws Exception {
        IcebergSettings settings = Fixture.settings(directory);
        Schema more = Schema.of(
                "people",
                List.of(Column.of("id", Fixture.ID), Column.of("name", TEXT), Column.of("more", TEXT)),
                List.of("id"));
        IcebergPlan.create(settings, List.of(NARROW));
        CommentedTables.write(settings, SAID);
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "a"), insert(more, 2L, "b", "c"));
            job.checkpoint();
        }
        assertThat(Fixture.read(settings, "people"))
                .containsExactly("{id=1, more=null, name=a}", "{id=2, more=c, name=b}");
        try (Warehouse warehouse = Warehouse.open(settings)) {
            Table table = warehouse.load("people");
            assertThat(table.schema().findField("name").doc()).isEqualTo("As on the passport");
            // The table is as it would be made anew, whatever is said of its columns.
            assertThat(TablePlan.make(table, more, settings)).isNull();
        }
    }

    private static String metadata(Table table) {
        return ((HasTableOperations) table).operations().current().metadataFileLocation();
    }
}
