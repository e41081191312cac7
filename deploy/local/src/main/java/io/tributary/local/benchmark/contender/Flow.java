package io.tributary.local.benchmark.contender;

import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the source's tables.
 *
 * @param captured the tables that are read
 * @param outputs the tables that are made: those that are read pass through, the last one is made of SQL otherwise
 * @param select what a SQL file says, in words that Flink and PostgreSQL share, but for how they quote; null if there is none
 * @param columns those that it makes, as Flink SQL declares them
 * @param isSummed whether it makes fewer rows than it reads, so that those that are written do not say how far it is
 */
public record Flow(
        List<String> captured,
        List<String> outputs,
        @Nullable String select,
        String columns,
        boolean isSummed) {

    /** What a SQL file makes beside a table that passes through. */
    public static final String MADE_BESIDE = "named_items";

    static final String CUSTOMERS = "customers";

    private static final String ENRICHED = """
            SELECT
                i.id,
                UPPER(TRIM(i.name)) AS name,
                i.amount,
                i.touched,
                i.note,
                c.name AS customer_name,
                CASE WHEN c.email LIKE '%@%' THEN LOWER(TRIM(c.email)) END AS email
            FROM items AS i
            JOIN customers AS c ON i.customer = c.id
            """;

    private static final String ENRICHED_COLUMNS = "id BIGINT NOT NULL, name STRING, amount DECIMAL(12,2), touched INT,"
            + " note STRING, customer_name STRING, email STRING";

    private static final String COMPUTED = """
            SELECT id, customer, UPPER(TRIM(name)) AS title, amount, touched, score, active, `day`, created_at, note
            FROM items
            WHERE amount >= 0
            """;

    private static final String COMPUTED_COLUMNS =
            "id BIGINT NOT NULL, customer INT, title STRING, amount DECIMAL(12,2),"
                    + " touched INT, score DOUBLE, active BOOLEAN, `day` DATE, created_at TIMESTAMP_LTZ(6), note STRING";

    private static final String SUMMED = """
            SELECT customer AS id, COUNT(*) AS items, SUM(amount) AS amount, SUM(touched) AS touched
            FROM items
            GROUP BY customer
            """;

    private static final String SUMMED_COLUMNS = "id INT NOT NULL, items BIGINT, amount DECIMAL(38,2), touched INT";

    /** One table that goes on as it is. */
    public static Flow passThrough() {
        List<String> items = List.of(Items.TABLE);
        return new Flow(items, items, null, Items.COLUMNS, false);
    }

    /** As many tables of the same shape, which go on as they are. */
    public static Flow passThrough(int tables) {
        List<String> items =
                IntStream.range(0, tables).mapToObj(i -> Items.TABLE + "_" + i).toList();
        return new Flow(items, items, null, Items.COLUMNS, false);
    }

    /** The table joined with another and cleansed, by a SQL file. */
    public static Flow enriched() {
        return new Flow(List.of(Items.TABLE, CUSTOMERS), List.of("enriched_items"), ENRICHED, ENRICHED_COLUMNS, false);
    }

    /** The table computed row by row, by a SQL file, with all of its columns. */
    public static Flow computed() {
        return new Flow(List.of(Items.TABLE), List.of("computed_items"), COMPUTED, COMPUTED_COLUMNS, false);
    }

    /** The table goes on as it is, and is kept whole: a SQL file reads it, whose filter lets no row through. */
    static Flow keptWhole() {
        return new Flow(
                List.of(Items.TABLE),
                List.of(Items.TABLE, "no_items"),
                "SELECT id, name, amount, touched, note FROM items WHERE id < 0",
                Items.COLUMNS,
                false);
    }

    /** The table summed up by its customers, by a SQL file. */
    public static Flow summed() {
        return new Flow(List.of(Items.TABLE), List.of("sums"), SUMMED, SUMMED_COLUMNS, true);
    }

    /** The table read by a SQL file that only leaves columns out: its rows are kept whole in the state. */
    public static Flow kept() {
        return new Flow(
                List.of(Items.TABLE),
                List.of("kept_items"),
                "SELECT id, name, amount, touched FROM items AS i",
                Items.COLUMNS,
                false);
    }

    /** The table passes through, beside a SQL file that computes a name: in capitals, or not. */
    public static Flow beside(boolean inCapitals) {
        String name = inCapitals ? "UPPER(name)" : "LOWER(name)";
        return new Flow(
                List.of(Items.TABLE),
                List.of(Items.TABLE, MADE_BESIDE),
                "SELECT id, " + name + " AS name, amount, touched, note FROM items AS i",
                Items.COLUMNS,
                false);
    }

    /** The tables that go on as they are. */
    List<String> passing() {
        return outputs.stream().filter(captured::contains).toList();
    }

    /** What the SQL file makes. */
    String made() {
        return outputs.get(outputs.size() - 1);
    }

    /** An output's rows in the source, as something to select from. */
    public String inSource(String output) {
        String rows = select;
        return rows == null || captured.contains(output) ? output : "(" + rows.replace('`', '"') + ")";
    }
}
