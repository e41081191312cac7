package io.tributary.sink.iceberg;

import static io.tributary.sink.iceberg.Fixture.ID;
import static io.tributary.sink.iceberg.Fixture.TEXT;
import static io.tributary.sink.iceberg.Fixture.after;
import static io.tributary.sink.iceberg.Fixture.before;
import static io.tributary.sink.iceberg.Fixture.delete;
import static io.tributary.sink.iceberg.Fixture.insert;
import static io.tributary.sink.iceberg.Fixture.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.change.Column;
import io.tributary.change.Schema;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Deletes.class)
class PartitionTest {

    @Parameter
    Deletes deletes;

    private static final Schema ORDERS = Schema.of(
            "orders",
            List.of(
                    Column.of("id", ID),
                    Column.of("region", TEXT),
                    Column.of("at", new LocalZonedTimestampType(6)),
                    Column.of("note", TEXT)),
            List.of("id"));

    private static final TimestampData MONDAY = TimestampData.fromEpochMillis(1_700_000_000_000L);
    private static final TimestampData TUESDAY = TimestampData.fromEpochMillis(1_700_100_000_000L);

    @TempDir
    private Path directory;

    @Test
    void rowThatMovesToAnotherPartitionLeavesItsOldOne() throws Exception {
        IcebergSettings settings = settings("region; days(at); bucket(4, id)");
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(ORDERS, 1L, "east", MONDAY, "a"), insert(ORDERS, 2L, null, null, "a"));
            job.process(insert(ORDERS, 3L, "east", MONDAY, "a"), insert(ORDERS, 4L, "east", MONDAY, "a"));
            job.checkpoint();
            job.process(before(ORDERS, 1L, "east", MONDAY), after(ORDERS, 1L, "west", TUESDAY, "b"));
            job.process(before(ORDERS, 1L, "west", TUESDAY), after(ORDERS, 1L, "north", TUESDAY, "c"));
            job.process(before(ORDERS, 2L), after(ORDERS, 2L, "east", MONDAY, "b"));
            job.process(delete(ORDERS, 3L, "east", MONDAY));
            job.checkpoint();
            assertThat(read(settings, "orders"))
                    .containsExactly(
                            "{at=2023-11-14T22:13:20Z, id=2, note=b, region=east}",
                            "{at=2023-11-14T22:13:20Z, id=4, note=a, region=east}",
                            "{at=2023-11-16T02:00Z, id=1, note=c, region=north}");
        }
    }

    @Test
    void uncommittedFilesKeepTheirPartitionsThroughARestore() throws Exception {
        IcebergSettings settings = settings("region; days(at); bucket(4, id); truncate(2, note)");
        org.apache.flink.runtime.checkpoint.OperatorSubtaskState state;
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(ORDERS, 1L, "süd \"1\"", MONDAY, "abc"), insert(ORDERS, 2L, null, null, null));
            job.process(delete(ORDERS, 3L, "x", MONDAY, "abc"));
            state = job.snapshot();
        }
        try (SinkHarness job = SinkHarness.restore(settings, 1, state)) {
            assertThat(read(settings, "orders")).hasSize(2);
            assertThat(job.rejected()).isEmpty();
        }
    }

    @Test
    void morePartitionsThanOpenFilesLoseNothing() throws Exception {
        IcebergSettings settings = settings("region", "iceberg.open-files", "3");
        try (SinkHarness job = SinkHarness.start(settings)) {
            for (long id = 0; id < 60; id++) {
                job.process(insert(ORDERS, id, "r" + id % 7, MONDAY, "a"));
            }
            for (long id = 0; id < 60; id += 2) {
                job.process(before(ORDERS, id, "r" + id % 7), after(ORDERS, id, "r" + id % 5, MONDAY, "b"));
            }
            job.checkpoint();
            assertThat(read(settings, "orders"))
                    .hasSize(60)
                    .filteredOn(row -> row.contains("note=b"))
                    .hasSize(30);
        }
    }

    @Test
    void propertiesAndPartitionsComeFromTheSettings() throws Exception {
        IcebergSettings settings = settings(
                "months(at), truncate(3, region)",
                "tables.orders.iceberg.properties.write.parquet.compression-codec",
                "gzip",
                "iceberg.table-properties.history.expire.min-snapshots-to-keep",
                "7");
        IcebergPlan.create(settings, List.of(ORDERS));
        try (Warehouse warehouse = Warehouse.open(settings)) {
            Table table = warehouse.load("orders");
            assertThat(table.spec().fields().toString()).contains("month(3)").contains("truncate[3](2)");
            assertThat(table.properties())
                    .containsEntry("write.parquet.compression-codec", "gzip")
                    .containsEntry("history.expire.min-snapshots-to-keep", "7");
        }
        assertThat(IcebergPlan.partitionColumns(settings, List.of(ORDERS)))
                .isEqualTo(Map.of("orders", Set.of("at", "region")));
    }

    @Test
    void fieldThatIsNotUnderstoodIsNamed() throws Exception {
        for (String field :
                List.of("daily(at)", "nowhere", "bucket(at)", "days(16, at)", "days(region)", "bucket(0, id)")) {
            assertThatThrownBy(() -> PartitionBy.spec("orders", TypeMapping.schema(ORDERS), List.of(field)))
                    .as(field)
                    .isInstanceOf(UnwritableException.class)
                    .hasMessageContaining("tables.orders.iceberg.partition-by: '" + field + "'");
        }
    }

    private IcebergSettings settings(String partitionBy, String... more) {
        String[] all = new String[more.length + 2];
        all[0] = "tables.orders.iceberg.partition-by";
        all[1] = partitionBy;
        System.arraycopy(more, 0, all, 2, more.length);
        return Fixture.settings(deletes, directory, all);
    }
}
