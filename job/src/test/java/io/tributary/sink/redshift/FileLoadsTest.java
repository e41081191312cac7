package io.tributary.sink.redshift;

import static io.tributary.sink.redshift.StandInWarehouse.row;
import static io.tributary.sink.redshift.StandInWarehouse.schema;
import static io.tributary.sink.redshift.StandInWarehouse.told;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.change.Schema;
import io.tributary.load.LoadManifest;
import io.tributary.load.LoadSettings;
import io.tributary.load.RecordFiles;
import io.tributary.store.LocalStore;
import io.tributary.store.ObjectServer;
import io.tributary.store.ObjectStore;
import io.tributary.store.StoreLocation;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that the job has completed are copied once, whatever ends when, and their records merged as those of the stream are. */
final class FileLoadsTest {

    private static final Schema ORDERS = schema("orders", "id", "id BIGINT NOT NULL", "n INT");
    private static final Schema PARTS = schema("parts", "id", "id BIGINT NOT NULL", "n INT");

    @TempDir
    private Path folder;

    private ObjectStore store;
    private StandInWarehouse warehouse;

    @BeforeEach
    void open() throws SQLException {
        store = new LocalStore(folder);
        warehouse = StandInWarehouse.open(options());
        warehouse.apply(ORDERS, PARTS);
    }

    @AfterEach
    void close() {
        warehouse.close();
    }

    private Map<String, String> options() {
        Map<String, String> options = new HashMap<>();
        options.put("redshift.load", "auto");
        options.put("redshift.files.location", folder.toString());
        return options;
    }

    /** As the job does at a checkpoint; gives the manifest's name. */
    private String write(String... records) throws Exception {
        return write(store, folder.toString(), 1L << 20, records);
    }

    private static String write(ObjectStore store, String location, long size, String... records) throws Exception {
        String name = RecordFiles.name(Instant.now()) + ".json";
        try (RecordFiles files = new RecordFiles(store, size)) {
            for (String record : records) {
                files.add(record.getBytes(UTF_8));
            }
            files.flush();
            store.put(LoadSettings.MANIFESTS + name, files.take().json(location));
        }
        return name;
    }

    private List<String> rows(String table) throws SQLException {
        return warehouse.query("SELECT id, n FROM " + warehouse.target(table) + " ORDER BY id");
    }

    private long landed(String table) throws SQLException {
        return Long.parseLong(warehouse
                .query("SELECT rows_landed FROM " + warehouse.names().control() + " WHERE table_name = '" + table + "'")
                .get(0));
    }

    /** Of everything that is loaded. */
    private String problem() throws SQLException {
        try (RedshiftRunner runner = warehouse.runner()) {
            runner.mergeOnce();
            MergeStatus landing = runner.landing();
            return landing == null ? null : landing.problem();
        }
    }

    private List<String> left() throws Exception {
        List<String> left = new ArrayList<>();
        for (String each : List.of(LoadSettings.RECORDS, LoadSettings.MANIFESTS, "copies/")) {
            store.files(each).forEach(name -> left.add(each + name));
        }
        return left;
    }

    @Test
    void theRecordsOfAllTablesAndManifestsAreMergedAndNothingIsLeftOfTheFiles() throws Exception {
        write(
                told(ORDERS, 1),
                told(PARTS, 1),
                row("orders", "r", 1, 1, "\"id\":1,\"n\":1"),
                row("parts", "r", 1, 1, "\"id\":7,\"n\":1"),
                row("orders", "r", 1, 1, "\"id\":2,\"n\":1"));
        write(row("orders", "u", 2, 1, "\"id\":1,\"n\":5"), row("orders", "d", 3, 1, "\"id\":2"));
        assertThat(problem()).isNull();
        assertThat(rows("orders")).containsExactly("1|5");
        assertThat(rows("parts")).containsExactly("7|1");
        assertThat(landed("orders")).isEqualTo(4);
        assertThat(left()).isEmpty();
        assertThat(problem()).as("a round without files").isNull();
        assertThat(landed("orders")).isEqualTo(4);
    }

    @Test
    void filesAndTheStreamMeetByVersionInWhateverOrderTheyCome() throws Exception {
        warehouse.land(told(ORDERS, 1));
        warehouse.land(row("orders", "u", 9, 1, "\"id\":1,\"n\":9"));
        warehouse.land(row("orders", "d", 9, 1, "\"id\":2"));
        warehouse.merge();
        write(
                told(ORDERS, 1),
                row("orders", "r", 5, 1, "\"id\":1,\"n\":5"),
                row("orders", "r", 5, 1, "\"id\":2,\"n\":5"),
                row("orders", "r", 5, 1, "\"id\":3,\"n\":5"));
        warehouse.merge();
        assertThat(rows("orders")).containsExactly("1|9", "3|5");
        warehouse.land(row("orders", "u", 10, 1, "\"id\":3,\"n\":10"));
        write(row("orders", "u", 11, 1, "\"id\":1,\"n\":11"));
        warehouse.merge();
        assertThat(rows("orders")).containsExactly("1|11", "3|10");
    }

    @Test
    void aRunnerThatEndedBeforeItDeletedLoadsNothingTwiceAndDeletesThen() throws Exception {
        String manifest = write(told(ORDERS, 1), row("orders", "c", 1, 1, "\"id\":1,\"n\":1"));
        Map<String, byte[]> objects = new HashMap<>();
        for (String path : left()) {
            objects.put(path, store.find(path, 1 << 20));
        }
        warehouse.merge();
        long landed = landed("orders");
        for (Map.Entry<String, byte[]> object : objects.entrySet()) {
            store.put(object.getKey(), object.getValue());
        }
        assertThat(problem()).isNull();
        assertThat(landed("orders")).isEqualTo(landed);
        assertThat(left()).isEmpty();

        // A job that is restored from before tells of it again; its files went long ago.
        store.put(LoadSettings.MANIFESTS + manifest, objects.get(LoadSettings.MANIFESTS + manifest));
        assertThat(problem()).isNull();
        assertThat(landed("orders")).isEqualTo(landed);
        assertThat(left()).isEmpty();
        assertThat(warehouse.query("SELECT table_name FROM " + warehouse.names().reloads()))
                .as("nothing is lost")
                .isEmpty();
    }

    @Test
    void whatCannotBeCopiedLoadsNothingOfItsManifestSaysSoAndStopsNoMerge() throws Exception {
        write(told(ORDERS, 1), row("orders", "c", 1, 1, "\"id\":1,\"n\":1"));
        String path = LoadSettings.RECORDS + store.files(LoadSettings.RECORDS).get(0);
        byte[] sound = store.find(path, 1 << 20);
        byte[] broken = sound.clone();
        broken[broken.length / 2] ^= 0x55;
        store.put(path, broken);
        warehouse.land(told(PARTS, 1));
        warehouse.land(row("parts", "c", 1, 1, "\"id\":1,\"n\":1"));
        assertThat(problem()).startsWith("Files cannot be loaded: ");
        assertThat(rows("orders")).isEmpty();
        assertThat(rows("parts")).containsExactly("1|1");
        assertThat(warehouse.query("SELECT * FROM " + warehouse.names().loads()))
                .isEmpty();
        store.put(path, sound);
        assertThat(problem()).isNull();
        assertThat(rows("orders")).containsExactly("1|1");
        assertThat(left()).isEmpty();
    }

    @Test
    void fileThatWentBeforeItWasCopiedMarksTheTablesAndTheOthersAreLoaded() throws Exception {
        write(told(ORDERS, 1), row("orders", "c", 1, 1, "\"id\":1,\"n\":1"));
        store.delete(
                List.of(LoadSettings.RECORDS + store.files(LoadSettings.RECORDS).get(0)));
        write(told(ORDERS, 1), row("orders", "c", 2, 1, "\"id\":2,\"n\":2"));
        MergeStatus status = warehouse.merge("orders");
        assertThat(status.problem())
                .contains("A file went before it was copied: " + folder + "/records/", "redshift reload");
        assertThat(rows("orders")).containsExactly("2|2");
        assertThat(left()).isEmpty();
    }

    @Test
    void aManifestOfSomebodyElseIsNamed() throws Exception {
        store.put(LoadSettings.MANIFESTS + "a.json", "{}".getBytes(UTF_8));
        assertThat(problem()).contains(folder + "/manifests/a.json is no manifest of files: it has no entries");
        store.put(
                LoadSettings.MANIFESTS + "a.json",
                new LoadManifest(Map.of("records/x", 1L)).json("s3://elsewhere/there"));
        assertThat(problem()).contains("its file s3://elsewhere/there/records/x is not in " + folder);
        store.put(LoadSettings.MANIFESTS + "a.json", "not json".getBytes(UTF_8));
        assertThat(problem()).contains("a.json is no manifest of files");
    }

    @Test
    void recordsOfUnknownTablesAndThoseThatAreNoneAreKeptWithTheReason() throws Exception {
        write(
                "{\"_table\":\"nobody\",\"_op\":\"c\",\"_schema\":1,\"_version\":\"" + "0".repeat(32) + "\"}",
                "{\"a\":1}");
        assertThat(problem()).isNull();
        assertThat(warehouse.query("SELECT table_name, reason, shard_id FROM "
                        + warehouse.names().rejected() + " ORDER BY table_name"))
                .containsExactly(
                        "nobody|" + Receive.UNKNOWN_TABLE + "|files",
                        "null|The record has no _table, no _op or no _schema that one of ours could have|files");
    }

    @Test
    void twoRunnersLoadEachFileOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            write(told(ORDERS, 1));
            for (int round = 0; round < 8; round++) {
                for (int i = 0; i < 3; i++) {
                    int id = round * 3 + i;
                    write(row("orders", "c", 1, 1, "\"id\":" + id + ",\"n\":" + id));
                }
                Callable<Object> merge = () -> {
                    try (RedshiftRunner runner = warehouse.runner(options(), null)) {
                        return runner.mergeOnce();
                    }
                };
                List<Future<Object>> both = threads.invokeAll(List.of(merge, merge));
                for (Future<Object> one : both) {
                    one.get();
                }
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(problem()).isNull();
        assertThat(rows("orders")).hasSize(24);
        assertThat(landed("orders")).isEqualTo(24);
        assertThat(left()).isEmpty();
        assertThat(warehouse.query("SELECT table_name FROM " + warehouse.names().reloads()))
                .isEmpty();
    }

    @Test
    void moreFilesThanOneCopyTakesAreTakenBySeveral() throws Exception {
        write(told(ORDERS, 1));
        for (int i = 0; i < 3; i++) {
            String[] records = new String[700];
            for (int j = 0; j < records.length; j++) {
                records[j] = row("orders", "c", 1, 1, "\"id\":" + (i * 700 + j) + ",\"n\":1");
            }
            // A file for each record.
            write(store, folder.toString(), 1, records);
        }
        assertThat(store.files(LoadSettings.RECORDS)).hasSizeGreaterThan(2_000);
        assertThat(problem()).isNull();
        assertThat(landed("orders")).isEqualTo(2_100);
        assertThat(warehouse.query("SELECT COUNT(DISTINCT load_number), COUNT(*) FROM "
                        + warehouse.names().loads()))
                .containsExactly("3|4");
    }

    @Test
    void whatIsLeftOfFailedAttemptsGoesWhenItIsOldAndWhatIsAwaitedStays() throws Exception {
        Instant old = Instant.now().minusSeconds(40 * 86_400L);
        String awaited = LoadSettings.RECORDS + RecordFiles.name(old) + ".json.gz";
        store.put(awaited, new byte[] {1});
        store.put(LoadSettings.RECORDS + RecordFiles.name(old) + ".json.gz", new byte[] {1});
        store.put("copies/" + RecordFiles.name(old) + ".json", new byte[] {1});
        String young = LoadSettings.RECORDS + RecordFiles.name(Instant.now()) + ".json.gz";
        store.put(young, new byte[] {1});
        String manifest = LoadSettings.MANIFESTS + "m.json";
        store.put(manifest, new LoadManifest(Map.of(awaited, 1L)).json(folder.toString()));
        warehouse.execute("INSERT INTO " + warehouse.names().loads()
                + " VALUES ('old', 1, GETDATE() - INTERVAL '31 days'), ('young', 2, GETDATE())");
        try (FileLoads loads = FileLoads.open(warehouse.settings())) {
            loads.clean(warehouse.connection());
        }
        assertThat(left()).containsExactlyInAnyOrder(awaited, young, manifest);
        assertThat(warehouse.query("SELECT manifest FROM " + warehouse.names().loads()))
                .containsExactly("young");
    }

    @Test
    void aWarehouseThatIsLoadedByFilesAloneHasNoStream() throws Exception {
        try (StandInWarehouse filed =
                StandInWarehouse.open(Map.of("redshift.load", "files", "redshift.files.location", folder.toString()))) {
            filed.apply(ORDERS);
            assertThat(filed.query(
                            "SELECT proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE nspname = '"
                                    + filed.names().schemaName() + "' AND proname LIKE '!_receive%' ESCAPE '!'"))
                    .containsExactly("_receive_files");
            write(told(ORDERS, 1), row("orders", "c", 1, 1, "\"id\":1,\"n\":1"));
            assertThat(filed.merge("orders").problem()).isNull();
            assertThat(filed.query("SELECT id, n FROM " + filed.target("orders")))
                    .containsExactly("1|1");
            // Records that were copied, and wait.
            filed.execute("UPDATE " + filed.names().control() + " SET paused = TRUE WHERE table_name = 'orders'");
            write(row("orders", "u", 2, 1, "\"id\":1,\"n\":2"));
            filed.merge();
            filed.execute("UPDATE " + filed.names().control() + " SET paused = FALSE WHERE table_name = 'orders'");
            filed.execute("CALL " + filed.names().round() + "()");
            assertThat(filed.query("SELECT id, n FROM " + filed.target("orders")))
                    .containsExactly("1|2");
        }
    }

    @Test
    void aWarehouseThatWasSetUpForTheStreamSaysThatItIsNotForFiles() throws Exception {
        try (StandInWarehouse streamed = StandInWarehouse.open()) {
            streamed.apply(ORDERS);
            try (RedshiftRunner runner = streamed.runner(options(), null)) {
                assertThatThrownBy(runner::mergeOnce).hasMessageContaining("is not set up: run redshift apply");
            }
        }
    }

    @Test
    void objectsOfABucketAreCopiedByTheStatementThatRedshiftIsGiven() throws Exception {
        for (String name : List.of("aws.accessKeyId", "aws.secretAccessKey")) {
            System.setProperty(name, "test");
        }
        try (ObjectServer server = new ObjectServer();
                StandInWarehouse filed = StandInWarehouse.open(Map.of(
                        "redshift.load", "files",
                        "redshift.iam-role", "arn:aws:iam::123456789012:role/copy",
                        "redshift.files.location", "s3://bucket/loads/",
                        "redshift.files.region", "eu-central-1",
                        "redshift.files.s3-endpoint", server.endpoint()))) {
            filed.apply(ORDERS);
            StoreLocation location = filed.settings().loads().location();
            try (ObjectStore bucket = location.open()) {
                write(bucket, location.toString(), 1, told(ORDERS, 1), row("orders", "c", 1, 1, "\"id\":1,\"n\":1"));
                assertThat(filed.merge("orders").problem()).isNull();
                assertThat(filed.query("SELECT id, n FROM " + filed.target("orders")))
                        .containsExactly("1|1");
                assertThat(bucket.files(LoadSettings.RECORDS)).isEmpty();
                assertThat(bucket.files(LoadSettings.MANIFESTS)).isEmpty();
            }
            assertThat(Copy.statement("s3://bucket/loads/copies/a.json", location, filed.settings()))
                    .isEqualTo("""
                            COPY tributary_files FROM 's3://bucket/loads/copies/a.json'
                            IAM_ROLE 'arn:aws:iam::123456789012:role/copy'
                            FORMAT JSON 'noshred' GZIP MANIFEST
                            REGION 'eu-central-1'""");
        } finally {
            for (String name : List.of("aws.accessKeyId", "aws.secretAccessKey")) {
                System.clearProperty(name);
            }
        }
    }

    private static Refill refill(long completeTo, String... rows) {
        return new Refill() {
            @Override
            public String completeTo() {
                return StandInWarehouse.version(completeTo);
            }

            @Override
            public void forEach(Consumer<byte[]> records) {
                for (String row : rows) {
                    if (row.isEmpty()) {
                        throw new IllegalStateException("The table cannot be read any further");
                    }
                    records.accept(row("orders", "r", completeTo, 1, row).getBytes(UTF_8));
                }
            }
        };
    }

    @Test
    void aTableIsFilledAgainByFilesOfItsRows() throws Exception {
        write(
                told(ORDERS, 1),
                row("orders", "c", 1, 1, "\"id\":1,\"n\":1"),
                row("orders", "c", 9, 1, "\"id\":2,\"n\":9"));
        warehouse.merge();
        Reload reload = new Reload(warehouse.settings(), warehouse.connection());
        assertThat(reload.load("orders", refill(5, "\"id\":3,\"n\":5", "\"id\":2,\"n\":5")))
                .isEqualTo(2);
        assertThat(rows("orders")).containsExactly("2|9", "3|5");
        assertThat(reload.load("orders", refill(6))).isZero();
        assertThat(rows("orders")).containsExactly("2|9");
        assertThat(left()).isEmpty();
    }

    @Test
    void aReloadByFilesThatBreaksOffLeavesTheTableAndNoFile() throws Exception {
        write(told(ORDERS, 1), row("orders", "c", 1, 1, "\"id\":1,\"n\":1"));
        warehouse.merge();
        Reload reload = new Reload(warehouse.settings(), warehouse.connection());
        assertThatThrownBy(() -> reload.load("orders", refill(5, "\"id\":3,\"n\":5", "")))
                .hasMessage("The table cannot be read any further");
        warehouse.execute("ALTER TABLE " + warehouse.target("orders") + " ADD CHECK (n < 5)");
        assertThatThrownBy(() -> reload.load("orders", refill(5, "\"id\":3,\"n\":5")))
                .hasMessageContaining("violates check constraint");
        assertThat(rows("orders")).containsExactly("1|1");
        assertThat(left()).isEmpty();
        assertThat(warehouse.connection().getAutoCommit()).isTrue();
    }

    @Test
    void theStandInsCopyFailsOnWhatItDoesNotKnow() throws Exception {
        StoreLocation location = StoreLocation.of(folder.toString(), null, null);
        String whole = Copy.statement(folder + "/copies/a.json", location, warehouse.settings());
        for (String other : List.of(
                whole + " MAXERROR 10",
                whole.replace(" GZIP", ""),
                whole.replace(" MANIFEST", ""),
                whole.replace("noshred", "auto"),
                whole.replace("FORMAT JSON 'noshred'", "CSV"),
                whole.replace(folder.toString(), "/elsewhere"))) {
            assertThatThrownBy(() -> StandInCopy.run(warehouse.connection(), other, store, location))
                    .as(other)
                    .isInstanceOf(SQLException.class);
        }
        assertThatThrownBy(() -> StandInCopy.run(warehouse.connection(), whole, store, location))
                .hasMessageContaining("copies/a.json does not exist");
    }
}
