package io.tributary.sink.iceberg;

import static io.tributary.sink.iceberg.Fixture.CONFLICTING;
import static io.tributary.sink.iceberg.Fixture.ID;
import static io.tributary.sink.iceberg.Fixture.NARROW;
import static io.tributary.sink.iceberg.Fixture.TEXT;
import static io.tributary.sink.iceberg.Fixture.WIDE;
import static io.tributary.sink.iceberg.Fixture.after;
import static io.tributary.sink.iceberg.Fixture.before;
import static io.tributary.sink.iceberg.Fixture.delete;
import static io.tributary.sink.iceberg.Fixture.insert;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import io.tributary.settings.Problems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.table.types.logical.IntType;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The content of a table that is replaced in one commit, with what its columns, key and partitions are. */
@ParameterizedClass
@EnumSource(Deletes.class)
@Tag("slow")
class ReplacementTest {

    @Parameter
    Deletes deletes;

    /** id, name and another column called age */
    private static final Schema RETYPED = Schema.of(
            "people",
            List.of(Column.of("id", ID), Column.of("name", TEXT), Column.of("age", TEXT), Column.of("city", TEXT)),
            List.of("id"));

    @TempDir
    private Path directory;

    private IcebergSettings settings;

    @BeforeEach
    void settings() {
        settings = Fixture.settings(deletes, directory);
    }

    @Test
    void showsTheOldRowsUntilTheNewOnesAreThere() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings, 3)) {
            job.process(insert(NARROW, 1L, "old"), insert(NARROW, 2L, "old"));
            job.checkpoint();
            job.process(before(NARROW, 1L, "old"), after(NARROW, 1L, "older"));
            job.checkpoint();

            job.process(insert(NARROW, 3L, "new"), replacement(NARROW, 50), insert(NARROW, 4L, "new"));
            job.processOn(1, insert(NARROW, 1L, "new"), replacement(NARROW, 50));
            job.processOn(2, insert(NARROW, 5L, "new"));
            job.snapshot();
            assertThat(rows()).containsExactly("{id=1, name=older}", "{id=2, name=old}");
            job.complete();

            assertThat(rows())
                    .containsExactly("{id=1, name=new}", "{id=3, name=new}", "{id=4, name=new}", "{id=5, name=new}");
            assertThat(table().currentSnapshot().summary())
                    .containsEntry("total-equality-deletes", "0")
                    .containsEntry("total-delete-files", "0")
                    .containsEntry(Commits.CHECKPOINT, "3");
            assertThat(table().history()).hasSize(3);
        }
    }

    @Test
    void rowsOfTheCheckpointThatChangeAgainAreThereOnce() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "old"));
            job.checkpoint();
            job.process(insert(NARROW, 1L, "a"), insert(NARROW, 2L, "a"), insert(NARROW, 3L, "a"));
            job.process(replacement(NARROW, 50), before(NARROW, 1L), after(NARROW, 1L, "b"));
            job.process(delete(NARROW, 2L), insert(NARROW, 4L, "a"), before(NARROW, 4L), after(NARROW, 4L, "b"));
            job.checkpoint();
            assertThat(rows()).containsExactly("{id=1, name=b}", "{id=3, name=a}", "{id=4, name=b}");
            job.process(delete(NARROW, 3L), before(NARROW, 4L), after(NARROW, 4L, "c"));
            job.checkpoint();
            assertThat(rows()).containsExactly("{id=1, name=b}", "{id=4, name=c}");
        }
    }

    @Test
    void keysThatAreDeletedInTheNewContentLeaveNoDeletesBehind() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "old"));
            job.checkpoint();
            job.process(replacement(NARROW, 50), before(NARROW, 1L), after(NARROW, 1L, "new"), delete(NARROW, 7L));
            job.checkpoint();
            assertThat(rows()).containsExactly("{id=1, name=new}");
            assertThat(equalityDeletes()).isEmpty();
            try (var files = Files.walk(directory)) {
                assertThat(files.filter(file -> file.toString().endsWith(".parquet")))
                        .hasSize(2);
            }
        }
    }

    @Test
    void mayLeaveNothing() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "old"));
            job.checkpoint();
            job.process(replacement(NARROW, 50));
            job.checkpoint();
            assertThat(rows()).isEmpty();
            assertThat(table().currentSnapshot().summary())
                    .containsEntry(Commits.CHECKPOINT, "2")
                    .containsEntry(Commits.POSITION, Position.of(50, 0).toHex());
        }
        assertThat(problems(NARROW)).isEmpty();
    }

    @Test
    void isMadeOnceHoweverOftenTheJobFails() throws Exception {
        OperatorSubtaskState state;
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "old"));
            job.checkpoint();
            job.process(replacement(RETYPED, 50), insert(RETYPED, 2L, "n", "a", "c"));
            state = job.snapshot();
            job.abandon();
        }
        assertThat(rows()).containsExactly("{id=1, name=old}");
        for (int attempt = 0; attempt < 3; attempt++) {
            try (SinkHarness job = SinkHarness.restore(settings, 2, state)) {
                assertThat(rows()).containsExactly("{age=a, city=c, id=2, name=n}");
                assertThat(job.rejected()).isEmpty();
            }
        }
        assertThat(snapshots()).as("insert, delete, insert").hasSize(3);
    }

    @Test
    void rowsThatAStrangerAddsMeanwhileGoAsWell() throws Exception {
        try (Warehouse warehouse = Warehouse.open(settings)) {
            Table table = warehouse.findOrCreate(NARROW);
            TableWriter writer = writer(table);
            assertThat(writer.write(null, insert(NARROW, 1L, "stranger"))).isNull();
            TableFiles strangers = writer.flush(1).get(0);
            writer.replace(replacement(RETYPED, 50));
            assertThat(writer.write(null, insert(RETYPED, 2L, "n", "a", "c"))).isNull();
            OvertakenOperations operations = new OvertakenOperations(warehouse.load("people"), () -> {
                Table theirs = warehouse.load("people");
                theirs.updateSchema()
                        .addColumn("theirs", Types.IntegerType.get())
                        .commit();
                theirs.updateSpec().addField("name").commit();
                theirs.updateSpec().removeField("name").commit();
                new Commits(theirs, "main", "stranger").commit(1, "other", List.of(strangers));
            });

            new Commits(new BaseTable(operations, "people"), "main", "me").commit(2, "job", writer.flush(2));

            assertThat(operations.isOvertaken()).isTrue();
            assertThat(rows()).containsExactly("{age=a, city=c, id=2, name=n}");
        }
    }

    /** Barriers of unaligned checkpoints overtake files: what is of before comes with the replacement, and a part of that later. */
    @Test
    void filesThatABarrierOvertookAreTakenForWhatTheyAre() throws Exception {
        try (Warehouse warehouse = Warehouse.open(settings)) {
            Table table = warehouse.findOrCreate(NARROW);
            Commits commits = new Commits(warehouse.load("people"), "main", "me");
            CommitMetrics metrics = new CommitMetrics(new UnregisteredMetricsGroup(), "people", 0);
            List<TableWriter> writers = List.of(writer(table), writer(table), writer(table));
            List<List<TableFiles>> old = new ArrayList<>();
            List<List<TableFiles>> anew = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                writers.get(i).write(null, insert(NARROW, (long) i, "old"));
                old.add(writers.get(i).flush(1));
                writers.get(i).replace(replacement(NARROW, 50));
                writers.get(i).write(null, insert(NARROW, 10L + i, "new"));
                anew.add(writers.get(i).flush(2));
            }
            assertThat(anew).allSatisfy(files -> assertThat(files).allMatch(part -> part.replacement() != null));

            commits.commit(1, "job", old.get(0));
            commits.commit(2, "job", join(old.get(1), anew.get(0)));
            assertThat(rows()).containsExactly("{id=10, name=new}");
            commits.commit(3, "job", join(old.get(2), anew.get(1)));
            commits.commit(4, "job", anew.get(2));
            assertThat(rows()).containsExactly("{id=10, name=new}", "{id=11, name=new}", "{id=12, name=new}");

            // A subtask that comes to it later than the others takes nothing away that they have written since.
            writers.get(0).write(null, insert(NARROW, 20L, "newer"));
            List<TableFiles> overtaken = writers.get(0).flush(3);
            writers.get(1).flush(4);
            writers.get(1).replace(replacement(NARROW, 50));
            writers.get(1).write(null, insert(NARROW, 21L, "newer"));
            commits.commit(5, "job", join(overtaken, writers.get(1).flush(5)));
            assertThat(rows()).hasSize(5).contains("{id=20, name=newer}", "{id=21, name=newer}");
            assertThat(commits.last(metrics).checkpoint()).isEqualTo(5);
        }
    }

    private static List<TableFiles> join(List<TableFiles> one, List<TableFiles> other) {
        return Stream.concat(one.stream(), other.stream()).toList();
    }

    @Test
    void columnsAndTypesChangeWithTheRows() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings, 2)) {
            job.process(insert(WIDE, 1L, "old", 5), insert(WIDE, 2L, "old", 6));
            job.checkpoint();
            List<Types.NestedField> before = table().schema().columns();

            job.process(replacement(RETYPED, 50), insert(RETYPED, 1L, "n", "five", "x"));
            job.processOn(1, insert(RETYPED, 3L, "n", "six", "y"));
            job.snapshot();
            assertThat(rows()).containsExactly("{age=5, id=1, name=old}", "{age=6, id=2, name=old}");
            assertThat(table().schema().columns()).isEqualTo(before);
            // What comes now comes before the commit.
            job.process(insert(RETYPED, 4L, "n", "seven", "z"), before(RETYPED, 1L), after(RETYPED, 1L, "m", "v", "x"));
            job.processOn(1, delete(RETYPED, 3L));
            assertThat(rows()).hasSize(2);
            job.complete();
            assertThat(rows()).containsExactly("{age=five, city=x, id=1, name=n}", "{age=six, city=y, id=3, name=n}");

            job.checkpoint();
            assertThat(rows()).containsExactly("{age=seven, city=z, id=4, name=n}", "{age=v, city=x, id=1, name=m}");
            job.process(before(RETYPED, 4L), after(RETYPED, 4L, "o", "eight", "z"));
            job.processOn(1, insert(RETYPED, 5L, "p", "q", "r"));
            job.checkpoint();
            assertThat(rows())
                    .containsExactly(
                            "{age=eight, city=z, id=4, name=o}",
                            "{age=q, city=r, id=5, name=p}",
                            "{age=v, city=x, id=1, name=m}");
            assertThat(job.rejected()).isEmpty();
            assertThat(names()).containsExactly("id", "name", "age", "city");
            assertThat(table().schema().findField("id")).isEqualTo(before.get(0));
            assertThat(table().schema().findField("age").fieldId()).isGreaterThan(3);
            assertThat(table().properties()).doesNotContainKey(TablePlan.PROPERTY);
            assertThat(rowsOfTheFirstSnapshot()).containsExactlyInAnyOrder("1|old|5", "2|old|6");
            long first = snapshots().get(0).snapshotId();
            assertThat(table().schemas().get(table().snapshot(first).schemaId()).columns())
                    .isEqualTo(before);
        }
        assertThat(problems(RETYPED)).isEmpty();
    }

    /** Said before the start, it goes for the rows of all subtasks, and for those that come before the entry. */
    @Test
    void whatIsPlannedAtTheStartNeedsNoOrder() throws Exception {
        Schema text =
                Schema.of("people", List.of(Column.of("id", TEXT), Column.of("age", TEXT.copy(false))), List.of("age"));
        IcebergSettings partitioned = partitionedBy("truncate(2, age)");
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(WIDE, 1L, "old", 5));
            job.checkpoint();
        }
        assertThat(problems(partitioned, text, Set.of())).hasSizeGreaterThan(1);
        assertThat(problems(partitioned, text, Set.of("people"))).isEmpty();
        assertThat(IcebergPlan.partitionColumns(partitioned, List.of(text), Set.of("people")))
                .isEqualTo(Map.of());
        IcebergPlan.create(partitioned, List.of(text), Set.of("people"));
        IcebergPlan.create(partitioned, List.of(text), Set.of("people"));
        assertThat(names()).containsExactly("id", "name", "age");
        try (SinkHarness job = SinkHarness.start(partitioned, 2)) {
            job.process(insert(text, "one", "a"), replacement(text, 50), insert(text, "two", "b"));
            job.processOn(1, insert(text, "three", "c"));
            job.snapshot();
            assertThat(rows()).containsExactly("{age=5, id=1, name=old}");
            job.complete();
            assertThat(rows()).containsExactly("{age=a, id=one}", "{age=b, id=two}", "{age=c, id=three}");
            assertThat(fields()).containsExactly("age_trunc");
            job.process(delete(text, null, "a"));
            job.processOn(1, before(text, null, "c"), after(text, "four", "c"));
            job.checkpoint();
            assertThat(rows()).containsExactly("{age=b, id=two}", "{age=c, id=four}");
            assertThat(job.rejected()).isEmpty();
        }
        assertThat(problems(partitioned, text, Set.of())).isEmpty();
    }

    /** Columns that change again behind the barrier follow once the table was replaced. */
    @Test
    void aLaterChangeOfColumnsWaitsForTheCommit() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(WIDE, 1L, "old", 5));
            job.checkpoint();
            job.process(replacement(NARROW, 50), insert(NARROW, 1L, "new"));
            job.snapshot();
            CompletableFuture<Void> later = CompletableFuture.runAsync(() -> {
                try {
                    job.process(insert(RETYPED, 2L, "newer", "a", "b"));
                } catch (Exception e) {
                    throw new CompletionException(e);
                }
            });
            job.complete();
            later.get();
            job.checkpoint();
            assertThat(rows())
                    .containsExactly("{age=a, city=b, id=2, name=newer}", "{age=null, city=null, id=1, name=new}");
        }
    }

    @Test
    void columnsGoAndComeBack() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings)) {
            int version = 50;
            for (Schema schema : List.of(WIDE, NARROW, WIDE, CONFLICTING, RETYPED, NARROW)) {
                job.process(replacement(schema, ++version), insert(schema, 1L));
                job.checkpoint();
                assertThat(names())
                        .isEqualTo(schema.columns().stream().map(Column::name).toList());
                assertThat(rows()).hasSize(1);
            }
            assertThat(job.rejected()).isEmpty();
        }
    }

    @Test
    void theKeyChangesWithTheRows() throws Exception {
        Schema byName = Schema.of(
                "people",
                List.of(Column.of("name", TEXT.copy(false)), Column.of("total", ID.copy(true))),
                List.of("name"));
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "a"), insert(NARROW, 2L, "b"));
            job.checkpoint();
            job.process(replacement(byName, 50), insert(byName, "a", 5L), insert(byName, "b", 6L));
            job.snapshot();
            assertThat(table().schema().identifierFieldNames()).containsExactly("id");
            job.complete();
            job.process(before(byName, "a"), after(byName, "a", 7L), delete(byName, "b"));
            job.checkpoint();
            assertThat(rows()).containsExactly("{name=a, total=7}");
            assertThat(table().schema().identifierFieldNames()).containsExactly("name");
        }
        assertThat(problems(byName)).isEmpty();
    }

    @Test
    void anotherColumnInTheSameCheckpointIsPlannedToo() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings, 2)) {
            job.process(insert(NARROW, 1L, "old"));
            job.checkpoint();
            Schema one = Schema.of(
                    "people", List.of(WIDE.columns().get(0), WIDE.columns().get(2)), List.of("id"));
            job.process(replacement(one, 50), insert(one, 1L, 5), insert(WIDE, 2L, "b", 6));
            job.processOn(1, replacement(one, 50), insert(WIDE, 3L, "c", 7), insert(one, 4L, 8));
            job.snapshot();
            assertThat(names()).containsExactly("id", "name");
            job.complete();
            assertThat(rows())
                    .containsExactly(
                            "{age=5, id=1, name=null}",
                            "{age=6, id=2, name=b}",
                            "{age=7, id=3, name=c}",
                            "{age=8, id=4, name=null}");
        }
    }

    @Test
    void columnsOfARelationKeepTheirFields() throws Exception {
        Column id = Column.of("id", ID).numbered(1);
        Schema first = Schema.of("people", List.of(id, Column.of("a", TEXT).numbered(2)), List.of("id"))
                .ofRelation(70, 1);
        Schema renamed = Schema.of(
                        "people",
                        List.of(
                                id,
                                Column.of("b", TEXT).numbered(2),
                                Column.of("a", new IntType()).numbered(3)),
                        List.of("id"))
                .ofRelation(70, 2);
        Schema later = Schema.of(
                        "people",
                        List.of(
                                id,
                                Column.of("c", TEXT).numbered(2),
                                Column.of("a", new IntType()).numbered(3)),
                        List.of("id"))
                .ofRelation(70, 3);
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(first, 1L, "old"));
            job.checkpoint();
            job.process(replacement(renamed, 50), insert(renamed, 1L, "new", 5));
            job.snapshot();
            assertThat(rows()).containsExactly("{a=old, id=1}");
            job.complete();
            assertThat(rows()).containsExactly("{a=5, b=new, id=1}");
            assertThat(table().schema().findField("b").fieldId()).isEqualTo(2);
            job.checkpoint();
            job.process(before(renamed, 1L), after(later, 1L, "newer", 6));
            job.checkpoint();
            assertThat(rows()).containsExactly("{a=6, c=newer, id=1}");
            assertThat(table().properties())
                    .containsEntry(ColumnIds.PROPERTY, "relation=70; revision=3; key=1; fields=1:1,2:2,3:3");
        }
    }

    @Test
    void partitionsChangeWithTheRows() throws Exception {
        try (SinkHarness job = SinkHarness.start(partitionedBy("name"))) {
            job.process(insert(WIDE, 1L, "a", 5), insert(WIDE, 2L, "b", 6));
            job.checkpoint();
        }
        IcebergSettings others = partitionedBy("age; bucket(4, id)");
        assertThat(problems(others, WIDE, Set.of())).isNotEmpty();
        try (SinkHarness job = SinkHarness.start(others, 2)) {
            job.process(replacement(WIDE, 50), insert(WIDE, 1L, "a", 7), insert(WIDE, 2L, "b", 8));
            job.processOn(1, insert(WIDE, 3L, "c", 9));
            job.snapshot();
            assertThat(fields()).containsExactly("name");
            job.processOn(1, before(WIDE, 3L, "c", 9), after(WIDE, 3L, "c", 10));
            job.complete();
            assertThat(fields()).containsExactly("age", "id_bucket");
            job.process(delete(WIDE, 2L, "b", 8));
            job.checkpoint();
            assertThat(rows()).containsExactly("{age=10, id=3, name=c}", "{age=7, id=1, name=a}");
        }
        assertThat(problems(others, WIDE, Set.of())).isEmpty();
    }

    @Test
    void partitionsOfAColumnThatGoesGoAsWell() throws Exception {
        try (SinkHarness job = SinkHarness.start(partitionedBy("age; truncate(1, name)"))) {
            job.process(insert(WIDE, 1L, "a", 5), insert(WIDE, 2L, "b", 6));
            job.checkpoint();
        }
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(replacement(NARROW, 50), insert(NARROW, 3L, "c"));
            job.checkpoint();
            assertThat(rows()).as("a column for older readers").containsExactly("{age=null, id=3, name=c}");
            assertThat(fields()).containsExactly("name_trunc");
            job.process(before(NARROW, 3L, "c"), after(NARROW, 3L, "d"));
            job.checkpoint();
            assertThat(rows()).containsExactly("{age=null, id=3, name=d}");
            assertThat(rowsOfTheFirstSnapshot()).containsExactlyInAnyOrder("1|a|5", "2|b|6");

            job.process(replacement(RETYPED, 60), insert(RETYPED, 4L, "e", "f", "g"));
            job.checkpoint();
            assertThat(rows()).containsExactly("{age=null, id=3, name=d}");
            assertThat(job.rejected())
                    .hasSize(2)
                    .allSatisfy(rejected -> assertThat(rejected.table()).isEqualTo("people"));
            assertThat(job.rejected().get(0).reason())
                    .isEqualTo(
                            "Column age of Iceberg table people is to be string, and the table is or was partitioned by"
                                    + " another of this name: give it another name in a SQL file, or drop the table");
        }
        assertThat(problems(settings, RETYPED, Set.of("people")))
                .singleElement()
                .asString()
                .startsWith("Column age of Iceberg table people is to be string");
    }

    /** The number of a spec that is thought to be free may be taken when it is committed. */
    @Test
    void aStrangersPartitionsInBetweenDoNoHarm() throws Exception {
        IcebergPlan.create(settings, List.of(WIDE));
        try (SinkHarness job = SinkHarness.start(partitionedBy("age"))) {
            job.process(replacement(WIDE, 50), insert(WIDE, 1L, "a", 5), insert(WIDE, 2L, "a", 5));
            job.process(delete(WIDE, 2L, "a", 5), before(WIDE, 1L, "a", 5), after(WIDE, 1L, "b", 6));
            job.snapshot();
            table().updateSpec().addField("name").commit();
            job.complete();
            assertThat(fields()).containsExactly("age");
            assertThat(rows()).containsExactly("{age=6, id=1, name=b}");
        }
    }

    private IcebergSettings partitionedBy(String fields) {
        return Fixture.settings(deletes, directory, "tables.people.iceberg.partition-by", fields);
    }

    private TableWriter writer(Table table) {
        return new TableWriter(
                table,
                new CatalogAccess(settings, UnregisteredMetricsGroup.createOperatorMetricGroup()),
                OutputFileFactory.builderFor(table, 0, 0).build(),
                new WriteLimits(10, 0),
                new WriteMetrics(new UnregisteredMetricsGroup(), "people"),
                new StayedRows(),
                false,
                0);
    }

    private static ChangelogRow replacement(Schema schema, long version) {
        return ChangelogRow.replacement(schema, Position.of(version, 0), version);
    }

    private List<String> rows() throws Exception {
        return Fixture.read(settings, "people");
    }

    private Table table() {
        Warehouse warehouse = Warehouse.open(settings);
        return warehouse.load("people");
    }

    /** In the columns that it had. */
    private List<String> rowsOfTheFirstSnapshot() throws Exception {
        List<String> rows = new ArrayList<>();
        try (CloseableIterable<Record> records = IcebergGenerics.read(table())
                .useSnapshot(snapshots().get(0).snapshotId())
                .build()) {
            for (Record record : records) {
                rows.add(record.getField("id") + "|" + record.getField("name") + "|" + record.getField("age"));
            }
        }
        return rows;
    }

    private List<String> names() {
        return table().schema().columns().stream().map(Types.NestedField::name).toList();
    }

    private List<String> fields() {
        return table().spec().fields().stream().map(PartitionField::name).toList();
    }

    private List<Snapshot> snapshots() {
        return Fixture.snapshots(table());
    }

    private List<DeleteFile> equalityDeletes() {
        return Fixture.deleteFiles(table()).stream()
                .filter(file -> file.content() == FileContent.EQUALITY_DELETES)
                .toList();
    }

    private List<String> problems(Schema output) {
        return problems(settings, output, Set.of());
    }

    private static List<String> problems(IcebergSettings settings, Schema output, Set<String> replaced) {
        Problems problems = new Problems();
        IcebergPlan.check(settings, List.of(output), replaced, problems);
        return problems.sentences();
    }
}
