package io.tributary.sink.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.load.LoadManifest;
import io.tributary.load.LoadSettings;
import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import io.tributary.store.LocalStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.mocks.MockCommitRequest;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.metrics.groups.InternalSinkWriterMetricGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in a complete checkpoint is told of in a manifest, once and under one name, and nothing else is. */
final class FilesSinkTest {

    @TempDir
    private Path folder;

    private LocalStore store() {
        return new LocalStore(folder);
    }

    private FilesWriter writer(long size) {
        return new FilesWriter(
                store(),
                size,
                InternalSinkWriterMetricGroup.wrap(UnregisteredMetricsGroup.createOperatorMetricGroup()));
    }

    private static void write(FilesWriter writer, int from, int to) throws Exception {
        for (int i = from; i < to; i++) {
            writer.write(("{\"n\":" + i + "}").getBytes(UTF_8), null);
        }
    }

    private static Completed checkpoint(FilesWriter writer) throws Exception {
        writer.flush(false);
        Collection<Completed> completed = writer.prepareCommit();
        return completed.isEmpty() ? null : completed.iterator().next();
    }

    private void commit(Completed... completed) {
        List<Committer.CommitRequest<Completed>> requests = new ArrayList<>();
        for (Completed one : completed) {
            requests.add(new MockCommitRequest<>(one));
        }
        try (FilesSink.ManifestCommitter committer = new FilesSink.ManifestCommitter(store(), folder.toString())) {
            committer.commit(requests);
        }
    }

    /** Of all manifests that are there. */
    private List<String> told() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String name : store().files(LoadSettings.MANIFESTS)) {
            byte[] json = store().find(LoadSettings.MANIFESTS + name, 1 << 20);
            for (Map.Entry<String, Long> file :
                    LoadManifest.parse(json, folder.toString()).files().entrySet()) {
                byte[] content = store().find(file.getKey(), 1 << 20);
                assertThat(content).hasSize(file.getValue().intValue());
                lines.addAll(new String(new GZIPInputStream(new ByteArrayInputStream(content)).readAllBytes(), UTF_8)
                        .lines()
                        .toList());
            }
        }
        return lines;
    }

    private static List<String> lines(int from, int to) {
        List<String> lines = new ArrayList<>();
        for (int i = from; i < to; i++) {
            lines.add("{\"n\":" + i + "}");
        }
        return lines;
    }

    @Test
    void whatWasWrittenUpToACheckpointIsToldWhenItIsComplete() throws Exception {
        FilesWriter writer = writer(1L << 20);
        assertThat(checkpoint(writer)).as("nothing was written").isNull();
        write(writer, 0, 10);
        Completed first = checkpoint(writer);
        write(writer, 10, 12);
        assertThat(told()).isEmpty();
        commit(first);
        assertThat(told()).isEqualTo(lines(0, 10));
        commit(checkpoint(writer));
        assertThat(told()).containsExactlyInAnyOrderElementsOf(lines(0, 12));
        writer.close();
    }

    @Test
    void aFileThatIsLargeEnoughIsFollowedByAnother() throws Exception {
        FilesWriter writer = writer(1);
        write(writer, 0, 5);
        Completed completed = checkpoint(writer);
        assertThat(completed.manifest().files()).hasSize(5);
        commit(completed);
        assertThat(told()).isEqualTo(lines(0, 5));
        writer.close();
    }

    @Test
    void whatIsCommittedOnceMoreHasTheSameNameAlsoOfAnEarlierAttempt() throws Exception {
        FilesWriter writer = writer(1L << 20);
        write(writer, 0, 3);
        Completed completed = checkpoint(writer);
        writer.close();
        CompletedSerializer serializer = new CompletedSerializer();
        commit(completed);
        List<String> names = store().files(LoadSettings.MANIFESTS);
        commit(serializer.deserialize(serializer.getVersion(), serializer.serialize(completed)));
        assertThat(store().files(LoadSettings.MANIFESTS)).isEqualTo(names);
        assertThat(told()).isEqualTo(lines(0, 3));
        assertThatThrownBy(() -> serializer.deserialize(2, new byte[0])).hasMessageContaining("by a newer job");
    }

    @Test
    void whatAnAttemptWroteThatFailedIsToldByNobody() throws Exception {
        FilesWriter failed = writer(1);
        write(failed, 0, 3);
        failed.flush(false);
        failed.close();
        FilesWriter next = writer(1L << 20);
        write(next, 0, 4);
        commit(checkpoint(next));
        assertThat(told()).isEqualTo(lines(0, 4));
        next.close();
    }

    @Test
    void aStoreThatTakesNothingFailsTheCheckpointAndTheCommit() throws Exception {
        Files.writeString(folder.resolve("records"), "no folder");
        FilesWriter writer = writer(1);
        writer.write("{}".getBytes(UTF_8), null);
        assertThatThrownBy(() -> writer.flush(false))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("A file for the warehouse cannot be written: ");
        writer.close();
        Files.writeString(folder.resolve("manifests"), "no folder");
        assertThatThrownBy(() -> commit(new Completed("a.json", new LoadManifest(Map.of("records/a", 1L)))))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("What a checkpoint has for the warehouse cannot be told to it: ");
    }

    @Test
    void settingsSayWhatIsMissing() {
        Configuration settings = new Configuration();
        settings.setString("redshift.load", "auto");
        Problems problems = new Problems();
        LoadSettings.from(Given.of(settings, new Secrets(name -> null, name -> null), problems));
        settings.setString("redshift.load", "stream");
        settings.setString("tables.orders.redshift.load", "files");
        LoadSettings.from(Given.of(settings, new Secrets(name -> null, name -> null), problems));
        settings.setString("redshift.files.location", "gs://bucket");
        settings.setString("redshift.files.size", "1 kb");
        LoadSettings.from(Given.of(settings, new Secrets(name -> null, name -> null), problems));
        assertThat(problems.sentences())
                .containsExactly(
                        "redshift.files.location is missing: redshift.load is auto, so say where the files are to be, as in"
                                + " s3://bucket/prefix",
                        "redshift.files.location is missing: tables.orders.redshift.load is files, so say where the files"
                                + " are to be, as in s3://bucket/prefix",
                        "redshift.files.location: 'gs://bucket' is not a location: write s3://bucket/prefix or an absolute"
                                + " path",
                        "redshift.files.size is 1 kb: write 1 mb to 1 gb");
    }
}
