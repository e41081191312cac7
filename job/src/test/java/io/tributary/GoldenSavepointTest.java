package io.tributary;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Savepoints of earlier builds are resumed from, and the job goes on as if it had never stopped. What is kept, and how one is
 * added, is said in the folder.
 */
class GoldenSavepointTest {

    private static final Path SAVEPOINTS = Path.of("src/test/resources/savepoints");
    private static final long LARGEST = 200 * 1024;

    @TempDir
    private Path folder;

    @BeforeAll
    static void writeOneIfAsked(@TempDir Path work) throws Exception {
        String name = System.getProperty("golden.write");
        if (name == null) {
            return;
        }
        try (GoldenJob job = GoldenJob.start(work, null)) {
            job.send(GoldenJob.BEFORE);
            job.await(GoldenJob.ROWS_BEFORE);
            job.stopWithSavepoint(SAVEPOINTS.resolve(name));
        }
    }

    static List<Path> kept() throws IOException {
        try (Stream<Path> all = Files.list(SAVEPOINTS)) {
            return all.filter(Files::isDirectory).sorted().toList();
        }
    }

    @Test
    void thereIsOne() throws IOException {
        assertThat(kept()).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("kept")
    void theJobGoesOnFromIt(Path savepoint) throws Exception {
        try (Stream<Path> files = Files.walk(savepoint)) {
            assertThat(files.filter(Files::isRegularFile)
                            .mapToLong(file -> file.toFile().length())
                            .sum())
                    .as("bytes in the repository")
                    .isLessThan(LARGEST);
        }
        try (GoldenJob job = GoldenJob.start(folder, savepoint)) {
            job.send(GoldenJob.AFTER);
            job.await(GoldenJob.ROWS_AFTER);

            assertThat(job.recordsOf("people"))
                    .as("neither repeated nor late rows")
                    .hasSize(1);
            assertThat(job.inIceberg("notes")).isEqualTo(List.of("1|a|text", "2|c|long"));
        }
    }
}
