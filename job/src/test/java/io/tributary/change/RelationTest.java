package io.tributary.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.Test;

/** Schemas of a table whose source knows it and its columns by numbers. */
class RelationTest {

    private static final LogicalType INT = new IntType();
    private static final LogicalType TEXT = VarCharType.STRING_TYPE;
    private static final Schema FIRST =
            schema(70, 1, column(1, "id", INT.copy(false)), column(2, "a", TEXT), column(3, "b", TEXT));

    private static Column column(int number, String name, LogicalType type) {
        return Column.of(name, type).numbered(number);
    }

    private static Schema schema(long relation, long revision, Column... columns) {
        return Schema.of("t", List.of(columns), List.of("id")).ofRelation(relation, revision);
    }

    private static BinaryRowData row(Schema schema, Object... values) {
        Object[] fields = new Object[values.length];
        for (int i = 0; i < values.length; i++) {
            fields[i] = values[i] instanceof String ? StringData.fromString((String) values[i]) : values[i];
        }
        return new RowDataSerializer(schema.rowType())
                .toBinaryRow(GenericRowData.of(fields))
                .copy();
    }

    @Test
    void isWrittenWithItsNumbers() {
        Schema read = SchemaBytes.read(FIRST.bytes());
        assertThat(read).isEqualTo(FIRST);
        assertThat(read.relation()).isEqualTo(70);
        assertThat(read.revision()).isEqualTo(1);
        assertThat(read.columns()).extracting(Column::number).containsExactly(1, 2, 3);
    }

    @Test
    void isAnotherOneWithEachOfItsNumbers() {
        Column[] columns = FIRST.columns().toArray(Column[]::new);
        assertThat(FIRST)
                .isNotEqualTo(schema(71, 1, columns))
                .isNotEqualTo(schema(70, 2, columns))
                .isNotEqualTo(schema(70, 1, columns[0], columns[1], columns[2].numbered(4)));
    }

    @Test
    void refusesToBeOfARelationWithoutNumbers() {
        Schema named = Schema.of("t", List.of(Column.of("id", INT.copy(false))), List.of("id"));
        assertThatThrownBy(() -> named.ofRelation(70, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void rowsKeepTheirValuesWhenNamesAreSwapped() {
        Schema swapped = schema(70, 2, column(1, "id", INT.copy(false)), column(2, "b", TEXT), column(3, "a", TEXT));
        BinaryRowData row = Projection.of(FIRST, swapped).apply(row(FIRST, 1, "A", "B"));
        assertThat(row).isEqualTo(row(swapped, 1, "A", "B"));
    }

    @Test
    void aColumnThatWasMadeAnewHasNoValueOfTheOneThatWasDropped() {
        Schema anew = schema(70, 2, column(1, "id", INT.copy(false)), column(3, "b", TEXT), column(4, "a", TEXT));
        Projection projection = Projection.of(FIRST, anew);
        assertThat(projection.apply(row(FIRST, 1, "A", "B"))).isEqualTo(row(anew, 1, "B", null));
        assertThat(projection.keepsAllColumns()).isFalse();
    }

    @Test
    void anotherRelationUnderTheNameHasItsColumnsByName() {
        Schema other = schema(71, 2, column(1, "b", TEXT), column(2, "id", INT.copy(false)), column(3, "a", TEXT));
        assertThat(Projection.of(FIRST, other).apply(row(FIRST, 1, "A", "B"))).isEqualTo(row(other, "B", 1, "A"));
    }

    @Test
    void mergesIntoItsNewestRevisionWhicheverComesFirst() throws SchemaConflictException {
        Schema newer = schema(70, 2, column(1, "id", new BigIntType(false)), column(3, "a", INT));
        assertThat(FIRST.merge(newer)).isEqualTo(newer);
        assertThat(newer.merge(FIRST)).isEqualTo(newer);
    }

    @Test
    void isAsWideAsTheOlderRevisionWas() throws SchemaConflictException {
        Schema wide = schema(70, 1, column(1, "id", INT.copy(false)), column(2, "n", new BigIntType()));
        Schema narrow = schema(70, 2, column(1, "id", INT.copy(false)), column(2, "m", INT));
        Schema both = schema(70, 2, column(1, "id", INT.copy(false)), column(2, "m", new BigIntType()));
        assertThat(wide.merge(narrow)).isEqualTo(both);
        assertThat(narrow.merge(wide)).isEqualTo(both);
    }

    @Test
    void mergesAnotherKeyToo() throws SchemaConflictException {
        Schema newer = Schema.of("t", FIRST.columns(), List.of("id", "a")).ofRelation(70, 2);
        assertThat(FIRST.merge(newer)).isEqualTo(newer);
    }
}
