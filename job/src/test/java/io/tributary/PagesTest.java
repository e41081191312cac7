package io.tributary;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the pages name is there: the classes and folders of the architecture and the decisions, and every link's end. */
final class PagesTest {

    private static final Path TOP = Path.of("..");

    /** Classes of the JDK and of libraries, and fields of records, that the architecture and the decisions name. */
    private static final Set<String> OTHERS = Set.of(
            "ApproximateCreationDateTime",
            "BinaryRowData",
            "BinaryRowWriter",
            "ByteBuffer",
            "ConfigOption",
            "Configuration",
            "FlinkKinesisConsumer",
            "FutureCompletingBlockingQueue",
            "GenericInMemoryCatalog",
            "IllegalArgumentException",
            "IllegalStateException",
            "KafkaSource",
            "KinesisStreamsSource",
            "MiniCluster",
            "OldImage",
            "RocksDBOptionsFactory",
            "Row",
            "RowData",
            "SupportsProjectionPushDown",
            "SuppressRestartsException",
            "ValidationException");

    private static final Pattern CLASS = Pattern.compile("`([A-Z]\\w*[a-z]\\w*)`");
    private static final Pattern METHOD = Pattern.compile("`([A-Z]\\w*[a-z]\\w*)\\.([a-z]\\w*)(?:\\(\\))?`");
    private static final Pattern FOLDER = Pattern.compile("`([a-z]+(?:/[a-z]+)+)`");
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

    @Test
    void classesAreThere() throws IOException {
        Set<String> known = new TreeSet<>(javaFiles().stream()
                .map(file -> file.getFileName().toString().replace(".java", ""))
                .toList());
        Set<String> others = new TreeSet<>();
        for (Path page : pagesOnTheCode()) {
            for (MatchResult named : found(CLASS, page)) {
                if (!known.contains(named.group(1))) {
                    others.add(named.group(1));
                }
            }
        }

        assertThat(others).isEqualTo(new TreeSet<>(OTHERS));
    }

    @Test
    void methodsOfOurClassesAreThere() throws IOException {
        List<Path> sources = javaFiles();
        int seen = 0;
        for (Path page : pagesOnTheCode()) {
            for (MatchResult named : found(METHOD, page)) {
                List<Path> files = sources.stream()
                        .filter(file -> file.endsWith(named.group(1) + ".java"))
                        .toList();
                for (Path file : files) {
                    assertThat(Files.readString(file))
                            .as("%s: %s", page, named.group())
                            .contains(named.group(2) + "(");
                    seen++;
                }
            }
        }
        assertThat(seen).isPositive();
    }

    @Test
    void foldersAreThere() throws IOException {
        Path code = TOP.resolve("job/src/main/java/io/tributary");
        List<String> seen = new ArrayList<>();
        for (Path page : pagesOnTheCode()) {
            for (MatchResult named : found(FOLDER, page)) {
                assertThat(List.of(code.resolve(named.group(1)), TOP.resolve(named.group(1))))
                        .as("%s: %s", page, named.group())
                        .anyMatch(Files::exists);
                seen.add(named.group(1));
            }
        }
        assertThat(seen).contains("capture/postgres", "sink/iceberg");
    }

    @Test
    void linksLeadSomewhere() throws IOException {
        int seen = 0;
        for (Path page : pages()) {
            for (MatchResult link : found(LINK, page)) {
                String target = link.group(1);
                if (target.contains("://")) {
                    continue;
                }
                int hash = target.indexOf('#');
                String file = hash < 0 ? target : target.substring(0, hash);
                Path end = file.isEmpty() ? page : page.resolveSibling(file).normalize();
                assertThat(end).as("%s: %s", page, target).exists();
                if (hash >= 0) {
                    assertThat(anchors(end)).as("%s: %s", page, target).contains(target.substring(hash + 1));
                }
                seen++;
            }
        }
        assertThat(seen).isGreaterThan(50);
    }

    /** As GitHub makes them: lower case, blanks become hyphens, other punctuation goes. */
    private static Set<String> anchors(Path page) throws IOException {
        return found(HEADING, page).stream()
                .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
                .map(heading -> heading.replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    private static List<MatchResult> found(Pattern pattern, Path page) throws IOException {
        String prose = Files.readString(page).replaceAll("(?sm)^ *```.*?^ *```$", "");
        return pattern.matcher(prose).results().toList();
    }

    private static List<Path> pagesOnTheCode() throws IOException {
        return pages().stream()
                .filter(page ->
                        page.endsWith("architecture.md") || page.getParent().endsWith("adr"))
                .toList();
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.walk(TOP.resolve("job/docs"));
                Stream<Path> hidden = Files.list(TOP.resolve(".github"))) {
            return Stream.of(Stream.of(TOP.resolve("README.md")), docs, hidden)
                    .flatMap(pages -> pages)
                    .filter(page -> page.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    private static List<Path> javaFiles() throws IOException {
        List<Path> files = new ArrayList<>();
        for (String module : List.of("job", "udfs", "deploy/command", "deploy/local", "deploy/aws")) {
            try (Stream<Path> sources = Files.walk(TOP.resolve(module).resolve("src"))) {
                sources.filter(file -> file.toString().endsWith(".java")).forEach(files::add);
            }
        }
        return files;
    }
}
