package io.tributary.sink.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.SeekableInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LocalFileIOTest {

    private static final byte[] TEXT = "some words".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path folder;

    private final FileIO io = new LocalFileIO();

    @ParameterizedTest
    @ValueSource(strings = {"", "file:", "file://"})
    void whatIsWrittenIsReadAtTheSameLocationAndNothingElseIsThere(String scheme) throws IOException {
        String location = scheme + folder + "/new folder/a%20b";
        OutputFile file = io.newOutputFile(location);
        assertThat(file.location()).isEqualTo(location);
        assertThat(file.toInputFile().exists()).isFalse();
        write(file.create());

        assertThat(folder.resolve("new folder/a%20b")).hasBinaryContent(TEXT);
        try (Stream<Path> files = Files.list(folder.resolve("new folder"))) {
            assertThat(files).hasSize(1);
        }
        assertThat(io.newInputFile(location).location()).isEqualTo(location);
        assertThat(io.newInputFile(location).getLength()).isEqualTo(TEXT.length);
        try (SeekableInputStream in = io.newInputFile(location).newStream()) {
            in.seek(5);
            assertThat(in.readAllBytes()).isEqualTo("words".getBytes(StandardCharsets.UTF_8));
        }
        io.deleteFile(location);
        assertThat(file.toInputFile().exists()).isFalse();
        io.deleteFile(location);
    }

    @Test
    void aFileThatIsThereIsOverwrittenOnRequestOnly() throws IOException {
        OutputFile file = io.newOutputFile(folder + "/file");
        write(file.create());
        assertThatThrownBy(file::create)
                .isInstanceOf(AlreadyExistsException.class)
                .hasMessageContaining(folder + "/file");
        file.createOrOverwrite().close();
        assertThat(folder.resolve("file")).isEmptyFile();
    }

    @Test
    void aLocationElsewhereIsRefused() {
        assertThatThrownBy(() -> io.newOutputFile("s3://bucket/file").create())
                .hasMessage(
                        "s3://bucket/file is not on this machine: set iceberg.catalog.io-impl to an implementation for s3");
    }

    private static void write(PositionOutputStream out) throws IOException {
        try (out) {
            out.write(TEXT[0]);
            out.write(TEXT, 1, TEXT.length - 1);
            assertThat(out.getPos()).isEqualTo(TEXT.length);
        }
    }
}
