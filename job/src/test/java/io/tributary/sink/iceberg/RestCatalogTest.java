package io.tributary.sink.iceberg;

import static io.tributary.sink.iceberg.Fixture.CONFLICTING;
import static io.tributary.sink.iceberg.Fixture.NARROW;
import static io.tributary.sink.iceberg.Fixture.WIDE;
import static io.tributary.sink.iceberg.Fixture.after;
import static io.tributary.sink.iceberg.Fixture.before;
import static io.tributary.sink.iceberg.Fixture.insert;
import static io.tributary.sink.iceberg.Fixture.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.ChangelogRow;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables in a catalog behind HTTP: all of one checkpoint are committed in one transaction, where it takes such. */
class RestCatalogTest {

    /** The same columns as those of people. */
    private static final Schema TOWNS = Schema.of("towns", NARROW.columns(), List.of("id"));

    private static final List<String> BOTH = List.of("people", "towns");

    @TempDir
    private Path directory;

    private RestCatalogServer server;
    private IcebergSettings settings;

    @BeforeEach
    void start() throws Exception {
        server = RestCatalogServer.start(directory.toUri().toString());
        settings = settings("equality");
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void allTablesOfACheckpointAreCommittedInOneTransaction() throws Exception {
        for (String deletes : List.of("equality", "positions", "vectors")) {
            IcebergSettings ofKind = settings(deletes);
            try (SinkHarness job = SinkHarness.start(ofKind)) {
                job.process(insert(NARROW, 1L, "a"), insert(NARROW, 2L, "b"), insert(TOWNS, 1L, "x"));
                job.checkpoint();
                job.process(before(NARROW, 1L, "a"), after(WIDE, 1L, "c", 5), insert(TOWNS, 2L, "y"));
                job.checkpoint();
                job.process(insert(NARROW, 3L, "d"));
                job.checkpoint();
            }
            assertThat(read(ofKind, "people"))
                    .as(deletes)
                    .containsExactly("{age=5, id=1, name=c}", "{age=null, id=2, name=b}", "{age=null, id=3, name=d}");
            assertThat(read(ofKind, "towns")).as(deletes).containsExactly("{id=1, name=x}", "{id=2, name=y}");
        }
        assertThat(server.made()).hasSize(6).containsOnly(BOTH);
    }

    @Test
    void aReaderWhoIsToldWhatIsPrintedFindsTheTables() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "a"));
            job.checkpoint();
        }
        assertThat(Reader.spark(settings).schema(settings, "people").findField("name"))
                .isNotNull();
        assertThat(Reader.flink(settings, "people")).containsExactly("id", "name");
    }

    @Test
    void aTableThatAStrangerChangesMeanwhileHoldsUpNoOther() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "a"), insert(TOWNS, 1L, "x"));
            job.checkpoint();
            server.beforeTheNext(() -> stranger("towns").newAppend().commit());
            job.process(insert(NARROW, 2L, "b"), insert(TOWNS, 2L, "y"));
            job.checkpoint();
        }
        assertThat(server.made()).containsExactly(BOTH);
        assertThat(read(settings, "people")).containsExactly("{id=1, name=a}", "{id=2, name=b}");
        assertThat(read(settings, "towns")).containsExactly("{id=1, name=x}", "{id=2, name=y}");
    }

    @Test
    void aTransactionWhoseAnswerIsLostIsNotMadeTwice() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings)) {
            server.meet(RestCatalogServer.Transactions.UNANSWERED);
            job.process(insert(NARROW, 1L, "a"), insert(TOWNS, 1L, "x"));
            job.checkpoint();
            job.pass(Duration.ofMinutes(1));
            job.process(insert(NARROW, 2L, "b"), insert(TOWNS, 2L, "y"));
            job.checkpoint();
        }
        assertThat(server.made()).containsExactly(BOTH, BOTH);
        assertThat(read(settings, "people")).containsExactly("{id=1, name=a}", "{id=2, name=b}");
        assertThat(read(settings, "towns")).containsExactly("{id=1, name=x}", "{id=2, name=y}");
    }

    @Test
    void aCatalogWithoutTransactionsAndOneThatIsNotToBeAskedGetACommitForEachTable() throws Exception {
        server.meet(RestCatalogServer.Transactions.UNKNOWN);
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "a"), insert(TOWNS, 1L, "x"));
            job.checkpoint();
            server.meet(RestCatalogServer.Transactions.TAKEN);
            job.process(insert(NARROW, 2L, "b"), insert(TOWNS, 2L, "y"));
            job.checkpoint();
        }
        try (SinkHarness job = SinkHarness.start(settings("equality", "iceberg.commit-together", "false"))) {
            job.process(insert(NARROW, 3L, "c"), insert(TOWNS, 3L, "z"));
            job.checkpoint();
        }
        assertThat(server.made()).isEmpty();
        assertThat(read(settings, "people")).hasSize(3);
        assertThat(read(settings, "towns")).hasSize(3);
    }

    @Test
    void whatWasCommittedBeforeAFailureIsNotCommittedAgain() throws Exception {
        OperatorSubtaskState state;
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "a"), insert(TOWNS, 1L, "x"));
            state = job.checkpoint();
            job.abandon();
        }
        try (SinkHarness job = SinkHarness.restore(settings, 1, state)) {
            job.process(insert(NARROW, 2L, "b"), insert(TOWNS, 2L, "y"));
            job.checkpoint();
        }
        assertThat(server.made()).containsExactly(BOTH, BOTH);
        assertThat(read(settings, "people")).containsExactly("{id=1, name=a}", "{id=2, name=b}");
        assertThat(read(settings, "towns")).containsExactly("{id=1, name=x}", "{id=2, name=y}");
    }

    @Test
    void aTableThatIsMadeAnewIsCommittedBesideTheOthers() throws Exception {
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "a"), insert(TOWNS, 1L, "x"));
            job.checkpoint();
            job.process(
                    ChangelogRow.replacement(CONFLICTING, Position.of(1_000, 0), 0),
                    insert(CONFLICTING, 7L, 8),
                    insert(TOWNS, 2L, "y"));
            job.checkpoint();
        }
        assertThat(server.made()).containsExactly(BOTH, List.of("towns"));
        assertThat(read(settings, "people")).containsExactly("{id=7, name=8}");
        assertThat(read(settings, "towns")).containsExactly("{id=1, name=x}", "{id=2, name=y}");
    }

    private Table stranger(String table) {
        return server.catalog().loadTable(TableIdentifier.of("lake", table));
    }

    private IcebergSettings settings(String deletes, String... more) {
        Configuration configuration = new Configuration();
        configuration.setString("iceberg.catalog.type", "rest");
        configuration.setString("iceberg.catalog.uri", server.uri());
        configuration.setString("iceberg.catalog.io-impl", LocalFileIO.class.getName());
        configuration.setString("iceberg.namespace", deletes.equals("equality") ? "lake" : deletes);
        configuration.setString("iceberg.deletes", deletes);
        for (int i = 0; i < more.length; i += 2) {
            configuration.setString(more[i], more[i + 1]);
        }
        return Fixture.settings(configuration);
    }
}
