package io.tributary.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.settings.Problems;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
final class FunctionCodeTest {

    @TempDir
    private Path temporary;

    private final AtomicInteger folders = new AtomicInteger();
    private final Map<String, String> sources = new HashMap<>();

    @BeforeEach
    void writeAFunction() {
        sources.put("Shout", """
                package shop;
                public class Shout extends Base {
                    public String eval(String text) { return new Near[] {new Near()}[0].apply(text); }
                }
                """);
        sources.put("Base", """
                package shop;
                public abstract class Base extends org.apache.flink.table.functions.ScalarFunction {
                    static final long LONG = 4_000_000_000L;
                    static final double DOUBLE = 0.5;
                }
                """);
        sources.put("Near", """
                package shop;
                class Near {
                    String apply(String text) { return java.util.stream.Stream.of(text).map(t -> Far.Inner.end(t)).findFirst().get(); }
                }
                """);
        sources.put("Far", """
                package shop;
                class Far {
                    static class Inner { static String end(String text) { return text + "!" + new Shout().getClass().getName(); } }
                }
                """);
        sources.put("Other", "package shop; class Other { int one() { return 1; } }");
    }

    @Test
    void isTheSameForTheSameCodeWhateverLoadsIt() throws Exception {
        String digest = digest();

        assertThat(digest).matches("[0-9a-f]{16}");
        assertThat(digest()).isEqualTo(digest);
    }

    @Test
    void isAnotherWhenAnythingItReachesIsAnother() throws Exception {
        String digest = digest();

        assertThat(digestAfter("Shout", "apply(text)", "apply(text + 1)")).isNotEqualTo(digest);
        assertThat(digestAfter("Base", "0.5", "0.25")).isNotEqualTo(digest);
        assertThat(digestAfter("Near", "Far.Inner.end(t)", "Far.Inner.end(t + t)"))
                .isNotEqualTo(digest);
        assertThat(digestAfter("Far", "\"!\"", "\"?\"")).isNotEqualTo(digest);
    }

    @Test
    void staysWhenSomethingElseIsAnother() throws Exception {
        assertThat(digestAfter("Other", "return 1", "return 2")).isEqualTo(digest());
    }

    @Test
    void aClassThatIsNotThereCountsByItsName() throws Exception {
        String digest = digest();
        Path classes = compile();
        Files.delete(classes.resolve("shop/Far$Inner.class"));

        String without = digest(classes);

        assertThat(without).isNotEqualTo(digest);
        assertThat(digest(classes)).isEqualTo(without);
    }

    @Test
    void aFileCallsTheFunctionsThatItNames() throws Exception {
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {compile().toUri().toURL()})) {
            Functions functions = functions(
                    loader,
                    Map.of(
                            "sql.functions.shout", "shop.Shout",
                            "sql.functions.Shouter", "shop.Shout",
                            "sql.functions.my fn", "shop.Shout"));
            String digest = FunctionCode.digest(loader.loadClass("shop.Shout"));

            assertThat(functions.called(file("SELECT id, SHOUT(name) AS shouter_name FROM customers")))
                    .containsExactly(Map.entry("shout", digest));
            assertThat(functions.called(file("SELECT id, `my fn`(name) AS a FROM customers")))
                    .containsExactly(Map.entry("my fn", digest));
        }
    }

    @Test
    void otherArgumentsAreAnotherFunction() throws Exception {
        sources.put("Salted", """
                package shop;
                public class Salted extends org.apache.flink.table.functions.ScalarFunction {
                    private final String salt;
                    private final int times;
                    public Salted(String salt, int times) { this.salt = salt; this.times = times; }
                    public String eval(String text) { return text + salt.repeat(times); }
                }
                """);
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {compile().toUri().toURL()})) {
            String one = salted(loader, "env:SALT;1");
            assertThat(salted(loader, "env:SALT;1")).isEqualTo(one).doesNotContain("secret");
            assertThat(salted(loader, "secret;1"))
                    .as("the value of the reference")
                    .isEqualTo(one);
            assertThat(salted(loader, "env:SALT;2")).isNotEqualTo(one);
            assertThat(salted(loader, "other;1")).isNotEqualTo(one);
        }
    }

    private static String salted(ClassLoader loader, String arguments) {
        return functions(
                        loader,
                        Map.of("sql.functions.salted", "shop.Salted", "sql.function-arguments.salted", arguments))
                .called(file("SELECT id, salted(name) AS a FROM customers"))
                .toString();
    }

    private static Functions functions(ClassLoader loader, Map<String, String> settings) {
        Problems problems = new Problems();
        Functions functions = Functions.find(QueriesTest.settings(settings, problems), loader, problems);
        problems.throwIfAny();
        return functions;
    }

    private static SqlFile file(String text) {
        Problems problems = new Problems();
        SqlFile file = SqlFile.parse("sql/a.sql", "-- key: id\n" + text, problems);
        problems.throwIfAny();
        return file;
    }

    private String digestAfter(String type, String from, String to) throws Exception {
        String before = sources.get(type);
        assertThat(before).contains(from);
        sources.put(type, before.replace(from, to));
        try {
            return digest();
        } finally {
            sources.put(type, before);
        }
    }

    private String digest() throws Exception {
        return digest(compile());
    }

    private static String digest(Path classes) throws Exception {
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
            return FunctionCode.digest(loader.loadClass("shop.Shout"));
        }
    }

    private Path compile() throws IOException {
        Path folder = Files.createDirectory(temporary.resolve("classes" + folders.incrementAndGet()));
        Path texts = Files.createDirectory(temporary.resolve("sources" + folders.get()));
        for (Map.Entry<String, String> source : sources.entrySet()) {
            Files.writeString(texts.resolve(source.getKey() + ".java"), source.getValue());
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            List<File> inputs = sources.keySet().stream()
                    .map(type -> texts.resolve(type + ".java").toFile())
                    .toList();
            assertThat(compiler.getTask(
                                    null,
                                    files,
                                    null,
                                    List.of("-d", folder.toString(), "-proc:none"),
                                    null,
                                    files.getJavaFileObjectsFromFiles(inputs))
                            .call())
                    .isTrue();
        }
        return folder;
    }
}
