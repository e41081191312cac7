package io.tributary;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A fenced block of a page of the documentation.
 *
 * @param kind what stands behind the fence's marks, as in {@code sql postgres}
 * @param line of the file, at which the block's text begins
 */
record Fence(String page, int line, String kind, String text) {

    /** Of every page for users: the README, the manual and the decisions. */
    static List<Fence> all() {
        Path top = Path.of("..");
        try (Stream<Path> docs = Files.walk(top.resolve("job/docs"));
                Stream<Path> hidden = Files.list(top.resolve(".github"))) {
            return Stream.of(Stream.of(top.resolve("README.md")), docs, hidden)
                    .flatMap(pages -> pages)
                    .filter(page -> page.toString().endsWith(".md"))
                    .sorted()
                    .flatMap(page -> of(page).stream())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Fence> of(Path page) {
        try {
            List<Fence> fences = new ArrayList<>();
            List<String> lines = Files.readAllLines(page);
            for (int i = 0; i < lines.size(); i++) {
                if (!lines.get(i).startsWith("```")) {
                    continue;
                }
                String kind = lines.get(i).substring(3).strip();
                int end = i + 1;
                while (end < lines.size() && !lines.get(end).equals("```")) {
                    end++;
                }
                fences.add(new Fence(
                        page.normalize().toString(), i + 2, kind, String.join("\n", lines.subList(i + 1, end)) + "\n"));
                i = end;
            }
            return fences;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The lines that are commands, those that end in a backslash joined with the next, without comments. */
    List<String> commands() {
        return text.replace("\\\n", " ")
                .lines()
                .map(line -> line.replaceFirst("(^|\\s)#.*", "").strip())
                .filter(line -> !line.isEmpty())
                .toList();
    }

    @Override
    public String toString() {
        return page + ":" + line;
    }
}
