package io.tributary.query;

import static io.tributary.query.Rows.after;
import static io.tributary.query.Rows.before;
import static io.tributary.query.Rows.delete;
import static io.tributary.query.Rows.insert;
import static io.tributary.query.ShopTables.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.settings.Problems;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Functions in a jar that is on no class path: Flink has to bring it to the tasks. */
final class FunctionJarsTest {

    private static final String SCALAR = """
            package shop;
            public class Salted extends org.apache.flink.table.functions.ScalarFunction {
                private final String salt;
                private final int times;
                private final boolean upper;
                public Salted(String salt, int times, boolean upper) { this.salt = salt; this.times = times; this.upper = upper; }
                public String eval(String text) { return text == null ? null : Near.end(upper ? text.toUpperCase() : text, salt.repeat(times)); }
            }
            """;
    private static final String NEAR = """
            package shop;
            class Near { static String end(String text, String end) { return text + "-" + end; } }
            """;
    private static final String TABLE = """
            package shop;
            import org.apache.flink.table.annotation.*;
            import org.apache.flink.types.Row;
            @FunctionHint(output = @DataTypeHint("ROW<place INT NOT NULL, letter STRING>"))
            public class Letters extends org.apache.flink.table.functions.TableFunction<Row> {
                public void eval(String text) { for (int i = 0; i < text.length(); i++) collect(Row.of(i, text.substring(i, i + 1))); }
            }
            """;
    private static final String AGGREGATE = """
            package shop;
            public class Longest extends org.apache.flink.table.functions.AggregateFunction<String, Longest.Kept> {
                public static class Kept { public java.util.Map<String, Integer> texts = new java.util.HashMap<>(); }
                public Kept createAccumulator() { return new Kept(); }
                public void accumulate(Kept kept, String text) { kept.texts.merge(text, 1, Integer::sum); }
                public void retract(Kept kept, String text) { kept.texts.computeIfPresent(text, (t, n) -> n == 1 ? null : n - 1); }
                public String getValue(Kept kept) { return kept.texts.keySet().stream().max(java.util.Comparator.<String>comparingInt(String::length).thenComparing(t -> t)).orElse(null); }
            }
            """;

    @TempDir
    private Path temporary;

    private Path sql;
    private final Map<String, String> settings = new HashMap<>();

    @BeforeEach
    void writeFiles() throws IOException {
        sql = Files.createDirectory(temporary.resolve("sql"));
        write("salted.sql", "-- key: id\nSELECT id, salted(status) AS status FROM orders");
        write(
                "letters.sql",
                "-- key: id, place\nSELECT id, place, letter FROM orders, LATERAL TABLE(letters(status)) AS t(place, letter)");
        write(
                "longest.sql",
                "-- key: c\nSELECT COALESCE(customer_id, 0) AS c, longest(status) AS status FROM orders GROUP BY COALESCE(customer_id, 0)");
        settings.put("sql.directory", sql.toString());
    }

    @Test
    void scalarTableAndAggregateFunctionsComeFromAJarOfTheUsers() throws Exception {
        // In a file system of Flink's, and of local folders.
        settings.put(
                "sql.function-jars",
                jar("a.jar", Map.of("Salted", SCALAR, "Near", NEAR), "salted = shop.Salted")
                                .toUri() + ";" + jar("b.jar", Map.of("Letters", TABLE, "Longest", AGGREGATE), ""));
        settings.put("sql.functions.letters", "shop.Letters");
        settings.put("sql.functions.longest", "shop.Longest");
        settings.put("sql.function-arguments.salted", "env:SALT;2;true");

        try (SqlJob job = SqlJob.start(settings, ShopTables.ALL)) {
            job.send(List.of(
                            insert(ORDERS, "1|7|new|2024-03-01T00:00:00Z"),
                            insert(ORDERS, "2|7|cancelled|2024-03-01T00:00:00Z"),
                            insert(ORDERS, "3|7|paid|2024-03-01T00:00:00Z")))
                    .await(target -> target.rows("longest").equals(List.of("7|cancelled"))
                            && target.rows("salted").size() == 3
                            && target.rows("letters").size() == 16);
            job.send(List.of(
                            before(ORDERS, "1|7|new|2024-03-01T00:00:00Z"),
                            after(ORDERS, "1|7|ok|2024-03-01T00:00:00Z"),
                            delete(ORDERS, "2|7|cancelled|2024-03-01T00:00:00Z")))
                    .await(target -> target.rows("longest").equals(List.of("7|paid"))
                            && target.rows("salted").equals(List.of("1|OK-secretsecret", "3|PAID-secretsecret"))
                            && target.rows("letters")
                                    .equals(List.of("1|0|o", "1|1|k", "3|0|p", "3|1|a", "3|2|i", "3|3|d")));
        }
    }

    @Test
    void whatIsMissingIsSaidWithWhatToDo() throws Exception {
        write("more.sql", "-- key: id\nSELECT id,\n  SALTED(status) AS status FROM orders");
        Path jar = jar("a.jar", Map.of("Salted", SCALAR, "Near", NEAR, "Letters", TABLE), "salted = shop.Salted\n");
        Path text = Files.writeString(temporary.resolve("text.jar"), "no jar");
        settings.put("sql.function-jars", jar + ";" + text);
        settings.put("sql.functions.longest", "shop.Longest");
        settings.put("sql.functions.letters", "shop.Letters");
        settings.put("sql.function-arguments.letters", "1");
        settings.put("sql.function-arguments.saltd", "1");

        assertThat(problems())
                .anySatisfy(sentence ->
                        assertThat(sentence).startsWith("sql.function-jars: " + text + " cannot be read as a jar: "))
                .contains(
                        "sql.function-arguments.saltd: there is no function saltd; did you mean salted?",
                        "The function letters (sql.functions.letters) cannot be used: it has no public constructor that"
                                + " takes [1]",
                        "The function longest (sql.functions.longest) is shop.Longest, but there is no such class; put its"
                                + " jar on the class path, name it in sql.function-jars, or correct the name",
                        "sql/more.sql:3:3: the function salted needs arguments: set sql.function-arguments.salted to what its"
                                + " constructor takes (functions: job/docs/sql.md)");
        settings.put("sql.function-arguments.salted", "env:SALT;twice;true");
        assertThat(problems())
                .anySatisfy(sentence -> assertThat(sentence)
                        .endsWith("cannot be used: it has no public constructor that takes [env:SALT, twice, true]")
                        .doesNotContain("secret"));
    }

    private List<String> problems() {
        Problems problems = new Problems();
        Queries.compile(QueriesTest.settings(settings, problems), ShopTables.ALL, problems);
        return problems.sentences();
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(sql.resolve(name), text);
    }

    private Path jar(String name, Map<String, String> sources, String functions) throws IOException {
        Path folder = Files.createDirectory(temporary.resolve(name.replace(".jar", "")));
        List<String> arguments = new ArrayList<>(List.of(
                "--release",
                "11",
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                folder.toString()));
        for (Map.Entry<String, String> source : sources.entrySet()) {
            arguments.add(Files.writeString(folder.resolve(source.getKey() + ".java"), source.getValue())
                    .toString());
        }
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new)))
                .isZero();
        Path resource = folder.resolve(Functions.RESOURCE);
        Files.createDirectories(resource.getParent());
        Files.writeString(resource, functions);
        Path jar = temporary.resolve(name);
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out);
                Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                entries.putNextEntry(
                        new JarEntry(folder.relativize(file).toString().replace(File.separatorChar, '/')));
                Files.copy(file, entries);
                entries.closeEntry();
            }
        }
        return jar;
    }
}
