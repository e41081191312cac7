package io.tributary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import io.tributary.sink.iceberg.Fixture;
import io.tributary.sink.iceberg.IcebergSettings;
import io.tributary.sink.iceberg.SinkHarness;
import io.tributary.sink.kinesis.EncodedRecords;
import io.tributary.sink.kinesis.KinesisSettings;
import io.tributary.sink.redshift.MergeStatus;
import io.tributary.sink.redshift.RedshiftRunner;
import io.tributary.sink.redshift.RedshiftScript;
import io.tributary.sink.redshift.Refiller;
import io.tributary.sink.redshift.StandInWarehouse;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables of the warehouse that are filled again from Iceberg, while the stream goes on. */
@Tag("slow")
final class ReloadsTest {

    private static final Schema ITEMS = Schema.of(
            "items",
            List.of(
                    Column.of("ID", new BigIntType(false)),
                    Column.of("name", new VarCharType(VarCharType.MAX_LENGTH)),
                    Column.of("price", new DecimalType(12, 2)),
                    Column.of("at", new LocalZonedTimestampType(6)),
                    Column.of("raw", new VarBinaryType(VarBinaryType.MAX_LENGTH)),
                    Column.of("tags", new ArrayType(new IntType()))),
            List.of("ID"));

    @TempDir
    private Path directory;

    private IcebergSettings settings;
    private SinkHarness iceberg;
    private EncodedRecords records;
    private StandInWarehouse warehouse;
    private Reloads reloads;

    @BeforeEach
    void start() throws Exception {
        settings = Fixture.settings(directory);
        iceberg = SinkHarness.start(settings);
        records = EncodedRecords.start();
        warehouse = StandInWarehouse.open();
        warehouse.apply(ITEMS);
        reloads = new Reloads(
                warehouse.settings(),
                settings,
                KinesisSettings.from(
                        Given.of(new Configuration(), new Secrets(name -> null, name -> null), new Problems())));
    }

    @AfterEach
    void close() throws Exception {
        iceberg.close();
        records.close();
        warehouse.close();
    }

    @Test
    void aTableThatWasDroppedHasAllItsRowsAgainAndTheStreamGoesOn() throws Exception {
        both(item(RowKind.INSERT, 1, 1), item(RowKind.INSERT, 2, 2), item(RowKind.INSERT, 3, 3));
        iceberg.checkpoint();
        both(item(RowKind.UPDATE_BEFORE, 4, 2), item(RowKind.UPDATE_AFTER, 4, 2), item(RowKind.DELETE, 5, 3));
        iceberg.checkpoint();
        merge();
        List<String> before = rows();
        assertThat(before).hasSize(2);

        warehouse.execute("DROP TABLE " + warehouse.target("items"));
        assertThat(fill())
                .startsWith("items: 2 rows of snapshot ")
                .endsWith(" complete to " + Position.of(5, 0).toHex());
        assertThat(rows()).isEqualTo(before);

        both(item(RowKind.UPDATE_BEFORE, 6, 1), item(RowKind.UPDATE_AFTER, 6, 1));
        assertThat(merge().waiting()).isZero();
        assertThat(rows()).hasSize(2).anyMatch(row -> row.startsWith("1|of 6|"));
    }

    @Test
    void whatWasLostOnTheWayIsMendedDeletesToo() throws Exception {
        both(item(RowKind.INSERT, 1, 1), item(RowKind.INSERT, 2, 2), item(RowKind.INSERT, 3, 3));
        merge();
        // Nothing of these lands.
        iceberg.process(item(RowKind.UPDATE_BEFORE, 4, 1), item(RowKind.UPDATE_AFTER, 4, 1));
        iceberg.process(item(RowKind.DELETE, 5, 2), item(RowKind.INSERT, 6, 9));
        iceberg.checkpoint();
        warehouse.execute("UPDATE " + warehouse.target("items") + " SET name = 'by hand' WHERE id = 3");
        fill();
        assertThat(rows()).hasSize(3);
        assertThat(warehouse.query("SELECT id, name FROM " + warehouse.target("items") + " ORDER BY id"))
                .containsExactly("1|of 4", "3|of 3", "9|of 6");

        // What lands late of what was lost changes nothing.
        land(item(RowKind.UPDATE_AFTER, 2, 2));
        assertThat(merge().late()).isPositive();
        assertThat(rows()).hasSize(3);
    }

    @Test
    void whatTheWarehouseHasAndTheSnapshotNotYetStays() throws Exception {
        both(item(RowKind.INSERT, 1, 1), item(RowKind.INSERT, 2, 2));
        iceberg.checkpoint();
        both(item(RowKind.UPDATE_BEFORE, 3, 1), item(RowKind.UPDATE_AFTER, 3, 1), item(RowKind.DELETE, 4, 2));
        both(item(RowKind.INSERT, 5, 5));
        merge();
        fill();
        assertThat(warehouse.query("SELECT id, name FROM " + warehouse.target("items") + " ORDER BY id"))
                .containsExactly("1|of 3", "5|of 5");
    }

    @Test
    void aReloadThatBreaksOffLeavesTheTableAsItWas() throws Exception {
        both(item(RowKind.INSERT, 1, 1), item(RowKind.INSERT, 2, 2));
        iceberg.checkpoint();
        merge();
        warehouse.execute("ALTER TABLE " + warehouse.target("items") + " ADD CONSTRAINT no CHECK (id < 2) NOT VALID");
        List<String> before = rows();
        assertThatThrownBy(this::fill).hasMessageContaining("violates check constraint");
        assertThat(rows()).isEqualTo(before);
        warehouse.execute("ALTER TABLE " + warehouse.target("items") + " DROP CONSTRAINT no");
        land(item(RowKind.UPDATE_AFTER, 3, 2));
        assertThat(merge().problem()).isNull();
        assertThat(rows()).anyMatch(row -> row.startsWith("2|of 3|"));
        fill();
        assertThat(rows()).hasSize(2);
    }

    @Test
    void aTableOfWhichNothingWasToldSaysWhatToDo() throws Exception {
        both(item(RowKind.INSERT, 1, 1));
        iceberg.checkpoint();
        assertThatThrownBy(this::fill)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("The stream has told no columns of table items", "start the job");
    }

    @Test
    void aDroppedTableIsNoticedAndFilledAgainByItselfWhereTheSettingsSaySo() throws Exception {
        both(item(RowKind.INSERT, 1, 1), item(RowKind.INSERT, 2, 2));
        iceberg.checkpoint();
        merge();
        warehouse.execute("DROP TABLE " + warehouse.target("items"));
        assertThat(merge().problem()).contains("Its table was dropped", "redshift reload");
        both(item(RowKind.INSERT, 3, 3));
        assertThat(merge().problem()).contains("Its table was dropped");
        assertThat(rows()).hasSize(1);

        iceberg.checkpoint();
        try (RedshiftRunner runner = runner(reloads::fill)) {
            assertThat(runner.mergeOnce())
                    .filteredOn(status -> status.table().equals("items"))
                    .allMatch(status -> status.problem() == null && status.waiting() == 0);
        }
        assertThat(rows()).hasSize(3);
    }

    @Test
    void aReloadThatFailsByItselfSaysSoAndStopsNoMerge() throws Exception {
        both(item(RowKind.INSERT, 1, 1));
        iceberg.checkpoint();
        merge();
        warehouse.execute("DROP TABLE " + warehouse.target("items"));
        both(item(RowKind.INSERT, 2, 2));
        try (RedshiftRunner runner = runner((table, connection) -> {
            throw new IOException("no catalog");
        })) {
            runner.mergeOnce();
            assertThat(runner.mergeOnce())
                    .filteredOn(status -> status.table().equals("items"))
                    .allMatch(status -> String.valueOf(status.problem()).contains("Its table was dropped"));
        }
        assertThat(rows()).hasSize(1);
    }

    @Test
    void aStreamThatWasMadeAnewIsReadAndItsTablesAreMarked() throws Exception {
        warehouse.streamAt(1_000);
        both(item(RowKind.INSERT, 1, 1));
        iceberg.checkpoint();
        merge();
        assertThat(merge().problem()).isNull();
        iceberg.process(item(RowKind.INSERT, 2, 2));
        iceberg.checkpoint();
        warehouse.streamAt(0);
        both(item(RowKind.INSERT, 3, 3));
        assertThat(merge().problem()).contains("The stream was made anew", "redshift reload");
        assertThat(rows()).hasSize(2);
        land(item(RowKind.UPDATE_AFTER, 4, 3));
        merge();
        assertThat(rows()).anyMatch(row -> row.startsWith("3|of 4|"));

        iceberg.process(item(RowKind.UPDATE_BEFORE, 4, 3), item(RowKind.UPDATE_AFTER, 4, 3));
        iceberg.checkpoint();
        fill();
        assertThat(merge().problem()).isNull();
        assertThat(rows()).hasSize(3);
        land(item(RowKind.UPDATE_AFTER, 5, 3));
        assertThat(merge().problem()).as("it is found once").isNull();
        assertThat(rows()).anyMatch(row -> row.startsWith("3|of 5|"));
    }

    @Test
    void aLandingThatWasNotRefreshedForTooLongMarksItsTables() throws Exception {
        both(item(RowKind.INSERT, 1, 1));
        iceberg.checkpoint();
        merge();
        warehouse.execute(
                "UPDATE " + warehouse.target("_control") + " SET started_at = started_at - INTERVAL '23 hours'");
        assertThat(merge().problem()).isNull();
        warehouse.execute(
                "UPDATE " + warehouse.target("_control") + " SET started_at = started_at - INTERVAL '25 hours'");
        assertThat(merge().problem()).contains("not refreshed for longer than the stream keeps its records");
        fill();
        assertThat(merge().problem()).isNull();
    }

    private RedshiftRunner runner(Refiller refiller) {
        return warehouse.runner(Map.of("redshift.on-gap", "reload"), refiller);
    }

    /** Some of the stream is lost, some lands late, the table is filled in between: the end is what the source has. */
    @Test
    void atRandomTheEndIsAlwaysWhatTheSourceHas() throws Exception {
        Random random = new Random(3);
        TreeMap<Long, Long> source = new TreeMap<>();
        List<ChangelogRow> late = new ArrayList<>();
        land(item(RowKind.INSERT, 1, 1));
        iceberg.process(item(RowKind.INSERT, 1, 1));
        source.put(1L, 1L);
        boolean isLosing = true;
        for (long at = 2; at < 300; at++) {
            long id = random.nextInt(20);
            List<ChangelogRow> change = new ArrayList<>();
            if (!source.containsKey(id)) {
                change.add(item(RowKind.INSERT, at, id));
                source.put(id, at);
            } else if (random.nextInt(3) == 0) {
                change.add(item(RowKind.DELETE, at, id));
                source.remove(id);
            } else {
                change.add(item(RowKind.UPDATE_BEFORE, at, id));
                change.add(item(RowKind.UPDATE_AFTER, at, id));
                source.put(id, at);
            }
            iceberg.process(change.toArray(ChangelogRow[]::new));
            IntPredicate oneIn = n -> random.nextInt(n) == 0;
            if (isLosing && oneIn.test(4)) {
                isLosing = at < 200;
            } else if (oneIn.test(5)) {
                late.addAll(change);
            } else {
                land(change.toArray(ChangelogRow[]::new));
            }
            if (oneIn.test(10)) {
                iceberg.checkpoint();
            }
            if (oneIn.test(15)) {
                merge();
            }
            if (oneIn.test(40) || at == 210) {
                iceberg.checkpoint();
                fill();
            }
            if (oneIn.test(12)) {
                land(late.toArray(ChangelogRow[]::new));
                late.clear();
            }
        }
        land(late.toArray(ChangelogRow[]::new));
        merge();
        List<String> expected = new ArrayList<>();
        source.forEach((id, at) -> expected.add(id + "|of " + at));
        assertThat(warehouse.query("SELECT id, name FROM " + warehouse.target("items") + " ORDER BY id"))
                .isEqualTo(expected);
    }

    private void both(ChangelogRow... rows) throws Exception {
        iceberg.process(rows);
        land(rows);
    }

    private void land(ChangelogRow... rows) throws Exception {
        for (String record : records.of(List.of(rows))) {
            warehouse.land(record);
        }
    }

    private MergeStatus merge() throws Exception {
        return warehouse.merge().stream()
                .filter(status -> status.table().equals("items"))
                .findFirst()
                .orElseThrow();
    }

    private String fill() throws Exception {
        try (Connection connection = RedshiftScript.connect(warehouse.settings())) {
            return reloads.fill("items", connection);
        }
    }

    /** All but versions, which a reload gives anew. */
    private List<String> rows() throws Exception {
        return warehouse.query("SELECT id, name, price, at AT TIME ZONE 'UTC', encode(raw, 'hex'), tags FROM "
                + warehouse.target("items") + " ORDER BY id");
    }

    private static ChangelogRow item(RowKind kind, long at, long id) {
        GenericRowData row = GenericRowData.of(
                id,
                StringData.fromString("of " + at),
                DecimalData.fromBigDecimal(BigDecimal.valueOf(100 * id + at, 2), 12, 2),
                TimestampData.fromEpochMillis(1_700_000_000_000L + at, 7_000),
                new byte[] {(byte) at, -1},
                new GenericArrayData(new Integer[] {(int) at, null}));
        return ChangelogRow.of(
                kind,
                ITEMS,
                Position.of(at, 0),
                1_000 + at,
                new RowDataSerializer(ITEMS.rowType()).toBinaryRow(row).copy());
    }
}
