package io.tributary;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SQL files over sample rows: the files of the repository, and what is said of differences and mistakes. */
@Tag("slow")
final class SampleCommandsTest {

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    @Test
    void theFilesOfTheRepositoryMakeWhatIsExpected() throws Exception {
        assertThat(test("--sql", "../sql")).as(this::said).isZero();

        assertThat(lines(out))
                .containsExactly(
                        "sql/clean_customers.sql: 1 case, as expected",
                        "sql/order_details.sql: 2 cases, as expected",
                        "sql/daily_revenue.sql: 2 cases, as expected");
        assertThat(lines(errors)).isEmpty();
    }

    @Test
    void whatDiffersIsNamedWithItsPlace() throws Exception {
        write("tables.yaml", "t:\n  key: [id]\n  columns: {id: INT NOT NULL, n: INT, s: STRING}\n");
        write("a.sql", "-- key: id\nSELECT id, 100 / n AS part, s FROM t WHERE s <> 'gone'");
        write("b.sql", "-- key: id\nSELECT id FROM t");
        write("a.test/one/t.csv", """
                _step,_op,id,n,s
                1,insert,1,4,x
                1,insert,2,5,x
                1,insert,3,6,x
                2,update,2,5,gone
                2,insert,4,0,x
                2,delete,3,,
                """);
        write("a.test/one/expected.csv", """
                _step,id,part,s
                1,1,25,x
                1,2,20,
                1,3,16,x
                2,1,24,x
                2,3,16,x
                """);

        assertThat(test("--sql", sql().toString())).as(this::said).isEqualTo(1);

        assertThat(lines(out)).hasSize(6);
        assertThat(lines(out).get(0)).isEqualTo("sql/a.sql: 1 of 1 case not as expected");
        assertThat(lines(out).get(1))
                .startsWith("  sql/a.test/one: sql/a.sql cannot compute this row: division by zero");
        assertThat(lines(out).subList(2, 6))
                .containsExactly(
                        "  sql/a.test/one/expected.csv:3: after step 1, id 2: s is x, expected NULL",
                        "  sql/a.test/one/expected.csv:5: after step 2, id 1: part is 25, expected 24",
                        "  sql/a.test/one/expected.csv:6: after step 2, id 3 is expected, and not there",
                        "sql/b.sql: has no samples");
    }

    @Test
    void rowsThatAreNotExpectedAreShown() throws Exception {
        write("tables.yaml", "t:\n  key: [id]\n  columns: {id: INT NOT NULL, s: STRING}\n");
        write("a.sql", "-- key: id\nSELECT id, s FROM t");
        write("a.test/one/t.csv", "id,s\n1,\"\"\n");
        write("a.test/one/expected.csv", "id,s\n");

        assertThat(test("--sql", sql().toString(), "--table", "a")).isEqualTo(1);

        assertThat(lines(out))
                .containsExactly(
                        "sql/a.sql: 1 of 1 case not as expected",
                        "  sql/a.test/one/expected.csv: id 1 is there, and not expected: id 1, s ''");
    }

    @Test
    void mistakesInSamplesAreToldAtOnce() throws Exception {
        write("tables.yaml", "t:\n  key: [id]\n  columns: {id: INT NOT NULL, n: INT NOT NULL, born: DATE}\n");
        write("a.sql", "-- key: id\nSELECT id, n, born FROM t");
        write("a.test/column/t.csv", "id,nn,born\n1,2,2024-01-01\n");
        write("a.test/column/expected.csv", "id,bron\n");
        write("a.test/csv/t.csv", "id,n\n1,2,3\n2,\"3\n");
        write("a.test/csv/expected.csv", "id\n");
        write("a.test/input/expected.csv", "id\n");
        write("a.test/input/tt.csv", "id\n");
        write("a.test/json/t.json", "{\"id\": 1, \"n\": 1}\n{\"id\": 2,,}\n");
        write(
                "a.test/rows/t.csv",
                "_step,_op,id,n,born\n1,update,1,2,\n1,insert,2,x,01.02.2024\n2,remove,2,,\n1,insert,3,,\n");
        write("a.test/rows/expected.csv", "id\n");
        write("aa.test/one/t.csv", "id\n");

        assertThat(test("--sql", sql().toString())).isEqualTo(2);

        assertThat(lines(out)).isEmpty();
        assertThat(lines(errors))
                .containsExactly(
                        "sql/a.test/column/t.csv:1: table t has no column nn; did you mean n?",
                        "sql/a.test/column/t.csv:1: leaves out n, which is NOT NULL in table t",
                        "sql/a.test/csv/t.csv:3: a quoted value begins here and does not end",
                        "sql/a.test/csv/t.csv:2: has 3 values, and 2 columns are named in the first line; NULL is a value"
                                + " without anything in it",
                        "sql/a.test/input/tt.csv: sql/a.sql reads no table tt; did you mean t?",
                        "sql/a.test/input: has no rows of t, which sql/a.sql reads: add t.csv, with the names of the"
                                + " columns alone if there are none",
                        "sql/a.test/json/t.json:2: is not JSON: Unexpected character (',' (code 44)): was expecting"
                                + " double-quote to start field name",
                        "sql/a.test/json: has no expected.csv or expected.json, in which the rows are that sql/a.sql should"
                                + " make",
                        "sql/a.test/rows/t.csv:2: an update of a row that table t does not have",
                        "sql/a.test/rows/t.csv:3: n: 'x' is no INT",
                        "sql/a.test/rows/t.csv:3: born: '01.02.2024' is no DATE: write it as 2024-03-01",
                        "sql/a.test/rows/t.csv:4: _op is remove: write insert, update or delete",
                        "sql/a.test/rows/t.csv:5: _step 1 stands behind step 2: write the rows in the order of their steps",
                        "sql/aa.test: there is no file sql/aa.sql; did you mean a?");
    }

    @Test
    void withoutTablesOrSamplesItSaysHowTheyAreWritten() throws Exception {
        write("a.sql", "-- key: id\nSELECT id FROM t");

        assertThat(test("--sql", sql().toString())).isEqualTo(2);
        write(
                "tables.yaml",
                "t:\n  key: [id]\n  columns: {id: INT NOT NULL, n: NUMBER}\nu:\n  key: [x]\n  columns: {id: INT}\n");
        assertThat(test("--sql", sql().toString())).isEqualTo(2);
        write("tables.yaml", "t:\n  key: [id]\n  columns: {id: INT NOT NULL}\n");
        assertThat(test("--sql", sql().toString())).isEqualTo(2);

        assertThat(lines(errors))
                .containsExactly(
                        "sql/tables.yaml: is missing; it names the key and the columns of each source table"
                                + " (job/docs/sql.md), and the command tables prints it",
                        "sql/tables.yaml: t.n has the type NUMBER, which no column of a source table has",
                        "sql/tables.yaml: the key of u names x, which is none of its columns; there are id",
                        "sql/a.sql:2:16: there is no table t; there are a",
                        "There are no samples. For sql/a.sql they are in sql/a.test/<name of a case>/: a CSV or JSON file"
                                + " for each table that it reads, and expected.csv (job/docs/sql.md)");
    }

    @Test
    void rowsOfLookupTablesAreGivenToo() throws Exception {
        write("tables.yaml", "t:\n  key: [id]\n  columns: {id: INT NOT NULL, day: DATE, code: STRING}\n");
        write("a.sql", """
                -- key: id
                SELECT t.id, r.price FROM t
                JOIN rates FOR SYSTEM_TIME AS OF t.proc_time AS r ON r.code = t.code AND r.`day` = t.`day`
                """);
        write(
                "a.test/one/t.csv",
                "_step,_op,id,day,code\n1,insert,1,2024-03-01,a\n1,insert,2,2024-03-02,a\n1,insert,3,2024-03-01,b\n1,insert,4,,a\n2,delete,1,,\n");
        write("a.test/one/rates.csv", "code,price,day\na,1.50,2024-03-01\na,2.50,2024-03-02\nb,,2024-03-01\na,9,\n");
        write("a.test/one/expected.csv", "_step,id,price\n1,1,1.5\n1,2,2.5\n1,3,\n2,2,2.5\n2,3,\n");
        Path settings = Files.writeString(
                folder.resolve("shop.yaml"),
                "sql.lookup.rates: {url: 'jdbc:postgresql://nowhere/x', password: 'env:NOT_SET', columns: [day DATE, code STRING, 'price DECIMAL(8, 2)']}\n");

        assertThat(test("--settings", settings.toString(), "--sql", sql().toString()))
                .as(this::said)
                .isZero();

        Files.delete(sql().resolve("a.test/one/rates.csv"));
        assertThat(test("--settings", settings.toString(), "--sql", sql().toString()))
                .isEqualTo(2);
        write("a.test/one/rates.csv", "_step,code,price\n1,a,x\n");
        assertThat(test("--settings", settings.toString(), "--sql", sql().toString()))
                .isEqualTo(2);
        assertThat(lines(errors))
                .containsExactly(
                        "sql/a.test/one: has no rows of the lookup table rates: add rates.csv, with the names of the columns"
                                + " alone if there are none",
                        "sql/a.test/one/rates.csv:1: the lookup table rates has no column _step; there are code, day, price;"
                                + " its rows stay as they are",
                        "sql/a.test/one/rates.csv:2: price: 'x' is no DECIMAL(8, 2)");
    }

    /** The settings may be those of a job that this machine could not run. */
    @Test
    void ofSettingsOnlyWhatIsSaidOfSqlCounts() throws Exception {
        write("tables.yaml", "t:\n  key: [id]\n  columns: {id: INT NOT NULL}\n");
        write("a.sql", "-- key: id\nSELECT id FROM t");
        write("a.test/one/t.csv", "id\n1\n");
        write("a.test/one/expected.csv", "id\n1\n");
        Path settings = Files.writeString(
                folder.resolve("shop.yaml"),
                "postgres.password: env:NOT_SET\nsql.directory: " + sql() + "\niceberg.catalog.type: unknown\n");

        assertThat(test("--settings", settings.toString())).as(this::said).isZero();

        Files.writeString(settings, "sql.directry: " + sql() + "\n");
        assertThat(test("--settings", settings.toString())).isEqualTo(2);
        assertThat(lines(errors).get(0))
                .isEqualTo("Unknown setting sql.directry; the nearest known one is sql.directory");
    }

    private int test(String... options) throws Exception {
        String[] arguments = new String[options.length + 1];
        arguments[0] = "test";
        System.arraycopy(options, 0, arguments, 1, options.length);
        return SampleCommands.test(
                Arguments.parse(arguments),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(errors, true, StandardCharsets.UTF_8));
    }

    private Path sql() {
        return folder.resolve("sql");
    }

    private void write(String name, String text) throws IOException {
        Path file = sql().resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8) + errors.toString(StandardCharsets.UTF_8);
    }

    private static List<String> lines(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
