package io.tributary.capture.postgres;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.ChangelogRow;
import io.tributary.change.Operation;
import io.tributary.change.Projection;
import io.tributary.change.Rejected;
import io.tributary.change.Schema;
import io.tributary.latest.LatestJob;
import io.tributary.latest.Retention;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.types.RowKind;
import org.jspecify.annotations.Nullable;

/**
 * What is captured, through the stage of the latest rows, as a target that takes changelogs literally has it: whatever a table's
 * columns are called by then.
 */
public final class Mirror implements AutoCloseable {

    private static final DateTimeFormatter TIMESTAMP = new DateTimeFormatterBuilder()
            .appendPattern("yyyy-MM-dd HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 6, true)
            .toFormatter();

    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final LatestJob latest;
    private final Map<String, TreeMap<String, ChangelogRow>> tables = new HashMap<>();
    private final Map<String, Schema> newest = new HashMap<>();
    private final Map<String, Integer> entries = new HashMap<>();
    private final Map<String, Integer> resynced = new HashMap<>();
    private final List<Rejected> letters = new ArrayList<>();
    private Consumer<ChangelogRow> target = entry -> {};
    private int applied;

    private Mirror(LatestJob latest) {
        this.latest = latest;
    }

    /** The state keeps all rows whole. */
    public static Mirror ofWholeRows() throws Exception {
        return new Mirror(LatestJob.start(Retention.of(Map.of())));
    }

    /** The state keeps hashes of the rows of these tables. */
    public static Mirror ofHashes(String... tables) throws Exception {
        Map<String, Set<String>> trimmed = new HashMap<>();
        for (String table : tables) {
            trimmed.put(table, Set.of());
        }
        return new Mirror(LatestJob.start(Retention.of(trimmed)));
    }

    /** Who is handed each entry, too. */
    public Mirror to(Consumer<ChangelogRow> newTarget) {
        target = newTarget;
        return this;
    }

    public void take(Collection<? extends Captured> all) throws Exception {
        for (Captured captured : all) {
            if (captured instanceof Rejected) {
                letters.add((Rejected) captured);
                continue;
            }
            Change change = (Change) captured;
            if (change.operation() == Operation.RESYNCED) {
                resynced.merge(change.table(), 1, Integer::sum);
            }
            latest.take(change);
        }
        List<ChangelogRow> output = latest.output();
        output.subList(applied, output.size()).forEach(entry -> {
            apply(entry);
            target.accept(entry);
        });
        applied = output.size();
    }

    private void apply(ChangelogRow entry) {
        Schema schema = entry.schema();
        String table = schema.table();
        TreeMap<String, ChangelogRow> rows = tables.computeIfAbsent(table, name -> new TreeMap<>());
        follow(schema, rows);
        entries.merge(table, 1, Integer::sum);
        String key = key(entry);
        boolean isThere = rows.containsKey(key);
        boolean adds = entry.kind() == RowKind.INSERT || entry.kind() == RowKind.UPDATE_AFTER;
        if (!entry.isBlind()) {
            assertThat(isThere)
                    .as("%s of key %s of table %s, which is %s", entry.kind(), key, table, isThere ? "there" : "gone")
                    .isEqualTo(!adds);
        }
        if (adds) {
            rows.put(key, entry);
        } else {
            rows.remove(key);
        }
    }

    /**
     * Columns that were altered are so in all rows at once, as in the targets: by their names if another relation has the table's name
     * now, and by their numbers from then on.
     */
    private void follow(Schema schema, TreeMap<String, ChangelogRow> rows) {
        Schema before = newest.putIfAbsent(schema.table(), schema);
        if (before == null || before.revision() >= schema.revision()) {
            return;
        }
        newest.put(schema.table(), schema);
        rows.replaceAll(
                (key, row) -> row.in(schema, Projection.of(row.schema(), schema).apply(row.row())));
    }

    private static String key(ChangelogRow entry) {
        List<String> values = new ArrayList<>();
        for (int column : entry.schema().key()) {
            values.add(text(entry.row(), column, entry.schema()));
        }
        return String.join("|", values);
    }

    private static String text(RowData row, int column, Schema schema) {
        LogicalType type = schema.columns().get(column).type();
        Object value = RowData.createFieldGetter(type.copy(true), column).getFieldOrNull(row);
        return value == null ? "null" : text(value, type.getTypeRoot());
    }

    private static String text(Object value, LogicalTypeRoot type) {
        if (value instanceof TimestampData) {
            return ((TimestampData) value).toLocalDateTime().format(TIMESTAMP);
        }
        if (type == LogicalTypeRoot.DATE) {
            return LocalDate.ofEpochDay((Integer) value).toString();
        }
        if (value instanceof Float || value instanceof Double) {
            return new BigDecimal(value.toString()).stripTrailingZeros().toPlainString();
        }
        if (value instanceof DecimalData) {
            return ((DecimalData) value).toBigDecimal().toPlainString();
        }
        return value.toString();
    }

    /** How many entries of a changelog there were of the table so far. */
    public int entries(String table) {
        return entries.getOrDefault(table, 0);
    }

    /** How many resyncs of the table have ended so far. */
    int resynced(String table) {
        return resynced.getOrDefault(table, 0);
    }

    /** What the stage of the latest rows has in its state. */
    byte[] state() throws Exception {
        return latest.keyedState();
    }

    public List<Rejected> letters() {
        return letters;
    }

    public List<Rejected> rejected() {
        return latest.rejected();
    }

    /** Takes what comes until there are so many dead letters. */
    void awaitLetters(CaptureJob job, int count) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (letters.size() < count) {
            take(job.rest());
            job.ensureRuns();
            assertThat(System.nanoTime())
                    .as("waiting for dead letters, got %s", letters)
                    .isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    /** A line for each row, in the table's newest shape, these columns of it. */
    public String lines(String table, List<String> columns) {
        TreeMap<String, ChangelogRow> rows = tables.getOrDefault(table, new TreeMap<>());
        Schema shape = newest.get(table);
        List<String> lines = new ArrayList<>();
        for (ChangelogRow entry : rows.values()) {
            RowData row = Projection.of(entry.schema(), requireNonNull(shape)).apply(entry.row());
            lines.add(columns.stream()
                    .map(column -> shape.indexOf(column) < 0 ? "absent" : text(row, shape.indexOf(column), shape))
                    .collect(Collectors.joining("|")));
        }
        return lines.stream().sorted().map(line -> line + "\n").collect(Collectors.joining());
    }

    /** Takes what comes until the table has these rows, a line for each. */
    void awaitRows(CaptureJob job, String table, List<String> columns, String expected) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!lines(table, columns).equals(expected)) {
            take(job.rest());
            job.ensureRuns();
            if (System.nanoTime() > deadline) {
                assertThat(lines(table, columns)).as("table %s", table).isEqualTo(expected);
            }
            Thread.sleep(20);
        }
    }

    /** Takes what comes until the tables are as those of the database. */
    public void await(CaptureJob job, Asked database, String... names) throws Exception {
        for (String name : names) {
            await(job, database, name);
        }
    }

    private void await(CaptureJob job, Asked database, String table) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            take(job.rest());
            List<String> columns = columns(database, table);
            String expected = lines(database, table);
            String actual = lines(table, columns);
            if (actual.equals(expected)) {
                return;
            }
            if (System.nanoTime() > deadline) {
                assertThat(actual)
                        .as("table %s, columns %s; dead letters %s, %s", table, columns, letters, rejected())
                        .isEqualTo(expected);
            }
            job.ensureRuns();
            Thread.sleep(20);
        }
    }

    /** Of the database's table. */
    public static List<String> columns(Asked database, String table) throws SQLException {
        return List.of(
                database.ask("SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = '"
                                + table + "'::regclass AND attnum > 0 AND NOT attisdropped")
                        .split(","));
    }

    /** A line for each row of the database's table, in order. */
    public static String lines(Asked database, String table) throws SQLException {
        @Nullable
        String values = database.ask(
                "SELECT string_agg('coalesce(' || CASE WHEN atttypid IN (700, 701) THEN 'trim_scale(' || quote_ident(attname)"
                        + " || '::text::numeric)' ELSE quote_ident(attname) END || '::text, ''null'')', ', ' ORDER BY attnum)"
                        + " FROM pg_attribute WHERE attrelid = '" + table
                        + "'::regclass AND attnum > 0 AND NOT attisdropped");
        return database.ask(
                "SELECT coalesce(string_agg(line || E'\\n', '' ORDER BY line COLLATE \"C\"), '') FROM (SELECT"
                        + " concat_ws('|', " + values + ") AS line FROM " + table + ") AS lines");
    }

    @Override
    public void close() throws Exception {
        latest.close();
    }
}
