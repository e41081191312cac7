package io.tributary.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.FloatType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.SmallIntType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.Test;

class SchemaNumberTest {

    private static final List<List<LogicalType>> CHAINS = List.of(
            List.of(new SmallIntType(), new IntType(), new BigIntType()),
            List.of(new FloatType(), new DoubleType()),
            List.of(new DecimalType(1, 0), new DecimalType(9, 0), new DecimalType(38, 0)),
            List.of(new ArrayType(new SmallIntType()), new ArrayType(new BigIntType())),
            List.of(new VarCharType(VarCharType.MAX_LENGTH)));

    @Test
    void growsWithEveryAddedOrWidenedColumn() throws Exception {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            Schema schema = Schema.of("t", List.of(Column.of("id", new BigIntType(false))), List.of("id"));
            List<Integer> chains = new ArrayList<>();
            List<Integer> ranks = new ArrayList<>();
            for (int step = 0; step < 20; step++) {
                int column = random.nextInt(chains.size() + 1);
                if (column == chains.size()) {
                    chains.add(random.nextInt(CHAINS.size()));
                    ranks.add(0);
                } else if (ranks.get(column) + 1
                        < CHAINS.get(chains.get(column)).size()) {
                    ranks.set(column, ranks.get(column) + 1);
                } else {
                    continue;
                }
                LogicalType type = CHAINS.get(chains.get(column)).get(ranks.get(column));
                Schema change = Schema.of(
                        "t",
                        List.of(Column.of("id", new BigIntType(false)), Column.of("c" + column, type)),
                        List.of("id"));
                Schema merged = schema.merge(change);
                assertThat(merged.number()).isGreaterThan(schema.number()).isLessThan(1L << 53);
                schema = merged;
            }
        }
    }

    @Test
    void tellsApartShapesOfOneSize() {
        assertThat(Schema.of("t", List.of(Column.of("a", new IntType(false))), List.of("a"))
                        .number())
                .isNotEqualTo(Schema.of("t", List.of(Column.of("b", new IntType(false))), List.of("b"))
                        .number());
    }
}
