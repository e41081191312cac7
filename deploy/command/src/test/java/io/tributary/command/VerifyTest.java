package io.tributary.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The targets are made by hand, so that they can be wrong. {@link LocalRunTest} has a job that makes them. */
final class VerifyTest {

    private static final Schema CUSTOMERS = new Schema(
            List.of(
                    Types.NestedField.required(1, "id", Types.LongType.get()),
                    Types.NestedField.optional(2, "name", Types.StringType.get()),
                    Types.NestedField.optional(3, "email", Types.StringType.get())),
            Set.of(1));
    private static final Schema SPENDING = new Schema(
            List.of(
                    Types.NestedField.required(1, "customer_id", Types.LongType.get()),
                    Types.NestedField.optional(2, "spent", Types.DecimalType.of(38, 2))),
            Set.of(1));

    @TempDir
    private Path folder;

    private Shop shop;
    private Path settings;
    private MadeTables tables;

    @BeforeEach
    void make() throws Exception {
        shop = Shop.open();
        settings = shop.settings(folder);
        tables = new MadeTables(folder);
        List<Map<String, Object>> customers = new ArrayList<>();
        List<Map<String, Object>> spending = new ArrayList<>();
        for (long id = 1; id <= 100; id++) {
            customers.add(Map.of("id", id, "name", "customer " + id));
            // Of the orders 1 to 500, customer id has those that are id - 1 beyond a hundred.
            long first = id == 1 ? 100 : id - 1;
            spending.add(Map.of("customer_id", id, "spent", new BigDecimal(5 * first + 1000).setScale(2)));
        }
        tables.add("customers", CUSTOMERS, customers);
        tables.add("spending", SPENDING, spending);
    }

    @AfterEach
    void close() throws IOException {
        shop.close();
    }

    private Answer verify(String... more) {
        List<String> words = new ArrayList<>(List.of("verify", "--settings", settings.toString()));
        words.addAll(List.of(more));
        return Answer.to(words.toArray(new String[0]));
    }

    @Test
    void whatIsTheSameIsSaidToBe() {
        Answer answer = verify();

        assertThat(answer.error()).isEmpty();
        assertThat(answer.out().lines().map(line -> line.replaceFirst(" \\(.* s\\)$", "")))
                .containsExactly(
                        "customers: 100 in the source, 100 in Iceberg; the same everywhere",
                        "  There is no slot tributary: the targets are compared as they are",
                        "spending: 100 in the source, 100 in Iceberg; the same everywhere",
                        "Every row is the same everywhere.");
        assertThat(answer.status()).isZero();
    }

    @Test
    void eachDifferenceIsShownWithItsRows() throws Exception {
        shop.run(
                "UPDATE customers SET email = 'a@b.c' WHERE id = 7",
                "DELETE FROM orders WHERE customer_id = 9; DELETE FROM customers WHERE id = 9",
                "INSERT INTO customers VALUES (101, 'late', NULL)",
                "UPDATE orders SET amount = amount + 1 WHERE id = 4");
        tables.add("customers", CUSTOMERS, List.of(Map.of("id", 50L, "name", "customer 50")));

        Answer answer = verify();

        assertThat(answer.status()).isEqualTo(1);
        assertThat(answer.out().lines())
                .contains(
                        "  id=7: Iceberg is wrong: it differs in email",
                        "    email: source 'a@b.c', Iceberg NULL",
                        "  id=9: Iceberg is wrong: the source has no such row",
                        "  id=101: Iceberg is wrong: the row is missing",
                        "  id=50: Iceberg is wrong: the key is there more than once",
                        "  customer_id=5: Iceberg is wrong: it differs in spent",
                        "    spent: source '1021.00', Iceberg '1020.00'",
                        "  customer_id=9: Iceberg is wrong: the source has no such row",
                        "There are differences.")
                .filteredOn(line -> line.contains("is wrong"))
                .hasSize(6);

        assertThat(verify("--keys", "1", "--table", "spending").out().lines())
                .filteredOn(line -> line.contains("is wrong"))
                .hasSize(1);
        assertThat(verify("--json", "--table", "spending").out().lines())
                .singleElement()
                .asString()
                .startsWith("{\"output\":\"spending\"")
                .contains("\"wrong\":{\"Iceberg\":\"it differs in spent\"}");
    }

    @Test
    void theWarehouseIsComparedToo() throws Exception {
        Files.writeString(settings, """
            redshift: {url: "jdbc:redshift://localhost:%d/shop", username: postgres, schema: warehouse, dialect: postgres,
                       password: "file:%s"}
            kinesis: {stream: s}
            """.formatted(shop.port(), folder.resolve("password")), StandardOpenOption.APPEND);
        shop.run(
                "CREATE SCHEMA warehouse; GRANT USAGE ON SCHEMA warehouse TO postgres",
                "CREATE TABLE warehouse.customers (id bigint, name varchar(100), email varchar(100), _version"
                        + " char(32))",
                "INSERT INTO warehouse.customers SELECT id, name, email FROM customers",
                "UPDATE warehouse.customers SET name = 'other' WHERE id = 3");

        Answer answer = verify();

        assertThat(answer.out().lines().map(line -> line.replaceFirst(" \\(.* s\\)$", "")))
                .as(answer.error())
                .contains(
                        "customers: 100 in the source, 100 in Iceberg, 100 in the warehouse; different",
                        "  id=3: warehouse is wrong: it differs in name",
                        "    name: source 'customer 3', Iceberg 'customer 3', warehouse 'other'",
                        "  The warehouse has no table warehouse.spending");
        assertThat(answer.status()).isEqualTo(1);
    }

    /** Without a database of its own, so that nothing tells how far the job is. */
    @Test
    void tablesThatComeByTopicsAreInTheDatabaseOfAnotherFile() throws Exception {
        Path database = Files.move(settings, folder.resolve("database.yaml"));
        Files.writeString(settings, """
                kafka: {bootstrap-servers: "localhost:1", topics: [shop.public.customers]}
                sql: {pass-through: [customers]}
                iceberg: {namespace: shop, catalog: {type: hadoop, warehouse: "%s"}}
                """.formatted(folder.resolve("lake").toUri()));

        assertThat(verify("--database", database.toString()).out())
                .startsWith("customers: 100 in the source, 100 in Iceberg; the same everywhere");

        shop.run("UPDATE customers SET name = 'other' WHERE id = 3");
        assertThat(verify("--database", database.toString(), "--wait", "0s").out())
                .contains("  id=3: Iceberg is wrong: it differs in name");
        assertThat(verify().out()).startsWith("customers: not compared").contains("name settings with --database");
    }

    @Test
    void whatCannotBeComparedSaysWhy() throws Exception {
        Files.writeString(
                folder.resolve("sql/broken.sql"),
                "-- key: id\nSELECT id, clean_email(email) AS email FROM customers\n");
        tables.add("broken", CUSTOMERS, List.of());

        assertThat(verify("--table", "broken").out())
                .contains(
                        "broken: not compared",
                        "PostgreSQL does not run the SELECT of broken.sql, or of what it reads:")
                .contains("clean_email");
        assertThat(verify("--table", "costumers").error())
                .contains("--table costumers: the job makes no such table", "customers");
        assertThat(verify("--table", "spending").status()).isZero();
    }

    @Test
    void nothingThatWasTheSameIsComparedAgain() throws Exception {
        Path progress = folder.resolve("progress");
        Files.writeString(progress, "customers\n");
        shop.run("DELETE FROM customers WHERE id = 100 AND false", "UPDATE customers SET name = 'x' WHERE id = 1");

        Answer answer = verify("--progress", progress.toString());

        assertThat(answer.error()).contains("customers: was the same before this was broken off");
        assertThat(answer.out()).startsWith("spending: ").doesNotContain("customers");
        assertThat(answer.status()).isZero();
        assertThat(progress).doesNotExist();
    }

    @Test
    void aDatabaseThatLetsNobodyInIsNamed() throws Exception {
        tables.table("customers")
                .newDelete()
                .deleteFromRowFilter(Expressions.alwaysTrue())
                .commit();
        Files.writeString(folder.resolve("password"), "other");

        Answer answer = verify();

        assertThat(answer.error()).contains("postgres.").doesNotContain("\tat ");
        assertThat(answer.status()).isEqualTo(1);
    }
}
