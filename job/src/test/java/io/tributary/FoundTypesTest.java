package io.tributary;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.BinaryRows;
import io.tributary.change.Change;
import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.InferredType;
import io.tributary.change.Operation;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import io.tributary.latest.LatestJob;
import io.tributary.latest.Retention;
import io.tributary.sink.iceberg.Fixture;
import io.tributary.sink.iceberg.IcebergSettings;
import io.tributary.sink.iceberg.SinkHarness;
import io.tributary.sink.iceberg.Warehouse;
import io.tributary.sink.kinesis.EncodedRecords;
import io.tributary.sink.redshift.StandInWarehouse;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From changes to both targets: types that are found from data, in any order, end in the rows that text would have had. */
@Tag("slow")
class FoundTypesTest {

    private static final Column ID = Column.of("id", new BigIntType(false));
    private static final Schema KEY = Schema.of("items", List.of(ID), List.of("id"));
    private static final String LONG_NUMBER = "-12345678901234567890123456789012345678";

    private static final List<Change> HISTORY = List.of(
            row(1, 1, number("n", 5), bytes("b", -1, 0), flag("f", true)),
            row(2, 2, number("n", 6), flag("f", false)),
            row(3, 3, cents("n", "2.50"), json("j", "[]")),
            Change.delete(schema(number("n", 0)), Position.of(4, 0), 4, key(2)),
            row(5, 4, decimal("n", LONG_NUMBER, 38, 0), bytes("b", 1, 2, 3)),
            row(6, 5, text("n", "é🙂"), text("b", "no bytes")),
            row(7, 6, json("f", "{\"a\":[1,{}]}"), json("j", "{\"s\":[]}")),
            row(8, 1, number("n", 7), bytes("b", -1, 0), flag("f", true)),
            Change.delete(schema(text("n", "")), Position.of(9, 0), 9, key(3)),
            row(10, 2, number("n", 100)));

    private static final List<String> EXPECTED = List.of(
            "1 b=/wA= f=true j=null n=7",
            "2 b=null f=null j=null n=100",
            "4 b=AQID f=null j=null n=" + LONG_NUMBER,
            "5 b=nobytes f=null j=null n=é🙂",
            "6 b=null f={\"a\":[1,{}]} j={\"s\":[]} n=null");

    @TempDir
    private Path directory;

    /** 0 is the order of the history, the others shuffle it and say when there is a checkpoint and a merge. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void bothTargetsEndInTheRowsThatTextWouldHaveHad(int seed) throws Exception {
        Random random = new Random(seed);
        List<Change> order = new ArrayList<>(HISTORY);
        if (seed > 0) {
            Collections.shuffle(order, random);
        }
        IcebergSettings settings = Fixture.settings(directory);
        try (LatestJob latest = LatestJob.start(Retention.whole());
                SinkHarness iceberg = SinkHarness.start(settings);
                EncodedRecords records = EncodedRecords.start();
                StandInWarehouse warehouse = StandInWarehouse.open()) {
            warehouse.apply();
            int taken = 0;
            for (Change change : order) {
                latest.take(Change.retyped(change.schema(), change.position(), 1), change);
                List<ChangelogRow> rows =
                        latest.output().subList(taken, latest.output().size());
                taken = latest.output().size();
                iceberg.process(rows.toArray(ChangelogRow[]::new));
                for (String record : records.of(rows)) {
                    warehouse.land(record);
                }
                if (random.nextInt(3) > 0) {
                    iceberg.checkpoint();
                    warehouse.merge();
                }
            }
            iceberg.checkpoint();
            warehouse.merge();

            assertThat(iceberg.rejected()).isEmpty();
            assertThat(inIceberg(settings)).isEqualTo(EXPECTED);
            assertThat(warehouse
                            .query("SELECT id || ' b=' || COALESCE(b, 'null') || ' f=' || COALESCE(f, 'null')"
                                    + " || ' j=' || COALESCE(j::TEXT, 'null') || ' n=' || COALESCE(n, 'null') FROM "
                                    + warehouse.target("items") + " ORDER BY id")
                            .stream()
                            .map(FoundTypesTest::withoutSpaces))
                    .containsExactlyElementsOf(EXPECTED);
        }
    }

    private static List<String> inIceberg(IcebergSettings settings) throws Exception {
        TreeMap<Long, String> rows = new TreeMap<>();
        try (Warehouse warehouse = Warehouse.open(settings);
                CloseableIterable<Record> records =
                        IcebergGenerics.read(warehouse.load("items")).build()) {
            for (Record record : records) {
                StringBuilder text = new StringBuilder().append(record.getField("id"));
                for (String column : List.of("b", "f", "j", "n")) {
                    text.append(' ').append(column).append('=').append(record.getField(column));
                }
                rows.put((Long) record.getField("id"), withoutSpaces(text.toString()));
            }
        }
        return List.copyOf(rows.values());
    }

    /** Those within values: JSON that was a SUPER has other spaces as text than JSON that never was. */
    private static String withoutSpaces(String row) {
        return row.replace(": ", ":").replace(", ", ",").replace("no bytes", "nobytes");
    }

    private record Field(Column column, Object value) {}

    private static Field number(String name, long value) {
        return new Field(Column.inferred(name, InferredType.BIGINT), value);
    }

    private static Field cents(String name, String value) {
        return decimal(name, value, 21, 2);
    }

    private static Field decimal(String name, String value, int precision, int scale) {
        LogicalType type = new DecimalType(precision, scale);
        return new Field(
                Column.inferred(name, type), DecimalData.fromBigDecimal(new BigDecimal(value), precision, scale));
    }

    private static Field flag(String name, boolean value) {
        return new Field(Column.inferred(name, InferredType.BOOLEAN), value);
    }

    private static Field bytes(String name, int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return new Field(Column.inferred(name, InferredType.BYTES), bytes);
    }

    private static Field text(String name, String value) {
        return new Field(Column.inferred(name, InferredType.TEXT), StringData.fromString(value));
    }

    private static Field json(String name, String value) {
        return new Field(Column.inferredJson(name), StringData.fromString(value));
    }

    private static Schema schema(Field... fields) {
        List<Column> columns = new ArrayList<>(List.of(ID));
        for (Field field : fields) {
            columns.add(field.column());
        }
        return Schema.of("items", columns, List.of("id"));
    }

    private static Change row(long at, long id, Field... fields) {
        Schema schema = schema(fields);
        GenericRowData row = new GenericRowData(fields.length + 1);
        row.setField(0, id);
        for (int i = 0; i < fields.length; i++) {
            row.setField(i + 1, fields[i].value());
        }
        return Change.upsert(Operation.UPDATE, schema, Position.of(at, 0), at, key(id), binary(schema, row));
    }

    private static BinaryRowData key(long id) {
        return binary(KEY, GenericRowData.of(id));
    }

    private static BinaryRowData binary(Schema schema, GenericRowData row) {
        BinaryRowData binary = new RowDataSerializer(schema.rowType()).toBinaryRow(row);
        return BinaryRows.of(schema.arity(), BinaryRows.bytes(binary));
    }
}
