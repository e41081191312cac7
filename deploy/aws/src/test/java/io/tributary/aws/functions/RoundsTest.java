package io.tributary.aws.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What runs in functions, in this process. */
class RoundsTest {

    @TempDir
    Path folder;

    @Test
    void aMergeThatDoesNotReachTheWarehouseFailsWithASentence() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            int port = free.getLocalPort();
            free.close();

            assertThatThrownBy(() -> new MergeRound().handleRequest(warehouse(port), null))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("Cannot connect to jdbc:redshift://localhost:" + port + "/dev as merger");
        }
    }

    @Test
    void aMergeWithoutAWarehouseSaysSo() {
        assertThatThrownBy(() -> new MergeRound().handleRequest(Map.of(), null))
                .hasMessage("redshift.url is missing: merges need it");
    }

    private Map<String, String> warehouse(int port) throws IOException {
        Path password = Files.writeString(folder.resolve("password"), "secret");
        return Map.of(
                "redshift.url", "jdbc:redshift://localhost:" + port + "/dev",
                "redshift.username", "merger",
                "redshift.password", "file:" + password,
                "redshift.iam-role", "default",
                "redshift.stream", "records");
    }

    @Test
    void anExportThatTakesLongerThanTheFunctionMayRunGoesOnLater() throws IOException {
        System.setProperty("aws.accessKeyId", "none");
        System.setProperty("aws.secretAccessKey", "none");
        // It takes connections and never answers.
        try (ServerSocket silent = new ServerSocket(0)) {
            Map<String, Object> answer =
                    new ExportRound().handleRequest(exports(silent.getLocalPort()), Launcher.remaining(60_500));

            assertThat(answer).isEqualTo(Map.of("complete", false));
        } finally {
            System.clearProperty("aws.accessKeyId");
            System.clearProperty("aws.secretAccessKey");
        }
    }

    @Test
    void anExportThatCannotBeMadeFailsWithASentence() {
        Map<String, String> none = exports(1);
        none.remove("dynamodb.exports.location");

        assertThatThrownBy(() -> new ExportRound().handleRequest(none, Launcher.remaining(900_000)))
                .hasMessageContaining("dynamodb.exports.location is missing");
    }

    private Map<String, String> exports(int port) {
        Map<String, String> settings =
                new HashMap<>(Map.of("iceberg.catalog.type", "glue", "iceberg.catalog.warehouse", "s3://bucket/lake"));
        settings.putAll(Map.of(
                "dynamodb.tables", "carts",
                "dynamodb.stream", "changes",
                "dynamodb.kinesis-client.aws.region", "us-east-1",
                "dynamodb.client.aws.region", "us-east-1",
                "dynamodb.client.aws.endpoint", "http://localhost:" + port,
                "dynamodb.client.aws.credentials.provider", "BASIC",
                "dynamodb.client.aws.credentials.provider.basic.accesskeyid", "none",
                "dynamodb.client.aws.credentials.provider.basic.secretkey", "file:" + secret(),
                "dynamodb.exports.location", "s3://bucket/exports",
                "dynamodb.exports.s3-endpoint", "http://localhost:" + port));
        return settings;
    }

    private Path secret() {
        try {
            return Files.writeString(folder.resolve("secret"), "none");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
