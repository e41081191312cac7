package io.tributary.sink.iceberg;

import static io.tributary.sink.iceberg.Fixture.NARROW;
import static io.tributary.sink.iceberg.Fixture.WIDE;
import static io.tributary.sink.iceberg.Fixture.after;
import static io.tributary.sink.iceberg.Fixture.before;
import static io.tributary.sink.iceberg.Fixture.insert;
import static io.tributary.sink.iceberg.Fixture.read;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.iceberg.aws.s3.S3FileIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tables whose files are objects, in a catalog behind HTTP: made, written, altered, deleted from, and resumed after a failure. */
@Tag("slow")
class S3WarehouseTest {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(Deletes.class)
    void tablesAreWrittenAlteredAndResumed(Deletes deletes) throws Exception {
        try (S3Server s3 = S3Server.start(directory);
                RestCatalogServer catalog = RestCatalogServer.start("s3://" + S3Server.BUCKET + "/warehouse")) {
            IcebergSettings settings = settings(s3, catalog, deletes);
            OperatorSubtaskState state;
            try (SinkHarness job = SinkHarness.start(settings)) {
                job.process(insert(NARROW, 1L, "a"), insert(NARROW, 2L, "b"), insert(NARROW, 3L, "c"));
                job.checkpoint();
                job.process(before(NARROW, 1L, "a"), after(WIDE, 1L, "d", 5));
                state = job.snapshot();
                // The job dies after the checkpoint was complete and before it is committed.
                job.abandon();
            }
            assertThat(read(settings, "people")).hasSize(3);
            try (SinkHarness job = SinkHarness.restore(settings, 2, state)) {
                job.process(before(WIDE, 2L, "b"), after(WIDE, 2L, "e", 6), insert(WIDE, 4L, "f", 7));
                job.checkpoint();
            }
            assertThat(read(settings, "people"))
                    .containsExactly(
                            "{age=5, id=1, name=d}",
                            "{age=6, id=2, name=e}",
                            "{age=7, id=4, name=f}",
                            "{age=null, id=3, name=c}");
            assertThat(Reader.spark(settings).schema(settings, "people").findField("age"))
                    .isNotNull();
        }
    }

    private static IcebergSettings settings(S3Server s3, RestCatalogServer catalog, Deletes deletes) {
        Configuration configuration = new Configuration();
        configuration.setString("iceberg.namespace", "shop");
        configuration.setString("iceberg.deletes", deletes.toString());
        configuration.setString("iceberg.catalog.type", "rest");
        configuration.setString("iceberg.catalog.uri", catalog.uri());
        configuration.setString("iceberg.catalog.io-impl", S3FileIO.class.getName());
        configuration.setString("iceberg.catalog.client.region", "us-east-1");
        configuration.setString("iceberg.catalog.s3.endpoint", s3.address());
        configuration.setString("iceberg.catalog.s3.path-style-access", "true");
        configuration.setString("iceberg.catalog.s3.access-key-id", "env:USER_NAME");
        configuration.setString("iceberg.catalog.s3.secret-access-key", "env:PASSWORD");
        return Fixture.settings(configuration);
    }
}
