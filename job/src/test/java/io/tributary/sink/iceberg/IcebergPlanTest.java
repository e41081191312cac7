package io.tributary.sink.iceberg;

import static io.tributary.sink.iceberg.Fixture.CONFLICTING;
import static io.tributary.sink.iceberg.Fixture.NARROW;
import static io.tributary.sink.iceberg.Fixture.TEXT;
import static io.tributary.sink.iceberg.Fixture.WIDE;
import static io.tributary.sink.iceberg.Fixture.insert;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Column;
import io.tributary.change.Schema;
import io.tributary.settings.Problems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.hadoop.HadoopCatalog;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IcebergPlanTest {

    private static final List<NestedField> COLUMNS = List.of(
            NestedField.required(1, "id", Types.LongType.get()),
            NestedField.optional(2, "name", Types.StringType.get()));

    @TempDir
    private Path directory;

    @Test
    void tableThatIsMissingOrFitsOrOnlyLacksColumnsIsNoProblem() {
        assertThat(check(NARROW)).isEmpty();
        table(new org.apache.iceberg.Schema(COLUMNS, Set.of(1)), PartitionSpec.unpartitioned(), "2");
        assertThat(check(NARROW)).isEmpty();
        assertThat(check(WIDE)).isEmpty();
    }

    @Test
    void everythingThatDoesNotFitIsNamedWithWhatToDo() {
        org.apache.iceberg.Schema schema = new org.apache.iceberg.Schema(
                List.of(COLUMNS.get(0), COLUMNS.get(1), NestedField.required(3, "more", Types.StringType.get())),
                Set.of());
        table(schema, PartitionSpec.builderFor(schema).identity("name").build(), "1");
        assertThat(check(CONFLICTING, "tables.people.iceberg.partition-by", "bucket(4, id)"))
                .anySatisfy(problem -> assertThat(problem).contains("SET TBLPROPERTIES ('format-version'='2')"))
                .anySatisfy(problem -> assertThat(problem).contains("ALTER TABLE shop.people SET IDENTIFIER FIELDS id"))
                .anySatisfy(problem -> assertThat(problem).contains("ALTER COLUMN more DROP NOT NULL"))
                .anySatisfy(problem -> assertThat(problem).contains("tables.people.iceberg.partition-by"))
                .anySatisfy(problem ->
                        assertThat(problem).contains("Column name of table people was STRING and is now INT"))
                .hasSize(5);
    }

    @Test
    void badSettingsAndColumnsAreProblemsOfMissingTablesToo() {
        assertThat(check(NARROW, "tables.people.iceberg.partition-by", "daily(id)"))
                .singleElement()
                .asString()
                .contains("daily(id)");
        assertThat(check(NARROW, "iceberg.table-properties.format-version", "3"))
                .singleElement()
                .asString()
                .contains("format-version");
        Schema twins = Schema.of(
                "people", List.of(NARROW.columns().get(0), Column.of("a", TEXT), Column.of("A", TEXT)), List.of("id"));
        assertThat(check(twins)).singleElement().asString().contains("differ in case only");
    }

    @Test
    void theColumnsOfTheKeyHaveBoundsHoweverManyColumnsThereAre() throws Exception {
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            columns.add(Column.of("c" + i, TEXT));
        }
        columns.add(120, Column.of("id", Fixture.ID));
        Schema wide = Schema.of("people", columns, List.of("id"));
        Object[] values = new Object[151];
        values[120] = 7L;
        IcebergSettings settings = Fixture.settings(directory);
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(wide, values));
            job.checkpoint();
        }
        Fixture.change(settings, "people", table -> {
            int id = table.schema().findField("id").fieldId();
            table.newScan()
                    .includeColumnStats()
                    .planFiles()
                    .forEach(file -> assertThat(file.file().lowerBounds()).containsKey(id));
        });
        IcebergSettings own = Fixture.settings(
                directory, "tables.towns.iceberg.properties.write.metadata.metrics.max-inferred-column-defaults", "5");
        IcebergPlan.create(own, List.of(Schema.of("towns", columns, List.of("id"))));
        Fixture.change(
                own,
                "towns",
                table -> assertThat(table.properties())
                        .containsEntry("write.metadata.metrics.max-inferred-column-defaults", "5"));
    }

    @Test
    void filesOfAnEarlierPartitioningAreAProblem() throws Exception {
        IcebergSettings settings = Fixture.settings(directory);
        try (SinkHarness job = SinkHarness.start(settings);
                Warehouse warehouse = Warehouse.open(settings)) {
            job.process(insert(NARROW, 1L, "a"));
            job.checkpoint();
            Table table = warehouse.load("people");
            table.updateSpec().addField("name").commit();
        }
        assertThat(check(NARROW)).singleElement().asString().contains("rewrite_data_files");
    }

    @Test
    void tablesWithRowsAreFilled() throws Exception {
        IcebergSettings settings = Fixture.settings(directory, "tables.people.iceberg.partition-by", "name");
        Schema empty = Schema.of("empty", NARROW.columns(), List.of("id"));
        IcebergPlan.create(settings, List.of(empty, NARROW));
        assertThat(IcebergPlan.filledTables(settings, List.of(NARROW, empty))).isEmpty();
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "a"));
            job.checkpoint();
        }
        assertThat(IcebergPlan.filledTables(settings, List.of(NARROW, empty))).containsExactly("people");
        Problems problems = new Problems();
        IcebergPlan.checkFilled(settings, List.of(NARROW, empty), problems);
        assertThat(problems.sentences()).singleElement().asString().contains("partitioned by [name]");
    }

    private void table(org.apache.iceberg.Schema schema, PartitionSpec spec, String version) {
        try (HadoopCatalog catalog =
                new HadoopCatalog(new Configuration(), directory.toUri().toString())) {
            catalog.createTable(TableIdentifier.of("shop", "people"), schema, spec, Map.of("format-version", version));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private List<String> check(Schema output, String... settings) {
        Problems problems = new Problems();
        IcebergPlan.check(Fixture.settings(directory, settings), List.of(output), problems);
        return problems.sentences();
    }
}
