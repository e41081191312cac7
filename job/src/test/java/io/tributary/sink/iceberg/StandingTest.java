package io.tributary.sink.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others do to a table between two jobs. */
class StandingTest {

    @TempDir
    private static Path folder;

    private final IcebergSettings settings = Fixture.settings(folder.resolve("lake"));

    @AutoClose
    private final Warehouse warehouse = Warehouse.open(settings);

    private Table table;

    @BeforeEach
    void create() throws Exception {
        warehouse.drop("people");
        table = warehouse.findOrCreate(Fixture.NARROW);
    }

    private DataFile file(String name) {
        return DataFiles.builder(table.spec())
                .withPath(table.location() + "/data/" + name + ".parquet")
                .withFileSizeInBytes(10)
                .withRecordCount(3)
                .build();
    }

    private void commit(int checkpoint) {
        table.newAppend()
                .appendFile(file("ours-" + checkpoint))
                .set(Commits.SINK, "sink")
                .set(Commits.CHECKPOINT, String.valueOf(checkpoint))
                .commit();
    }

    private Standing standing() {
        table.refresh();
        return Standing.of(table, "main");
    }

    @Test
    void anUntouchedTableIsWhole() {
        assertThat(Standing.of(null, "main")).isEqualTo(Standing.UNWRITTEN);
        table.newAppend().appendFile(file("theirs")).commit();
        assertThat(standing()).isEqualTo(Standing.UNWRITTEN);
        commit(1);
        assertThat(standing()).isEqualTo(Standing.WHOLE);
        table.newAppend().appendFile(file("more")).commit();
        assertThat(standing()).as("rows more are none less").isEqualTo(Standing.WHOLE);
        table.newRewrite().deleteFile(file("ours-1")).addFile(file("compacted")).commit();
        assertThat(standing()).as("compaction takes no rows").isEqualTo(Standing.WHOLE);
    }

    @Test
    void deletedRowsAreNoticedUntilAJobHasWrittenAgain() {
        commit(1);
        commit(2);
        table.newDelete().deleteFile(file("ours-1")).commit();
        assertThat(standing()).isEqualTo(Standing.LACKING);
        commit(3);
        assertThat(standing()).isEqualTo(Standing.WHOLE);
    }

    @Test
    void whatWasRolledBackIsAnother() {
        commit(1);
        long first = table.currentSnapshot().snapshotId();
        commit(2);
        table.manageSnapshots().rollbackTo(first).commit();
        assertThat(standing()).isEqualTo(Standing.OTHER);
        table.newAppend().appendFile(file("theirs")).commit();
        assertThat(standing()).isEqualTo(Standing.OTHER);
        commit(3);
        assertThat(standing()).isEqualTo(Standing.WHOLE);
    }

    @Test
    void aJobThatCannotFillATableEndsAtTheStartThatFindsItSo() throws Exception {
        commit(1);
        CommitterState state = new CommitterState("sink");
        state.committed().put("people", 2L);
        state = CommitterState.ofBytes(state.toBytes());
        Guarded guarded = new Guarded(Map.of("people", "Do something"), "start");
        guarded.restore(state);
        assertThatThrownBy(() -> guarded.check(table, "people", 1, settings))
                .hasMessage("Table people does not hold checkpoint 2 any more, which the job had committed to it. Do"
                        + " something. Or set iceberg.on-lost-rows to keep, to go on with it as it is");
        commit(2);
        assertThatCode(() -> guarded.check(table, "people", 2, settings)).doesNotThrowAnyException();
        table.newDelete().deleteFile(file("ours-1")).commit();
        assertThatThrownBy(() -> guarded.check(table, "people", 2, settings))
                .hasMessageStartingWith(
                        "Table people has lost rows to somebody else since the job committed to it last.");
        IcebergSettings keeping = Fixture.settings(folder, "iceberg.on-lost-rows", "keep");
        assertThatCode(() -> guarded.check(table, "people", 2, keeping)).doesNotThrowAnyException();

        guarded.restore(CommitterState.ofBytes(state.toBytes()));
        assertThatCode(() -> guarded.check(table, "people", 2, settings))
                .as("a failure is no start")
                .doesNotThrowAnyException();
    }
}
