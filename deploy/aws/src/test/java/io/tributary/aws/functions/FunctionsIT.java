package io.tributary.aws.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is sent to Lambda has all that the functions need, and is not too large. */
class FunctionsIT {

    private static final Path FUNCTIONS = Path.of(System.getProperty("functions"));

    /** What Lambda takes, unpacked. */
    private static final long LIMIT = 250L << 20;

    @TempDir
    Path folder;

    @Test
    void theyFitIntoLambda() throws IOException {
        try (Stream<Path> files = Files.walk(FUNCTIONS)) {
            assertThat(files.filter(Files::isRegularFile)
                            .mapToLong(file -> file.toFile().length())
                            .sum())
                    .isPositive()
                    .isLessThan(LIMIT);
        }
    }

    @Test
    void mergesGetAsFarAsTheWarehouse() throws Exception {
        Path password = Files.writeString(folder.resolve("password"), "secret");

        assertThat(run(
                        "merge",
                        Map.of(
                                "redshift.url", "jdbc:redshift://localhost:1/dev",
                                "redshift.username", "merger",
                                "redshift.password", "file:" + password,
                                "redshift.iam-role", "default",
                                "redshift.stream", "records",
                                "sql.pass-through", "customers;orders")))
                .contains("Cannot connect to jdbc:redshift://localhost:1/dev as merger")
                .doesNotContain("NoClassDefFoundError", "ClassNotFoundException");
    }

    @Test
    void exportsGetAsFarAsS3() throws Exception {
        assertThat(run(
                        "export",
                        Map.of(
                                "dynamodb.tables", "carts",
                                "dynamodb.stream", "changes",
                                "dynamodb.kinesis-client.aws.region", "us-east-1",
                                "dynamodb.client.aws.region", "us-east-1",
                                "dynamodb.exports.location", "s3://bucket/exports",
                                "dynamodb.exports.s3-endpoint", "http://localhost:1",
                                "iceberg.catalog.type", "glue",
                                "iceberg.catalog.warehouse", "s3://bucket/lake")))
                .contains("s3://bucket/exports/tributary-exports.json cannot be read")
                .doesNotContain("NoClassDefFoundError", "ClassNotFoundException");
    }

    private String run(String function, Map<String, String> settings) throws IOException, InterruptedException {
        Properties properties = new Properties();
        properties.putAll(settings);
        Path file = folder.resolve("settings.properties");
        try (var out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-Daws.accessKeyId=none",
                        "-Daws.secretAccessKey=none",
                        "-cp",
                        FUNCTIONS.resolve("lib") + "/*" + File.pathSeparator + launcher(),
                        Launcher.class.getName(),
                        function,
                        file.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }

    /** The launcher alone: nothing else of the tests may help. */
    private Path launcher() throws IOException {
        String name = Launcher.class.getName().replace('.', '/') + ".class";
        Path copy = folder.resolve("launcher").resolve(name);
        Files.createDirectories(copy.getParent());
        if (!Files.exists(copy)) {
            Files.copy(Path.of(System.getProperty("launcher")).resolve(name), copy);
        }
        return folder.resolve("launcher");
    }
}
