package io.tributary;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of job/docs/sql.md make of the rows below them what stands there. */
@Tag("slow")
final class SqlPageTest {

    private static final Pattern FILE = Pattern.compile("sql file (\\w+)");
    private static final Pattern ROWS = Pattern.compile("(csv|json) (\\w+)");

    @TempDir
    private Path folder;

    /** Whether a block is a file with a name, or rows. */
    static boolean isOfAnExample(Fence fence) {
        return fence.page().endsWith("sql.md")
                && (FILE.matcher(fence.kind()).matches()
                        || ROWS.matcher(fence.kind()).matches());
    }

    @Test
    void everyExampleMakesTheRowsThatStandBelowIt() throws Exception {
        Path sql = Files.createDirectory(folder.resolve("sql"));
        Files.copy(Path.of("../sql/tables.yaml"), sql.resolve("tables.yaml"));
        Set<String> tried = examples(sql);

        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        Path settings = Files.writeString(folder.resolve("settings.yaml"), lookups());
        int status = SampleCommands.test(
                Arguments.parse("test", "--sql", sql.toString(), "--settings", settings.toString()), out, out);

        String all = said.toString(StandardCharsets.UTF_8);
        assertThat(status).as(all).isZero();
        assertThat(tried)
                .hasSizeGreaterThan(10)
                .allSatisfy(file -> assertThat(all).contains("sql/" + file + ".sql: 1 case, as expected"));
    }

    /** The settings that the page has of lookup tables. */
    private static String lookups() {
        return Fence.all().stream()
                .filter(fence -> fence.page().endsWith("sql.md")
                        && fence.kind().equals("yaml")
                        && fence.text().contains("lookup:"))
                .map(Fence::text)
                .findFirst()
                .orElseThrow();
    }

    /** Writes them, and returns the names of those that have rows: the last file before these. */
    private static Set<String> examples(Path sql) throws IOException {
        Set<String> tried = new HashSet<>();
        List<String> files = new ArrayList<>();
        for (Fence fence : Fence.all()) {
            Matcher file = FILE.matcher(fence.kind());
            Matcher rows = ROWS.matcher(fence.kind());
            if (file.matches()) {
                files.add(file.group(1));
                Files.writeString(sql.resolve(file.group(1) + ".sql"), fence.text());
            } else if (rows.matches()) {
                String example = files.get(files.size() - 1);
                Path cases = Files.createDirectories(sql.resolve(example + ".test/page"));
                Files.writeString(cases.resolve(rows.group(2) + "." + rows.group(1)), fence.text());
                tried.add(example);
            }
        }
        return tried;
    }
}
