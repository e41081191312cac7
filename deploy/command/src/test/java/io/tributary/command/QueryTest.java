package io.tributary.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Questions over tables that are there, and over such as are not. */
final class QueryTest {

    @TempDir
    private static Path folder;

    private static MadeTables tables;
    private static String settings;

    @BeforeAll
    static void makeTables() throws Exception {
        tables = new MadeTables(folder);
        tables.customers(1, 25);
        settings = tables.settings().toString();
    }

    private static Answer query(String... words) {
        String[] all = new String[words.length + 3];
        all[0] = "query";
        all[1] = "--settings";
        all[2] = settings;
        System.arraycopy(words, 0, all, 3, words.length);
        return Answer.to(all);
    }

    private static Answer converse(String lines, String... words) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)));
        try {
            return query(words);
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void rowsStandInColumnsAndNoMoreOfThemThanAskedFor() {
        Answer answer = converse(
                "SELECT id, name FROM customers WHERE id BETWEEN 9 AND 10 ORDER BY id;\nSELECT id FROM customers;\n",
                "--rows=2");

        assertThat(answer.status()).as(answer.error()).isZero();
        assertThat(answer.out()).startsWith("""
                id  name
                --  ----------
                9   customer 9
                10  NULL
                2 rows
                """).endsWith("2 rows\n");
        assertThat(answer.error().lines()).containsExactly("There are more rows: --rows shows as many as you say");
    }

    @Test
    void rowsAreObjectsForOthersToRead() {
        Answer answer = query("--json", "SELECT id, name FROM customers WHERE id IN (9, 10) ORDER BY id;");

        assertThat(answer.status()).as(answer.error()).isZero();
        assertThat(answer.out()).isEqualTo("""
                {"id":9,"name":"customer 9"}
                {"id":10,"name":null}
                """);
    }

    @Test
    void valuesOfAllKindsAreReadable() {
        Answer answer = query(
                "--json",
                "SELECT 1.50 AS d, TRUE AS t, X'6869' AS b, X'00ff' AS x, ARRAY[1, 2] AS a, MAP['k', ROW(1, 'v')] AS m,"
                        + " TIMESTAMP '2026-01-02 03:04:05' AS ts FROM customers WHERE id = 1");

        assertThat(answer.error()).isEmpty();
        assertThat(answer.out()).isEqualTo("""
                {"d":1.50,"t":true,"b":"hi","x":"0x00ff","a":[1,2],"m":{"k":[1,"v"]},"ts":"2026-01-02T03:04:05"}
                """);
    }

    @Test
    void oneQuestionComesAfterTheOtherAndSeesWhatWasCommittedLast() throws Exception {
        String count = "SELECT COUNT(*) AS n\nFROM customers WHERE id > 100;\n";
        assertThat(converse(count, "--json").out()).isEqualTo("{\"n\":0}\n");
        tables.customers(101, 103);

        Answer answer = converse(
                "SHOW TABLES;\n\n" + count + "SELECT nmae FROM customers;\nDROP TABLE customers;\n"
                        + "SELECT COUNT(*) AS m FROM `customers$snapshots`;\nquit\nSELECT 1;\n",
                "--json");

        assertThat(answer.out()).isEqualTo("""
                {"table name":"customers"}
                {"n":3}
                {"m":2}
                """);
        assertThat(answer.error().lines())
                .hasSize(2)
                .anyMatch(line -> line.contains("Column 'nmae' not found"))
                .anyMatch(line -> line.startsWith("query only reads"));
        assertThat(answer.status()).isEqualTo(1);
    }

    @Test
    void whatIsWrongIsNamedAndEndsNothing() {
        Answer answer = converse("""
                SELECT * FROM custmers;
                SELECT FROM WHERE;
                INSERT INTO customers VALUES (1, '');
                SELECT name + 1 FROM customers WHERE;
                SELECT CAST(name AS INT) FROM customers;
                SELECT # FROM customers;
                SELECT 'customer FROM customers;
                SELECT MAX(id) AS n FROM customers WHERE id < 100
                """, "--json");

        assertThat(answer.error().lines())
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("There is no table custmers; did you mean customers?"),
                        line -> assertThat(line).startsWith("Incorrect syntax near the keyword 'FROM' at line 1"),
                        line -> assertThat(line).startsWith("query only reads: write a SELECT"),
                        line -> assertThat(line).startsWith("Encountered"),
                        line -> assertThat(line).contains("'customer 1'"),
                        line -> assertThat(line).contains("\"#\""),
                        line -> assertThat(line).contains("\"\\'\""));
        assertThat(answer.out()).isEqualTo("{\"n\":25}\n");
        assertThat(answer.status()).isEqualTo(1);
    }

    @Test
    void oneWrongQuestionIsTheEndOfIt() {
        Answer answer = query("DROP TABLE customers");

        assertThat(answer.error())
                .startsWith("query only reads: write a SELECT")
                .hasLineCount(1);
        assertThat(answer.status()).isEqualTo(1);
    }

    @Test
    void settingsWithoutTablesAreSaidToBeSuch() throws Exception {
        Path empty = Files.createDirectories(folder.resolve("empty"));
        String none = new MadeTables(empty).settings().toString();
        Answer early = Answer.to("query", "--settings", none, "SELECT * FROM customers");
        assertThat(early.error())
                .startsWith("The job has made no tables yet in the Iceberg catalog tributary, namespace shop");
        assertThat(early.status()).isEqualTo(1);

        Path without = Files.writeString(folder.resolve("without.yaml"), "name: a\n");
        Answer answer = Answer.to("query", "--settings", without.toString(), "SELECT 1");
        assertThat(answer.error()).startsWith(without + " has no iceberg.catalog");
        assertThat(answer.status()).isEqualTo(1);

        assertThat(query("--rows=0", "SELECT 1").status()).isEqualTo(2);
    }
}
