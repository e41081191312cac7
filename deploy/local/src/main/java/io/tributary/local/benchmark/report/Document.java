package io.tributary.local.benchmark.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A Markdown file of which one section is made from results; they and their plot stand beside it, named like it.
 *
 * <p>The section is between two comments, which stay.
 */
public final class Document {

    private static final String BEGIN = "<!-- results -->\n";
    private static final String END = "<!-- end of results -->\n";

    private final Path markdown;

    private Document(Path markdown) {
        this.markdown = markdown;
    }

    public static Document at(Path markdown) {
        return new Document(markdown);
    }

    /** Where the results are kept that the section is made from. */
    public Path results() {
        return beside(".json");
    }

    private Path plot() {
        return beside(".svg");
    }

    private Path beside(String ending) {
        return markdown.resolveSibling(markdown.getFileName().toString().replaceFirst("\\.md$", ending));
    }

    public void write(Results results) throws IOException {
        String text = text(results);
        Report report = new Report(results);
        results.write(results());
        Files.writeString(plot(), report.svg());
        Files.writeString(markdown, text);
    }

    /** The whole file, its section made from the results. */
    String text(Results results) throws IOException {
        String before = Files.readString(markdown);
        int begin = before.indexOf(BEGIN);
        int end = before.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IOException(markdown + " has no section between " + BEGIN.strip() + " and " + END.strip());
        }
        String section = new Report(results).markdown() + "\n![all results](" + plot().getFileName() + ")\n";
        return before.substring(0, begin + BEGIN.length()) + "\n" + section + "\n" + before.substring(end);
    }
}
