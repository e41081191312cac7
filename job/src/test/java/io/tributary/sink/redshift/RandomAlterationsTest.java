package io.tributary.sink.redshift;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Column;
import io.tributary.change.Schema;
import io.tributary.change.SchemaConflictException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.VarCharType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A table that is altered and changed at random, by a model of what the job shows: rows that an alteration makes differ, and all
 * rows under a new key. Records come late, in several shards and in shapes of long ago; the target ends as the table is.
 */
final class RandomAlterationsTest {

    private static final List<LogicalType> TYPES =
            List.of(new IntType(), new BigIntType(), new VarCharType(VarCharType.MAX_LENGTH), new BooleanType());
    private static final List<String> NAMES = List.of("a", "b", "c", "d", "e", "f", "a__dropped");

    /** By the names that the columns have at first: every one of them tells the rows apart. */
    private static final List<List<Integer>> KEYS = List.of(List.of(0), List.of(1, 0), List.of(2), List.of(2, 0));

    private Random random = new Random();
    private StandInWarehouse warehouse;

    /** Columns in order; the first three are those that keys are made of. */
    private List<Column> columns = new ArrayList<>();

    private List<Integer> key = KEYS.get(0);
    private long relation = 70;
    private long revision;
    private int numbers;
    private Schema shape;
    private long version;
    private int ids;
    private final List<Row> rows = new ArrayList<>();
    private final Set<Long> told = new HashSet<>();
    private final List<String> pending = new ArrayList<>();
    private final List<String> history = new ArrayList<>();
    private long sequence;

    /** A row of the table, and what the job last showed of it. */
    private static final class Row {
        private List<@Nullable Object> values;
        private Schema shown;
        private List<@Nullable Object> shownValues;
    }

    /** Some; {@code -Dseeds=200} takes so many. */
    static LongStream seeds() {
        return LongStream.rangeClosed(1, Integer.getInteger("seeds", 3));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theTargetEndsAsTheTableIs(long seed) throws Exception {
        random = new Random(seed);
        try (StandInWarehouse opened = StandInWarehouse.open()) {
            warehouse = opened;
            warehouse.apply();
            for (String name : List.of("id", "tenant", "code")) {
                columns.add(Column.of(name, new IntType()).numbered(++numbers));
            }
            alter();
            for (int step = 0; step < 80; step++) {
                if (random.nextInt(4) == 0) {
                    alterSomething();
                } else {
                    changeSomething();
                }
                if (random.nextInt(6) == 0) {
                    deliver(random.nextInt(pending.size() + 1));
                    warehouse.merge();
                }
                if (step % 20 == 19) {
                    // What the table has become is told with the next row.
                    insert();
                    deliver(pending.size());
                    compare(seed);
                }
            }
        }
    }

    private void compare(long seed) throws SQLException {
        MergeStatus status = warehouse.merge("items");
        String names = columns.stream()
                .map(column -> WarehouseNames.quote(column.name()))
                .collect(Collectors.joining(", "));
        List<String> expected = rows.stream()
                .map(row -> row.values.stream().map(RandomAlterationsTest::text).collect(Collectors.joining("|")))
                .sorted()
                .toList();
        String where = "seed " + seed + ", " + String.join("\n", history);
        assertThat(status.problem()).as(where).isNull();
        assertThat(status.waiting()).as(where).isZero();
        assertThat(status.rejected()).as(where).isZero();
        assertThat(warehouse.query("SELECT " + names + " FROM " + warehouse.target("items")).stream()
                        .sorted()
                        .toList())
                .as(where)
                .isEqualTo(expected);
    }

    private static String text(@Nullable Object value) {
        return value instanceof Boolean flag ? flag ? "t" : "f" : String.valueOf(value);
    }

    private void changeSomething() throws SQLException {
        int what = random.nextInt(5);
        if (what < 2 || rows.isEmpty()) {
            insert();
        } else if (what < 4 && columns.size() > 3) {
            Row row = rows.get(random.nextInt(rows.size()));
            int index = 3 + random.nextInt(columns.size() - 3);
            row.values.set(index, value(columns.get(index)));
            show(row, "u");
        } else {
            Row row = rows.remove(random.nextInt(rows.size()));
            end(row, shape, key, columns);
        }
    }

    private void insert() throws SQLException {
        Row row = new Row();
        int id = ++ids;
        row.values = new ArrayList<>(List.of(id, id % 3, 1000 - id));
        columns.subList(3, columns.size()).forEach(column -> row.values.add(value(column)));
        rows.add(row);
        show(row, "c");
    }

    private void alterSomething() throws SQLException {
        Schema before = shape;
        List<Column> columnsBefore = List.copyOf(columns);
        List<Integer> keyBefore = key;
        int other = columns.size() > 3 ? 3 + random.nextInt(columns.size() - 3) : -1;
        switch (random.nextInt(other < 0 ? 3 : 8)) {
            case 0, 1 -> add();
            case 2 -> key = KEYS.get(random.nextInt(KEYS.size()));
            case 3 -> {
                columns.remove(other);
                rows.forEach(row -> row.values.remove(other));
            }
            case 4 -> rename(random.nextInt(columns.size()), other);
            case 5 -> {
                rename(0, other);
                rename(random.nextInt(columns.size()), other);
            }
            case 6 -> {
                columns.set(other, columns.get(other).typed(TYPES.get(random.nextInt(TYPES.size()))));
                rows.forEach(row -> row.values.set(other, value(columns.get(other))));
            }
            default -> {
                relation++;
                numbers = 0;
                columns.replaceAll(column -> column.numbered(++numbers));
            }
        }
        history.add("after version " + version + ": " + columns + " key " + key + " of " + relation);
        alter();
        boolean isRekeyed = !Set.copyOf(key).equals(Set.copyOf(keyBefore));
        for (Row row : List.copyOf(rows)) {
            if (isRekeyed) {
                // Some are gone meanwhile.
                end(row, before, keyBefore, columnsBefore);
                if (random.nextInt(6) == 0) {
                    rows.remove(row);
                }
            }
        }
        for (Row row : rows) {
            if (isRekeyed || differs(row)) {
                show(row, "r");
            }
        }
    }

    private void add() {
        List<String> free = new ArrayList<>(NAMES);
        columns.forEach(column -> free.remove(column.name()));
        if (!free.isEmpty()) {
            String name = free.get(random.nextInt(free.size()));
            columns.add(Column.of(name, TYPES.get(random.nextInt(TYPES.size()))).numbered(++numbers));
            rows.forEach(row -> row.values.add(null));
        }
    }

    /** To a name that is free, or that of the other, which gets this one's. */
    private void rename(int index, int other) {
        Column column = columns.get(index);
        List<String> free = new ArrayList<>(NAMES);
        columns.forEach(taken -> free.remove(taken.name()));
        if (free.isEmpty() || random.nextBoolean()) {
            columns.set(index, column.named(columns.get(other).name()));
            columns.set(other, columns.get(other).named(column.name()));
        } else {
            columns.set(index, column.named(free.get(random.nextInt(free.size()))));
        }
        if (index == other) {
            columns.set(index, column);
        }
    }

    private void alter() {
        revision++;
        List<Column> typed = IntStream.range(0, columns.size())
                .mapToObj(i -> columns.get(i).typed(columns.get(i).type().copy(!key.contains(i))))
                .toList();
        shape = Schema.of(
                        "items",
                        typed,
                        key.stream().map(index -> typed.get(index).name()).toList())
                .ofRelation(relation, revision);
    }

    /** Whether what the job last showed of it says something else in the shape of now. */
    private boolean differs(Row row) throws SQLException {
        Schema now;
        try {
            now = row.shown.merge(shape);
        } catch (SchemaConflictException e) {
            throw new SQLException(e);
        }
        for (int i = 0; i < columns.size(); i++) {
            Column column = now.columns().get(i);
            int index = row.shown.indexOf(column, now);
            boolean holds = index >= 0 && column.holds(row.shown.columns().get(index));
            Object shown = holds ? row.shownValues.get(index) : null;
            if (!Objects.equals(String.valueOf(shown), String.valueOf(row.values.get(i)))) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Object value(Column column) {
        if (random.nextInt(4) == 0) {
            return null;
        }
        return switch (column.type().getTypeRoot()) {
            case INTEGER -> random.nextInt(1000);
            case BIGINT -> 10_000_000_000L + random.nextInt(1000);
            case BOOLEAN -> random.nextBoolean();
            default -> "v" + random.nextInt(1000);
        };
    }

    private void show(Row row, String operation) throws SQLException {
        row.shown = shape;
        row.shownValues = new ArrayList<>(row.values);
        Map<String, Object> fields = new HashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            fields.put(columns.get(i).name(), row.values.get(i));
        }
        send(shape, operation, fields);
    }

    private void end(Row row, Schema in, List<Integer> by, List<Column> named) throws SQLException {
        Map<String, Object> fields = new HashMap<>();
        by.forEach(index -> fields.put(named.get(index).name(), row.values.get(index)));
        send(in, "d", fields);
    }

    /** A shape lands before its first row, rows whenever it happens. */
    private void send(Schema in, String operation, Map<String, Object> fields) throws SQLException {
        if (told.add(in.revision())) {
            land(StandInWarehouse.told(in, in.number()));
        }
        String json = fields.entrySet().stream()
                .map(field -> "\"" + field.getKey() + "\":"
                        + (field.getValue() instanceof String text ? "\"" + text + "\"" : field.getValue()))
                .collect(Collectors.joining(","));
        pending.add(StandInWarehouse.row("items", operation, ++version, in.number(), json));
    }

    private void deliver(int count) throws SQLException {
        Collections.shuffle(pending, random);
        List<String> now = pending.subList(0, count);
        for (String record : now) {
            land(record);
            if (random.nextInt(10) == 0) {
                land(record);
            }
        }
        now.clear();
    }

    private void land(String record) throws SQLException {
        warehouse.landAt("shardId-00000000000" + random.nextInt(3), ++sequence, record);
    }
}
