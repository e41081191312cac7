package io.tributary.sink.kinesis;

import static io.tributary.sink.kinesis.Rows.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Column;
import io.tributary.change.Schema;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.types.RowKind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Records of tables that their source knows by numbers. */
class RecordRelationTest {

    private static final LogicalType INT = new IntType();
    private static final Schema FIRST =
            schema(1, "id", column(1, "ID", INT), column(2, "a", TEXT), column(3, "b", TEXT));

    private static Column column(int number, String name, LogicalType type) {
        return Column.of(name, type).numbered(number);
    }

    private static Schema schema(long revision, String key, Column... columns) {
        return Schema.of(
                        "t",
                        List.of(columns),
                        Stream.of(columns)
                                .map(Column::name)
                                .filter(name ->
                                        List.of(key.split(",")).contains(name.toLowerCase(java.util.Locale.ROOT)))
                                .toList())
                .ofRelation(70, revision);
    }

    private static ChangelogRow row(RowKind kind, long version, Schema schema, @Nullable Object... values) {
        return Rows.row(
                kind,
                version,
                schema,
                Stream.of(values)
                        .map(value -> value instanceof String text ? StringData.fromString(text) : value)
                        .toArray());
    }

    private static List<String> records(ChangelogRow... rows) throws Exception {
        try (EncodedRecords encoder = EncodedRecords.start()) {
            return encoder.of(List.of(rows)).stream()
                    .filter(record -> !record.contains("\"_op\":\"s\""))
                    .map(record -> record.replaceAll(",\"_version.*\"_ts_ms\":\\d+", "")
                            .replaceFirst("\\{\"_table\":\"t\",\"_schema\":", ""))
                    .toList();
        }
    }

    @Test
    void theDescriptionTellsTheNumbers() throws Exception {
        try (EncodedRecords encoder = EncodedRecords.start()) {
            assertThat(encoder.of(List.of(row(RowKind.INSERT, 1, FIRST, 1, "x", "y")))
                            .get(0))
                    .contains("\"_schema\":" + FIRST.number() + ",")
                    .endsWith("\"_key\":[\"id\"],\"_relation\":70,\"_revision\":1,\"_columns\":["
                            + "{\"name\":\"id\",\"type\":\"INT\",\"number\":1},"
                            + "{\"name\":\"a\",\"type\":\"STRING\",\"number\":2},"
                            + "{\"name\":\"b\",\"type\":\"STRING\",\"number\":3}]}");
        }
    }

    @Test
    void numbersGrowWithTheRevisionAndFitAJsonNumber() {
        Column[] columns = FIRST.columns().toArray(Column[]::new);
        Schema second = schema(2, "id", columns);
        Schema later = schema(Integer.MAX_VALUE, "id", columns[0]);
        assertThat(second.number()).isGreaterThan(FIRST.number()).isLessThan(later.number());
        assertThat(schema(Long.MAX_VALUE, "id", columns).number())
                .isLessThan(1L << 53)
                .isGreaterThan(1L << 52);
        assertThat(later.number()).isLessThan(1L << 53);
        assertThat(FIRST.number())
                .isGreaterThan(Schema.of("t", FIRST.columns(), List.of("ID")).number());
        assertThat(schema(1, "id", columns[0], columns[1]).number()).isNotEqualTo(FIRST.number());
    }

    @Test
    void rowsOfAnEarlierRevisionAreWrittenInTheNewestByNumber() throws Exception {
        Schema swapped =
                schema(2, "id", column(1, "id", INT), column(2, "b", TEXT), column(4, "a", TEXT), column(5, "c", INT));
        assertThat(records(
                        row(RowKind.INSERT, 1, FIRST, 1, "x", "y"),
                        row(RowKind.INSERT, 3, swapped, 2, "p", "q", 5),
                        row(RowKind.UPDATE_AFTER, 2, FIRST, 1, "z", "y"),
                        row(RowKind.DELETE, 4, FIRST, 1, null, null)))
                .containsExactly(
                        FIRST.number() + ",\"_op\":\"c\",\"id\":1,\"a\":\"x\",\"b\":\"y\"}",
                        swapped.number() + ",\"_op\":\"c\",\"id\":2,\"b\":\"p\",\"a\":\"q\",\"c\":5}",
                        swapped.number() + ",\"_op\":\"u\",\"id\":1,\"b\":\"z\",\"a\":null,\"c\":null}",
                        swapped.number() + ",\"_op\":\"d\",\"id\":1}");
    }

    /** JSON is text to who knows no better, and stays so. */
    @Test
    void aValueThatTheNewTypeDoesNotHoldIsNull() throws Exception {
        Schema retyped = schema(
                2,
                "id",
                column(1, "id", new BigIntType(false)),
                column(2, "a", INT),
                Column.json("b").numbered(3));
        assertThat(records(
                        row(RowKind.INSERT, 3, retyped, 2L, 7, "[1]"),
                        row(RowKind.UPDATE_AFTER, 2, FIRST, 1, "z", "[2]")))
                .containsExactly(
                        retyped.number() + ",\"_op\":\"c\",\"id\":2,\"a\":7,\"b\":[1]}",
                        retyped.merge(FIRST).number() + ",\"_op\":\"u\",\"id\":1,\"a\":null,\"b\":\"[2]\"}");
    }

    @Test
    void rowsOfAnotherKeyAreWrittenInTheirOwnShape() throws Exception {
        Schema widened =
                schema(2, "id,a", column(1, "id", INT), column(2, "a", TEXT.copy(false)), column(3, "b", TEXT));
        List<String> written = records(
                row(RowKind.INSERT, 1, FIRST, 1, "x", "y"),
                row(RowKind.INSERT, 3, widened, 1, "x", "y"),
                row(RowKind.DELETE, 3, FIRST, 1, null, null),
                row(RowKind.DELETE, 4, widened, 1, "x", null));
        assertThat(written)
                .containsExactly(
                        FIRST.number() + ",\"_op\":\"c\",\"id\":1,\"a\":\"x\",\"b\":\"y\"}",
                        widened.number() + ",\"_op\":\"c\",\"id\":1,\"a\":\"x\",\"b\":\"y\"}",
                        FIRST.number() + ",\"_op\":\"d\",\"id\":1}",
                        widened.number() + ",\"_op\":\"d\",\"id\":1,\"a\":\"x\"}");
    }

    @Test
    void aKeyThatIsRenamedIsTheSame() throws Exception {
        Schema renamed = schema(2, "nr", column(1, "nr", INT), column(2, "a", TEXT), column(3, "b", TEXT));
        assertThat(records(row(RowKind.INSERT, 3, renamed, 1, "x", "y"), row(RowKind.DELETE, 4, FIRST, 1, null, null)))
                .endsWith(renamed.number() + ",\"_op\":\"d\",\"nr\":1}");
    }
}
