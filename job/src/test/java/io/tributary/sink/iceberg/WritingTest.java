package io.tributary.sink.iceberg;

import static io.tributary.sink.iceberg.Fixture.NARROW;
import static io.tributary.sink.iceberg.Fixture.after;
import static io.tributary.sink.iceberg.Fixture.before;
import static io.tributary.sink.iceberg.Fixture.delete;
import static io.tributary.sink.iceberg.Fixture.insert;
import static io.tributary.sink.iceberg.Fixture.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Position;
import java.nio.file.Path;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.shaded.org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.iceberg.shaded.org.apache.parquet.io.LocalInputFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Deletes.class)
class WritingTest {

    @Parameter
    Deletes deletes;

    @TempDir
    private Path directory;

    private IcebergSettings settings;

    @BeforeEach
    void settings() {
        settings = Fixture.settings(deletes, directory);
    }

    @Test
    void insertsWriteNoDeletes() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings);
                Warehouse warehouse = Warehouse.open(settings)) {
            for (long id = 0; id < 1000; id++) {
                job.process(insert(NARROW, id, "name " + id));
                if (id % 250 == 249) {
                    job.checkpoint();
                }
            }
            Table table = warehouse.load("people");
            assertThat(Fixture.deleteFiles(table)).isEmpty();
            assertThat(Fixture.snapshots(table)).hasSize(4);
            assertThat(read(table)).hasSize(1000);
            assertThat(table.schema().identifierFieldNames()).containsExactly("id");
        }
    }

    @Test
    void pagesOfParquetAreSmallUnlessTheTableSaysOtherwise() throws Exception {
        assertThat(pagesOfOneMegabyte(settings)).isGreaterThanOrEqualTo(4);
        assertThat(pagesOfOneMegabyte(Fixture.settings(
                        directory.resolve("large"),
                        "iceberg.table-properties." + TableProperties.PARQUET_PAGE_SIZE_BYTES,
                        String.valueOf(4 << 20))))
                .isEqualTo(1);
    }

    private static int pagesOfOneMegabyte(IcebergSettings settings) throws Exception {
        try (SinkHarness job = SinkHarness.start(settings);
                Warehouse warehouse = Warehouse.open(settings)) {
            for (long id = 0; id < 1000; id++) {
                job.process(insert(NARROW, id, id + "x".repeat(1000)));
            }
            job.checkpoint();
            Table table = warehouse.load("people");
            DataFile file = table.currentSnapshot()
                    .addedDataFiles(table.io())
                    .iterator()
                    .next();
            try (ParquetFileReader reader = ParquetFileReader.open(
                    new LocalInputFile(Path.of(file.location().replaceFirst("^file:", ""))))) {
                return reader.readOffsetIndex(reader.getFooter()
                                .getBlocks()
                                .get(0)
                                .getColumns()
                                .get(1))
                        .getPageCount();
            }
        }
    }

    @Test
    void updatesDeleteTheirKeysAndNoOthers() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings);
                Warehouse warehouse = Warehouse.open(settings)) {
            for (long id = 0; id < 1000; id++) {
                job.process(insert(NARROW, id, "old"));
            }
            job.checkpoint();
            for (long id = 0; id < 1000; id += 10) {
                job.process(before(NARROW, id), after(NARROW, id, "new"));
            }
            job.checkpoint();
            Table table = warehouse.load("people");
            FileContent content =
                    deletes == Deletes.EQUALITY ? FileContent.EQUALITY_DELETES : FileContent.POSITION_DELETES;
            List<DeleteFile> files = Fixture.deleteFiles(table);
            assertThat(files).singleElement().satisfies(file -> {
                assertThat(file.content()).isEqualTo(content);
                assertThat(file.recordCount()).isEqualTo(100);
                if (deletes == Deletes.EQUALITY) {
                    assertThat(file.equalityFieldIds()).containsExactly(1);
                    assertThat(file.valueCounts().keySet()).containsExactly(1);
                }
            });
            assertThat(read(table))
                    .hasSize(1000)
                    .filteredOn(row -> row.contains("new"))
                    .hasSize(100);
        }
    }

    @Test
    void lastOfSeveralChangesOfOneKeyInOneCheckpointStays() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "a"), insert(NARROW, 2L, "a"), insert(NARROW, 3L, "a"));
            job.checkpoint();
            job.process(before(NARROW, 1L), after(NARROW, 1L, "b"), before(NARROW, 1L), after(NARROW, 1L, "c"));
            job.process(delete(NARROW, 2L), insert(NARROW, 2L, "d"));
            job.process(before(NARROW, 3L), after(NARROW, 3L, "e"), delete(NARROW, 3L));
            job.process(insert(NARROW, 4L, "f"), delete(NARROW, 4L), insert(NARROW, 4L, "g"));
            job.process(insert(NARROW, 5L, "h"), delete(NARROW, 5L));
            job.checkpoint();
            assertThat(read(settings, "people")).containsExactly("{id=1, name=c}", "{id=2, name=d}", "{id=4, name=g}");
        }
    }

    @Test
    void deleteBeforeInsertReplacesRowsNobodyKnowsOf() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "a"));
            job.checkpoint();
        }
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(delete(NARROW, 1L), insert(NARROW, 1L, "b"), delete(NARROW, 2L), insert(NARROW, 2L, "c"));
            job.checkpoint();
            assertThat(read(settings, "people")).containsExactly("{id=1, name=b}", "{id=2, name=c}");
        }
    }

    @Test
    void tablesWithoutChangesGetNoCommit() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings);
                Warehouse warehouse = Warehouse.open(settings)) {
            job.process(insert(NARROW, 1L, "a"));
            job.checkpoint();
            job.checkpoint();
            job.checkpoint();
            assertThat(Fixture.snapshots(warehouse.load("people"))).hasSize(1);
        }
    }

    @Test
    void snapshotsSayHowFarTheyGo() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings, 2);
                Warehouse warehouse = Warehouse.open(settings)) {
            ChangelogRow first = insert(NARROW, 1L, "a");
            ChangelogRow second = insert(NARROW, 2L, "a");
            job.processOn(1, second);
            job.processOn(0, first);
            job.checkpoint();
            assertThat(warehouse.load("people").currentSnapshot().summary())
                    .containsEntry("tributary.position", second.version().toHex())
                    .containsEntry("tributary.timestamp-ms", Long.toString(second.timestamp()))
                    .containsEntry("tributary.checkpoint-id", "1")
                    .containsKey("tributary.sink-id");
            assertThat(second.version()).isGreaterThan(Position.START);
        }
    }

    @Test
    void manyKeysBetweenTwoCheckpointsBecomeSeveralSnapshotsOfOneCommit() throws Exception {
        IcebergSettings small = Fixture.settings(deletes, directory, "iceberg.keys-in-memory", "10");
        try (SinkHarness job = SinkHarness.start(small);
                Warehouse warehouse = Warehouse.open(small)) {
            for (long id = 0; id < 25; id++) {
                job.process(insert(NARROW, id, "a"));
            }
            for (long id = 0; id < 25; id++) {
                job.process(before(NARROW, id), after(NARROW, id, "b"));
            }
            job.checkpoint();
            Table table = warehouse.load("people");
            assertThat(read(table)).hasSize(25).allMatch(row -> row.contains("name=b"));
            assertThat(Fixture.snapshots(table)).hasSize(5);
        }
    }

    @Test
    void lastRowsAreCommittedWhenTheInputEnds() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "a"));
            job.checkpoint();
            job.process(before(NARROW, 1L), after(NARROW, 1L, "b"));
            job.finish();
            job.checkpoint();
            assertThat(read(settings, "people")).containsExactly("{id=1, name=b}");
        }
    }

    @Test
    void branchIsWrittenInPlaceOfMain() throws Exception {
        IcebergSettings audit = Fixture.settings(deletes, directory, "iceberg.branch", "audit");
        try (SinkHarness job = SinkHarness.start(audit);
                Warehouse warehouse = Warehouse.open(audit)) {
            job.process(insert(NARROW, 1L, "a"));
            job.checkpoint();
            Table table = warehouse.load("people");
            assertThat(table.currentSnapshot()).isNull();
            assertThat(table.snapshot("audit")).isNotNull();
        }
    }
}
