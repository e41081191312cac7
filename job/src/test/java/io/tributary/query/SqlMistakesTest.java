package io.tributary.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mistakes that users make, and what is said of each: {@code sql-mistakes.txt} has statements and sentences. */
final class SqlMistakesTest {

    private static final Path MISTAKES = Path.of("src/test/resources/sql-mistakes.txt");

    private static final String SAYS = "=> ";

    @TempDir
    private Path temporary;

    /** All of them are files of one folder, so each is told beside all others. */
    @Test
    void eachIsNamedWithItsPlaceAndWhatToDo() throws IOException {
        List<String> expected = new ArrayList<>();
        int number = 100;
        for (String mistake : Files.readString(MISTAKES).strip().split("\n\n")) {
            String name = "m" + number++ + ".sql";
            List<String> lines = List.of(mistake.split("\n"));
            lines.stream()
                    .filter(line -> line.startsWith(SAYS))
                    .map(line -> "sql/" + name + ":" + line.substring(SAYS.length()))
                    .forEach(expected::add);
            String text = String.join(
                    "\n",
                    lines.stream()
                            .filter(line -> !line.startsWith(SAYS))
                            .map(SqlMistakesTest::unescaped)
                            .toList());
            write(name, text);
        }

        assertThat(problems()).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void whatForeignFunctionsAreReplacedByIsThere() throws IOException {
        int number = 100;
        for (String name : ForeignFunctions.INSTEAD.keySet()) {
            write("f" + number++ + ".sql", "-- key: id\nSELECT id, " + name + "() AS x FROM customers");
        }
        int foreign = number - 100;
        Pattern call = Pattern.compile("use ([A-Z_]+)\\(");
        for (String instead : ForeignFunctions.INSTEAD.values()) {
            Matcher matcher = call.matcher(instead);
            if (matcher.find()) {
                write("f" + number++ + ".sql", "-- key: id\nSELECT id, " + matcher.group(1) + "() AS x FROM customers");
            }
        }

        assertThat(problems().stream().filter(sentence -> sentence.contains("there is no function")))
                .hasSize(foreign)
                .allSatisfy(sentence ->
                        assertThat(Integer.parseInt(sentence.substring(5, 8))).isLessThan(100 + foreign));
    }

    @Test
    void headersMayStandBehindBlankLinesAndComments() throws IOException {
        write("a.sql", """

                /* What it answers,
                   at length. */
                -- inputs: customers

                -- key: `order`
                SELECT id AS `order` FROM customers;
                """);
        write("b.sql", "\uFEFF-- key: id\r\n\r\nSELECT id,\r\n\tname\r\nFROM customers;\r\n");

        assertThat(problems()).isEmpty();
    }

    @Test
    void whatThePlannerFailsAtIsAProblemOfTheFile() {
        SqlFile file = SqlFile.parse("sql/a.sql", "-- key: id\n\n  SELECT id FROM t", new Problems());
        Vocabulary nothing = new Vocabulary(
                statement -> {
                    throw new IllegalStateException();
                },
                List.of(),
                List.of(),
                List.of());

        assertThat(Stream.of(new AssertionError("set type is x\nexpression type is y"), new StackOverflowError())
                        .map(error -> SqlError.of(file, error, nothing)))
                .containsExactly(
                        "sql/a.sql:3:3: Flink cannot run this as a stream; write it in another way, or make parts of it"
                                + " files of their own (set type is x expression type is y)",
                        "sql/a.sql:3:3: the statement is nested too deeply for Flink's planner; make parts of it files of"
                                + " their own");
    }

    private static String unescaped(String line) {
        return line.replace("\\t", "\t")
                .replace("\\r", "\r")
                .replace("\\uFEFF", "\uFEFF")
                .replace("\\u00A0", "\u00A0");
    }

    private void write(String name, String text) throws IOException {
        Path sql = Files.createDirectories(temporary.resolve("sql"));
        Files.writeString(sql.resolve(name), text);
    }

    private List<String> problems() {
        Problems problems = new Problems();
        QuerySettings query = QuerySettings.from(Given.of(
                Configuration.fromMap(
                        Map.of("sql.directory", temporary.resolve("sql").toString())),
                new Secrets(name -> null, name -> null),
                problems));
        Queries.compile(query, ShopTables.ALL, problems);
        return problems.sentences();
    }
}
