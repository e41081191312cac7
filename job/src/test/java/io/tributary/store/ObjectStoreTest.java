package io.tributary.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A folder, and the AWS SDK's client against a server that knows as much of S3 as is asked for, do the same. */
class ObjectStoreTest {

    private static final List<String> CREDENTIALS = List.of("aws.accessKeyId", "aws.secretAccessKey");

    @TempDir
    Path folder;

    private ObjectServer server;

    @BeforeEach
    void start() throws IOException {
        CREDENTIALS.forEach(name -> System.setProperty(name, "test"));
        server = new ObjectServer();
    }

    @AfterEach
    void stop() {
        server.close();
        CREDENTIALS.forEach(System::clearProperty);
    }

    private StoreLocation location(boolean isS3) {
        return StoreLocation.of(
                isS3 ? "s3://bucket/some/prefix/" : folder.resolve("some/prefix") + "/",
                "us-east-1",
                server.endpoint());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void filesArePutFoundAndOpened(boolean isS3) throws IOException {
        StoreLocation location = location(isS3);
        try (ObjectStore store = location.open()) {
            assertThat(store.find("a.json", 1000)).isNull();
            store.put("a.json", "one".getBytes(UTF_8));
            store.put("a.json", "two".getBytes(UTF_8));
            assertThat(new String(store.find("a.json", 1000), UTF_8)).isEqualTo("two");
            try (InputStream in = store.open("a.json")) {
                assertThat(in.readAllBytes()).asString(UTF_8).isEqualTo("two");
            }
            assertThatThrownBy(() -> store.open("b.json"))
                    .isInstanceOf(NoSuchFileException.class)
                    .hasMessage(location + "/b.json");
            assertThatThrownBy(() -> store.find("a.json", 2)).isInstanceOf(TooLongException.class);
            assertThat(store.name("a.json")).isEqualTo(location + "/a.json");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void filesAndFoldersAreListedInTheirOrderAndDeleted(boolean isS3) throws IOException {
        try (ObjectStore store = location(isS3).open()) {
            assertThat(store.files("loads/")).isEmpty();
            assertThat(store.folders("loads/")).isEmpty();
            for (String name : List.of("5", "1", "3", "2", "4")) {
                store.put("loads/" + name, new byte[] {1});
                store.put("loads/folder" + name + "/" + name, new byte[] {1});
            }
            assertThat(store.files("loads/")).containsExactly("1", "2", "3", "4", "5");
            assertThat(store.folders("loads/")).containsExactly("folder1", "folder2", "folder3", "folder4", "folder5");
            store.delete(List.of("loads/2", "loads/none", "loads/folder3/3"));
            store.delete(List.of());
            assertThat(store.files("loads/")).containsExactly("1", "3", "4", "5");
            assertThat(store.files("loads/folder3/")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3://", "gs://bucket/prefix", "relative/path", ""})
    void whatIsNoLocationIsRefused(String location) {
        assertThatThrownBy(() -> StoreLocation.of(location, null, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'" + location + "' is not a location: write s3://bucket/prefix or an absolute path");
    }
}
