package io.tributary.capture.dynamodb.export.find;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.capture.AllocatedBytes;
import io.tributary.capture.dynamodb.TableIdentity;
import io.tributary.capture.dynamodb.export.ExportLocation;
import io.tributary.capture.dynamodb.export.ExportWriter;
import io.tributary.store.LocalStore;
import io.tributary.store.OutsideException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manifests are those of DynamoDB's documentation. */
class ManifestTest {

    private static final String FULL = """
            {
               "version": "2020-06-30",
               "exportArn": "arn:aws:dynamodb:us-east-1:123456789012:table/ProductCatalog/export/01604474914028-2d8752fd",
               "startTime": "2020-11-04T07:28:34.028Z",
               "endTime": "2020-11-04T07:33:43.897Z",
               "tableArn": "arn:aws:dynamodb:us-east-1:123456789012:table/ProductCatalog",
               "tableId": "12345a12-abcd-123a-ab12-1234abc12345",
               "exportTime": "2020-11-04T07:28:34.028Z",
               "s3Bucket": "ddb-productcatalog-export",
               "s3Prefix": "2020-Nov",
               "s3SseAlgorithm": "AES256",
               "s3SseKmsKeyId": null,
               "manifestFilesS3Key": "2020-Nov/AWSDynamoDB/01604474914028-2d8752fd/manifest-files.json",
               "billedSizeBytes": 0,
               "itemCount": 8,
               "outputFormat": "DYNAMODB_JSON"
            }
            """;

    private static final String FULL_FILES = """
            {"itemCount":5,"md5Checksum":"sQMSpEILNgoQmarvDFonGQ==","etag":"af83d6f217c19b8b0fff8023d8ca4716-1","dataFileS3Key":"2020-Nov/AWSDynamoDB/01604474914028-2d8752fd/data/asdl123dasas.json.gz"}
            {"itemCount":3,"md5Checksum":"3K1dCZy/GPnbDHz0c1iVQA==","etag":"bf83d6f217c19b8b0fff8023d8ca4716-1","dataFileS3Key":"2020-Nov/AWSDynamoDB/01604474914028-2d8752fd/data/bsdl123dasas.json.gz"}
            """;

    private static final String INCREMENTAL = """
            {
               "version": "2023-08-01",
               "exportArn": "arn:aws:dynamodb:us-east-1:599882009758:table/export-test/export/01695097218000-d6299cbd",
               "startTime": "2023-09-19T04:20:18.000Z",
               "endTime": "2023-09-19T04:40:24.780Z",
               "tableArn": "arn:aws:dynamodb:us-east-1:599882009758:table/export-test",
               "tableId": "b116b490-6460-4d4a-9a6b-5d360abf4fb3",
               "exportFromTime": "2023-09-18T17:00:00.000Z",
               "exportToTime": "2023-09-19T04:00:00.000Z",
               "s3Bucket": "jason-exports",
               "s3Prefix": null,
               "s3SseAlgorithm": "AES256",
               "s3SseKmsKeyId": null,
               "manifestFilesS3Key": "AWSDynamoDB/01695097218000-d6299cbd/manifest-files.json",
               "billedSizeBytes": 20901239349,
               "itemCount": 2,
               "outputFormat": "DYNAMODB_JSON",
               "outputView": "NEW_AND_OLD_IMAGES",
               "exportType": "INCREMENTAL_EXPORT"
            }
            """;

    /** The documentation prints an entry over several lines. */
    private static final String INCREMENTAL_FILES = """
            {
            "itemCount": 2,
            "md5Checksum": "sQMSpEILNgoQmarvDFonGQ==",
            "etag": "af83d6f217c19b8b0fff8023d8ca4716-1",
            "dataFileS3Key": "AWSDynamoDB/data/sgad6417s6vss4p7owp0471bcq.json.gz"
            }
            """;

    @TempDir
    Path folder;

    /** Checkpoints keep it. */
    @Test
    void anIdIsNoLongerThanDynamoDbs() throws IOException {
        String without = FULL.replaceFirst("\"tableId\".*", "");
        assertThat(read("01604474914028-2d8752fd", without, FULL_FILES).identity())
                .isEqualTo(TableIdentity.UNKNOWN);

        String tooLong = FULL.replace("12345a12-abcd", "1".repeat(3000));
        assertThatThrownBy(() -> read("01604474914028-2d8752fd", tooLong, FULL_FILES))
                .isInstanceOf(UnusableException.class)
                .hasMessageContaining("tableArn and tableId are longer than any of DynamoDB");
    }

    @Test
    void aFullExportIsTheTableAtATime() throws IOException {
        Export export = read("01604474914028-2d8752fd", FULL, FULL_FILES);

        assertThat(export.table()).isEqualTo("ProductCatalog");
        assertThat(export.identity())
                .isEqualTo(TableIdentity.of(
                        "arn:aws:dynamodb:us-east-1:123456789012:table/ProductCatalog",
                        "12345a12-abcd-123a-ab12-1234abc12345"));
        assertThat(export.window())
                .isEqualTo(Window.full(Instant.parse("2020-11-04T07:28:34.028Z").toEpochMilli()));
        assertThat(export.files())
                .extracting(DataFile::path, DataFile::items, DataFile::md5)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                "AWSDynamoDB/01604474914028-2d8752fd/data/asdl123dasas.json.gz",
                                5L,
                                "sQMSpEILNgoQmarvDFonGQ=="),
                        org.assertj.core.groups.Tuple.tuple(
                                "AWSDynamoDB/01604474914028-2d8752fd/data/bsdl123dasas.json.gz",
                                3L,
                                "3K1dCZy/GPnbDHz0c1iVQA=="));
    }

    @Test
    void anIncrementalExportIsASpanOfTime() throws IOException {
        Export export = read("01695097218000-d6299cbd", INCREMENTAL, INCREMENTAL_FILES);

        assertThat(export.window())
                .isEqualTo(Window.incremental(
                        Instant.parse("2023-09-18T17:00:00Z").toEpochMilli(),
                        Instant.parse("2023-09-19T04:00:00Z").toEpochMilli()));
        assertThat(export.files())
                .extracting(DataFile::path)
                .containsExactly("AWSDynamoDB/data/sgad6417s6vss4p7owp0471bcq.json.gz");
    }

    @Test
    void aSpanThatEndsBeforeItBeginsIsRefused() {
        String turned = INCREMENTAL.replace("\"exportToTime\": \"2023-09-19", "\"exportToTime\": \"2023-09-17");

        assertThatThrownBy(() -> read("01695097218000-d6299cbd", turned, INCREMENTAL_FILES))
                .isInstanceOf(UnusableException.class)
                .hasMessageContaining("no span of time: 2023-09-18T17:00:00Z to 2023-09-17T04:00:00Z");
        assertThatThrownBy(() -> read(
                        "01604474914028-2d8752fd",
                        FULL.replace("2020-11-04T07:28:34.028Z", "+1000000000-12-31T00:00:00Z"),
                        FULL_FILES))
                .isInstanceOf(UnusableException.class)
                .hasMessageContaining("is not a time");
    }

    @Test
    void whatIsSaidOfAManifestIsShort() {
        String entry = "{\"dataFileS3Key\":\"" + "k".repeat(100_000) + "\",\"itemCount\":8,\"md5Checksum\":\"\"}";

        assertThatThrownBy(() -> read("01604474914028-2d8752fd", FULL, entry))
                .isInstanceOfSatisfying(
                        UnusableException.class,
                        e -> assertThat(e.sentence()).contains("kkk...").hasSizeLessThan(1000));
    }

    @Test
    void anExportThatCannotBeReadHidesNoOther() throws IOException {
        String broken = "0000-unreadable";
        Files.createDirectories(folder.resolve(Manifest.summaryOf(broken)));
        String skipped = "0001-skipped";
        Files.createDirectories(folder.resolve(Manifest.summaryOf(skipped)));
        String whole = ExportWriter.of(folder.toString(), "Orders").full(Instant.parse("2030-01-01T00:00:00Z"));

        try (Discovery discovery =
                new Discovery(Set.of(ExportLocation.of(folder.toString(), null, null)), skipped::equals)) {
            Discovery.Sight sight = discovery.look();

            assertThat(sight.ids()).containsExactlyInAnyOrder(broken, skipped, whole);
            assertThat(sight.findings()).extracting(Finding::id).containsExactly(broken, whole);
            assertThat(sight.findings().get(0).problem())
                    .isNotNull()
                    .hasMessageContaining(broken + " cannot be read")
                    .hasMessageContaining("dynamodb.exports.skip");
            assertThat(sight.findings().get(1).export()).isNotNull();
        }
    }

    @Test
    void ionIsRefusedForGood() {
        assertThatThrownBy(() -> read("e", FULL.replace("DYNAMODB_JSON", "ION"), FULL_FILES))
                .isInstanceOfSatisfying(
                        UnusableException.class, e -> assertThat(e.isFinal()).isTrue())
                .hasMessageContaining("is in the format ION: export the table again with DYNAMODB_JSON");
    }

    @Test
    void whatTheManifestLacksIsNamed() {
        assertThatThrownBy(() -> read("e", FULL.replace("\"itemCount\": 8", "\"itemCount\": 9"), FULL_FILES))
                .hasMessageContaining("says that the export has 9 items, and its list of files has 8");
        assertThatThrownBy(() -> read("e", FULL.replace("exportTime", "time"), FULL_FILES))
                .hasMessageContaining("manifest-summary.json has no exportTime");
        assertThatThrownBy(() -> read("e", FULL, FULL_FILES.replace("md5Checksum", "md5")))
                .hasMessageContaining("an entry needs dataFileS3Key, itemCount and md5Checksum");
        assertThatThrownBy(() -> read("e", FULL, FULL_FILES.substring(0, 300)))
                .hasMessageContaining("manifest-files.json is not JSON, entry 2");
        assertThatThrownBy(() -> read("e", FULL.substring(0, 100), FULL_FILES)).hasMessageContaining("is not JSON");
        assertThatThrownBy(() -> read("e", INCREMENTAL, FULL_FILES))
                .isInstanceOf(UnusableException.class)
                .hasMessageContaining("01695097218000-d6299cbd/manifest-files.json is missing");
    }

    @Test
    void nothingOutsideOfTheLocationIsRead() throws IOException {
        String data = "2020-Nov/AWSDynamoDB/01604474914028-2d8752fd/data/asdl123dasas.json.gz";
        for (String key : java.util.List.of(
                "/dev/zero",
                "secret",
                "AWSDynamoDB/../../secret",
                "AWSDynamoDB//etc/passwd",
                "x/AWSDynamoDB/",
                "../AWSDynamoDB/./a")) {
            assertThatThrownBy(() -> read("e", FULL, FULL_FILES.replace(data, key)))
                    .isInstanceOf(UnusableException.class)
                    .hasMessageContaining("manifest-files.json, line 1: dataFileS3Key is '" + key + "'");
            String list = "2020-Nov/AWSDynamoDB/01604474914028-2d8752fd/manifest-files.json";
            assertThatThrownBy(() -> read("e", FULL.replace(list, key), FULL_FILES))
                    .isInstanceOf(UnusableException.class)
                    .hasMessageContaining("manifest-summary.json, line 1: manifestFilesS3Key is '" + key + "'");
        }
    }

    @Test
    void aLinkOutOfTheLocationIsNotFollowed(@TempDir Path elsewhere) throws IOException {
        Path secret = Files.writeString(elsewhere.resolve("secret"), "secret");
        Path exports = Files.createDirectories(folder.resolve("AWSDynamoDB/x/data"));
        Files.createSymbolicLink(exports.resolve("file"), secret);
        Files.createSymbolicLink(exports.resolve("device"), Path.of("/dev/zero"));
        Files.createSymbolicLink(exports.resolve("folder"), elsewhere);
        Path within = Files.writeString(folder.resolve("AWSDynamoDB/x/within"), "within");
        Files.createSymbolicLink(exports.resolve("within"), within);
        Path link = Files.createSymbolicLink(elsewhere.resolve("location"), folder);

        try (LocalStore store = new LocalStore(link)) {
            for (String name : java.util.List.of("file", "device", "folder/secret", ".")) {
                assertThatThrownBy(() -> store.open("AWSDynamoDB/x/data/" + name))
                        .isInstanceOf(OutsideException.class)
                        .hasMessageContaining("is not a file in " + link);
                assertThatThrownBy(() -> store.find("AWSDynamoDB/x/data/" + name, 10))
                        .isInstanceOf(OutsideException.class);
            }
            assertThat(store.find("AWSDynamoDB/x/data/within", 10))
                    .asString(UTF_8)
                    .isEqualTo("within");
        }
    }

    @Test
    void aManifestOfGigabytesIsNotRead() throws IOException {
        String id = "01604474914028-2d8752fd";
        Path summary = folder.resolve(Manifest.summaryOf(id));
        Files.createDirectories(summary.getParent());
        try (java.io.RandomAccessFile file = new java.io.RandomAccessFile(summary.toFile(), "rw")) {
            file.setLength(3L << 30);
        }
        LocalStore store = new LocalStore(folder);

        long allocated = AllocatedBytes.during(() -> assertThatThrownBy(() -> Manifest.summary(store, id))
                .isInstanceOf(UnusableException.class)
                .hasMessageContaining("manifest-summary.json has more than the 1048576 bytes"));
        assertThat(allocated).isLessThan(32 << 20);

        try (java.io.RandomAccessFile file = new java.io.RandomAccessFile(
                summary.resolveSibling("manifest-files.json").toFile(), "rw")) {
            file.setLength(3L << 30);
        }
        assertThatThrownBy(() -> Manifest.read(store, id, FULL.getBytes(UTF_8)))
                .isInstanceOf(UnusableException.class)
                .hasMessageContaining("manifest-files.json has more than the 16777216 bytes");
    }

    private Export read(String id, String summary, String files) throws IOException {
        String list = summary.contains("01604474914028") ? "01604474914028-2d8752fd" : "01695097218000-d6299cbd";
        Path listed = folder.resolve("AWSDynamoDB/" + list + "/manifest-files.json");
        if (!id.equals("e") || summary.contains("01604474914028")) {
            Files.createDirectories(listed.getParent());
            Files.writeString(listed, files);
        }
        return Manifest.read(new LocalStore(folder), id, summary.getBytes(UTF_8));
    }
}
