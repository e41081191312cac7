package io.tributary.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.functions.ScalarFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the user reads when the SQL is wrong: these texts rest on those of Flink's planner. */
final class SqlProblemsTest {

    @TempDir
    private Path temporary;

    private Path sql;

    private final Map<String, String> settings = new HashMap<>();

    @BeforeEach
    void makeFolder() throws IOException {
        sql = Files.createDirectory(temporary.resolve("sql"));
        settings.put("sql.directory", sql.toString());
    }

    @Test
    void namesTheColumnThatDoesNotExist() throws IOException {
        write("a.sql", "-- key: id\nSELECT id,\n  nme FROM customers");
        assertThat(problems())
                .containsExactly("sql/a.sql:3:3: Column 'nme' not found in any table; did you mean name?");
    }

    @Test
    void namesTheWordThatDoesNotFit() throws IOException {
        write("a.sql", "-- key: id\nSELECT id\nFORM customers");
        assertThat(problems()).containsExactly("sql/a.sql:3:6: unexpected customers; is the FORM before it a FROM?");
    }

    @Test
    void saysHowNamesAreQuoted() throws IOException {
        write("a.sql", "-- key: id\nSELECT \"id\" FROM customers");
        assertThat(problems())
                .containsExactly(
                        "sql/a.sql:2:8: unexpected \"; names are quoted with `backticks`, strings with 'apostrophes'");
    }

    @Test
    void findsTheStringThatDoesNotEnd() throws IOException {
        write("a.sql", "-- key: id\nSELECT id, 'x AS y\nFROM customers");
        assertThat(problems()).containsExactly("sql/a.sql:2:12: a string begins here and does not end");
    }

    @Test
    void findsTheStatementThatEndsTooEarly() throws IOException {
        write("a.sql", "-- key: id\nSELECT id FROM");
        assertThat(problems()).containsExactly("sql/a.sql:2:14: the statement ends too early");
    }

    @Test
    void findsTheKeywordThatIsOutOfPlace() throws IOException {
        write("a.sql", "-- key: id\nSELECT id,\nFROM customers");
        assertThat(problems()).containsExactly("sql/a.sql:3:1: unexpected FROM; is the comma before it one too many?");
    }

    @Test
    void findsWhatIsNotSql() throws IOException {
        write("a.sql", "-- key: id\nSELECT id FROM customers WHERE # = 1");
        assertThat(problems()).containsExactly("sql/a.sql:2:32: # has no meaning in SQL");
    }

    @Test
    void offersTablesWithNearNames() throws IOException {
        write("a.sql", "-- key: id\nSELECT id FROM custmers");
        assertThat(problems()).containsExactly("sql/a.sql:2:16: there is no table custmers; did you mean customers?");
    }

    @Test
    void listsTheTablesWhenNoNameIsNear() throws IOException {
        write("a.sql", "-- key: id\nSELECT id FROM x");
        assertThat(problems())
                .containsExactly(
                        "sql/a.sql:2:16: there is no table x; there are a, customers, order_lines, orders, products");
    }

    @Test
    void offersFunctionsWithNearNames() throws IOException {
        write("a.sql", "-- key: id\nSELECT id, clean_emial(email) AS email FROM customers");
        assertThat(problems())
                .containsExactly(
                        "sql/a.sql:2:12: there is no function clean_emial(<CHARACTER>); did you mean clean_email?"
                                + " (functions: job/docs/sql.md)");
    }

    @Test
    void namesTheArgumentThatAFunctionDoesNotTake() throws IOException {
        write("a.sql", "-- key: id\nSELECT id, clean_email(id) AS email FROM customers");
        assertThat(problems())
                .singleElement()
                .asString()
                .startsWith("sql/a.sql:2:12: Invalid function call: clean_email(BIGINT NOT NULL)");
    }

    @Test
    void takesOneSelectAndNothingElse() throws IOException {
        write("a.sql", "-- key: id\nSELECT id FROM customers; SELECT id FROM orders");
        write("b.sql", "-- key: id\n\nINSERT INTO customers SELECT * FROM customers");
        write("c.sql", "-- key: id\n-- nothing else\n");
        assertThat(problems())
                .containsExactly(
                        "sql/a.sql:2:27: a file holds one SELECT, and another statement begins here; give it a file of its"
                                + " own",
                        "sql/b.sql:3:1: a file holds one SELECT, whose rows the job writes to the table named as the file;"
                                + " it cannot begin with INSERT",
                        "sql/c.sql:3:1: there is no SELECT");
    }

    @Test
    void letsCommentsAndStringsHoldSemicolonsAndToleratesOneAtTheEnd() throws IOException {
        write("a.sql", "-- key: id\n-- one; two\nSELECT id, ';' AS s /* ; */ FROM customers; -- done;\n");
        assertThat(problems()).isEmpty();
    }

    @Test
    void listsTheProblemsOfAllFilesAtOnce() throws IOException {
        write("a.sql", "SELECT id FROM customers");
        write("b.sql", "-- key: id\nSELECT x FROM customers");
        write("c.sql", "-- key: id\nSELECT id FROM b");
        write("d.sql", "-- key: idd, name\nSELECT id, name FROM customers");
        assertThat(problems())
                .containsExactly(
                        "sql/a.sql:1:1: the header names no key; begin the file with a line as '-- key: id'",
                        "sql/b.sql:2:8: Column 'x' not found in any table; there are birthday, created_at, credit_limit,"
                                + " email, id, marketing, name, notes, photo, segment, tags, updated_at",
                        "sql/c.sql: not checked, since it reads b, which has problems",
                        "sql/d.sql:1:9: the key column idd is not one of the SELECT's; did you mean id?",
                        "sql/d.sql:1:14: the key column name may be NULL; take it from a key column of a table that is"
                                + " not outer-joined, or wrap it as COALESCE(name, ...)");
    }

    @Test
    void refusesTheKeyOfAnOuterJoinedTable() throws IOException {
        write(
                "a.sql",
                "-- key: o, c\nSELECT o.id AS o, c.id AS c FROM orders o LEFT JOIN customers c ON c.id = o.customer_id");
        assertThat(problems()).singleElement().asString().startsWith("sql/a.sql:1:12: the key column c may be NULL");
    }

    @Test
    void ordersFilesByWhatTheyRead() throws IOException {
        write("a.sql", "-- key: id\nSELECT id FROM c");
        write("b.sql", "-- key: id\nSELECT id FROM customers");
        write("c.sql", "-- key: id\nSELECT b.id FROM b JOIN d ON b.id = d.id");
        write("d.sql", "-- key: id\nSELECT id FROM orders");
        Problems problems = new Problems();
        assertThat(compile(problems).outputs().keySet()).containsExactly("b", "d", "c", "a");
        assertThat(problems.sentences()).isEmpty();
    }

    @Test
    void namesEveryCycle() throws IOException {
        write("a.sql", "-- key: id\nSELECT id FROM b");
        write("b.sql", "-- key: id\nSELECT b.id FROM c");
        write("c.sql", "-- key: id\nSELECT id FROM a");
        write("d.sql", "-- key: id\nSELECT id FROM d");
        write("e.sql", "-- key: id\nSELECT id FROM d");
        assertThat(problems())
                .containsExactly(
                        "The files read each other in a circle: sql/a.sql reads sql/b.sql reads sql/c.sql reads sql/a.sql;"
                                + " break it",
                        "The files read each other in a circle: sql/d.sql reads sql/d.sql; break it",
                        "sql/e.sql: not checked, since it reads d, which has problems");
    }

    @Test
    void refusesTwoOutputsOfOneName() throws IOException {
        write("Orders.sql", "-- key: id\nSELECT id FROM customers");
        write("a.sql", "-- key: id\nSELECT id FROM customers");
        write("A.sql", "-- key: id\nSELECT id FROM customers");
        assertThat(problems())
                .containsExactly(
                        "sql/a.sql: makes the same table as sql/A.sql, since the targets do not tell capitals apart;"
                                + " rename one",
                        "sql/Orders.sql: makes a table named as the source table orders; rename the file");
    }

    @Test
    void refusesWhatTheTargetsCannotHold() throws IOException {
        write(
                "a.sql",
                "-- key: id\nSELECT id, COUNT(*), id AS ID2, id AS id2, id AS _op, MAP['a', 1] AS m FROM orders GROUP BY id");
        assertThat(problems())
                .containsExactly(
                        "sql/a.sql:2:1: column 2 has no name; give it one with AS",
                        "sql/a.sql:2:1: the columns ID2 and id2 differ in capitals only, which the targets do not tell"
                                + " apart; rename one with AS",
                        "sql/a.sql:2:1: the column _op has a name that the emitted records keep for themselves; rename it"
                                + " with AS",
                        "sql/a.sql:2:1: the column m has the type MAP<CHAR(1) NOT NULL, INT NOT NULL> NOT NULL, which not"
                                + " every target has; CAST it, for instance to STRING");
    }

    @Test
    void refusesWhatThePlannerCannotKeepRight() throws IOException {
        write("a.sql", "-- key: id\nSELECT id, UUID() AS made FROM orders");
        assertThat(problems())
                .singleElement()
                .asString()
                .startsWith("sql/a.sql:2:12: the column made would differ each time UUID is computed");
    }

    /** The planner takes it where nothing but the key comes through, and then a row that is deleted would stay. */
    @Test
    void refusesConditionsThatHoldOnlyNow() throws IOException {
        settings.put("sql.functions.dice", Dice.class.getName());
        write("a.sql", "-- key: id\nSELECT id FROM orders\nWHERE dice(id)");
        write("b.sql", "-- key: id\nSELECT id FROM orders WHERE ordered_at > CURRENT_TIMESTAMP");
        write("c.sql", "-- key: id\nSELECT id, status AS `now` FROM orders");
        assertThat(problems())
                .containsExactly(
                        "sql/a.sql:3:7: a condition on dice would hold at one time and not at another, without any change of"
                                + " the row; leave it out, and filter where the table is read",
                        "sql/b.sql:2:42: a condition on CURRENT_TIMESTAMP would hold at one time and not at another, without"
                                + " any change of the row; leave it out, and filter where the table is read");
    }

    /** Answers as it likes. */
    public static final class Dice extends ScalarFunction {
        private static final long serialVersionUID = 1L;

        public boolean eval(long id) {
            return Math.random() > 0.5;
        }

        @Override
        public boolean isDeterministic() {
            return false;
        }
    }

    @Test
    void checksTheInputsThatTheHeaderNames() throws IOException {
        write("a.sql", "-- key: id\n-- inputs: customers,  order\nSELECT id FROM customers");
        assertThat(problems()).containsExactly("sql/a.sql:2:24: there is no table order; did you mean orders?");
    }

    @Test
    void namesPassThroughTablesThatDoNotExist() throws IOException {
        write("a.sql", "-- key: id\nSELECT id FROM customers");
        settings.put("sql.pass-through", "orders;custommers");
        assertThat(problems())
                .containsExactly("sql.pass-through: there is no source table custommers; did you mean customers?");
    }

    @Test
    void namesTheFolderThatIsNotThere() {
        settings.put("sql.directory", temporary.resolve("nowhere").toString());
        assertThat(problems())
                .singleElement()
                .asString()
                .startsWith("sql.directory: ")
                .contains("nowhere");
    }

    @Test
    void namesFunctionsThatCannotBeHad() throws IOException {
        write("a.sql", "-- key: id\nSELECT id FROM customers");
        settings.put("sql.functions.missing", "io.example.Missing");
        settings.put("sql.functions.wrong", "java.lang.String");
        settings.put("sql.functions.clean_email", "io.example.Other");
        assertThat(problems())
                .containsExactlyInAnyOrder(
                        "The function missing (sql.functions.missing) is io.example.Missing, but there is no such class;"
                                + " put its jar on the class path, name it in sql.function-jars, or correct the name",
                        "The function wrong (sql.functions.wrong) is java.lang.String, which is not a UserDefinedFunction;"
                                + " extend ScalarFunction",
                        problems().stream()
                                .filter(sentence -> sentence.startsWith(
                                        "The function clean_email is io.tributary.udfs.CleanEmail in"))
                                .findFirst()
                                .orElse("named twice"));
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(sql.resolve(name), text);
    }

    private List<String> problems() {
        Problems problems = new Problems();
        compile(problems);
        return problems.sentences();
    }

    private Queries compile(Problems problems) {
        QuerySettings query = QuerySettings.from(
                Given.of(Configuration.fromMap(settings), new Secrets(name -> null, name -> null), problems));
        return Queries.compile(query, ShopTables.ALL, problems);
    }
}
