package io.tributary.local.benchmark.contender;

import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the source's tables.
 *
 * @param captured the tables that are read
 * @param outputs the tables that are made: those that are read pass through, the last one is made of SQL otherwise
 * @param select what a SQL file says, in words that Flink and PostgreSQL share; null if there is none
 */
public record Flow(
        List<String> captured,
        List<String> outputs,
        @Nullable String select) {

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

    /** One table that goes on as it is. */
    public static Flow passThrough() {
        List<String> items = List.of(Items.TABLE);
        return new Flow(items, items, null);
    }

    /** As many tables of the same shape, which go on as they are. */
    public static Flow passThrough(int tables) {
        List<String> items =
                IntStream.range(0, tables).mapToObj(i -> Items.TABLE + "_" + i).toList();
        return new Flow(items, items, null);
    }

    /** The table joined with another and cleansed, by a SQL file. */
    public static Flow enriched() {
        return new Flow(List.of(Items.TABLE, CUSTOMERS), List.of("enriched_items"), ENRICHED);
    }

    /** The table read by a SQL file that only leaves columns out: its rows are kept whole in the state. */
    public static Flow kept() {
        return new Flow(
                List.of(Items.TABLE), List.of("kept_items"), "SELECT id, name, amount, touched FROM items AS i");
    }

    /** The table passes through, beside a SQL file that computes a name: in capitals, or not. */
    public static Flow beside(boolean inCapitals) {
        String name = inCapitals ? "UPPER(name)" : "LOWER(name)";
        return new Flow(
                List.of(Items.TABLE),
                List.of(Items.TABLE, MADE_BESIDE),
                "SELECT id, " + name + " AS name, amount, touched, note FROM items AS i");
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
        return captured.contains(output) ? output : "(" + select + ")";
    }
}
