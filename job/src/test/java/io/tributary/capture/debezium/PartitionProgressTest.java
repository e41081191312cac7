package io.tributary.capture.debezium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.tributary.change.Position;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The positions of a partition's events grow as the log does, whatever comes again. */
class PartitionProgressTest {

    private final PartitionProgress progress = new PartitionProgress("s.t", 0);
    private long offset;

    @Test
    void changesOfPostgresHaveTheirLsn() throws Exception {
        Position first = at(Events.postgres(100, "false"), false);
        Position second = at(Events.postgres(200, "false"), false);

        assertThat(first).isEqualTo(Position.of(100, 100));
        assertThat(second.isAfter(first)).isTrue();
        assertThat(at(Events.postgres(100, "false"), false)).as("again").isEqualTo(first);
    }

    /** A transaction that was open while the snapshot was read has changes before it. */
    @Test
    void aChangeBehindASnapshotIsNewerWhateverItsLsn() throws Exception {
        Position read = at(Events.postgres(500, "true"), true);
        Position open = at(Events.postgres(480, "false"), false);
        Position openLater = at(Events.postgres(490, "false"), false);
        Position after = at(Events.postgres(510, "false"), false);

        assertThat(open.isAfter(read)).isTrue();
        assertThat(openLater.isAfter(open)).isTrue();
        assertThat(after.isAfter(openLater)).isTrue();
        assertThat(at(Events.postgres(480, "false"), false)).as("again").isEqualTo(open);
    }

    @Test
    void aSnapshotOfAnotherServerIsNewer() throws Exception {
        Position before = at(Events.postgres(500, "false"), false);
        Position read = at(Events.postgres(90, "first"), true);
        Position after = at(Events.postgres(95, "false"), false);

        assertThat(read.isAfter(before)).isTrue();
        assertThat(after.isAfter(read)).isTrue();
    }

    @Test
    void aSnapshotBesideTheStreamIsNoOtherServer() throws Exception {
        Position change = at(Events.postgres(500, "false"), false);

        assertThat(change.isAfter(at(Events.postgres(490, "incremental"), true)))
                .isTrue();
    }

    @Test
    void aRowOfAnIncrementalSnapshotStandsBetweenItsNeighbours() throws Exception {
        List<Position> grow = List.of(
                at(Events.postgres(120, "false"), false),
                at(Events.incremental(null), true),
                at(Events.incremental("[\"120\",\"120\"]").replace("\"lsn\":null,", ""), true),
                // Of a transaction that was open when the rows were read.
                at(Events.postgres(110, "false"), false),
                at(Events.incremental(null), true),
                at(Events.postgres(112, "false"), false),
                at(Events.postgres(121, "false"), false),
                at(Events.postgres(130, "false"), false),
                at(Events.incremental("[\"140\",\"145\"]"), true),
                at(Events.postgres(142, "false"), false),
                at(Events.postgres(150, "true"), true),
                at(Events.incremental(null), true),
                at(Events.postgres(90, "true"), true),
                at(Events.incremental("[\"85\",\"90\"]"), true),
                at(Events.postgres(91, "false"), false));

        assertThat(grow).isSorted().doesNotHaveDuplicates();
        assertThat(progress.era()).isOne();
    }

    @Test
    void theFirstRowOfATopicMayBeOfAnIncrementalSnapshot() throws Exception {
        assertThat(at(Events.incremental(null), true)).isEqualTo(Position.of(0, Long.MIN_VALUE));
        assertThat(at(Events.incremental("[null,null]"), true)).isEqualTo(Position.of(0, Long.MIN_VALUE | 1));
        assertThat(at(Events.incremental("[null,\"77\"]"), true)).isEqualTo(Position.of(77, Long.MIN_VALUE | 2));
        assertThat(at(Events.postgres(100, "false"), false)).isEqualTo(Position.of(100, 100));
    }

    @Test
    void aLongIncrementalSnapshotDoesNotRunAheadOfTheLog() throws Exception {
        at(Events.postgres(1000, "false"), false);
        for (int i = 0; i < 500; i++) {
            at(Events.incremental(null), true);
        }

        assertThat(at(Events.postgres(1008, "false"), false)).isEqualTo(Position.of(1008, 1008));
    }

    /** The same records get the same positions, wherever a checkpoint lies between them. */
    @Test
    void positionsBesideTheStreamDoNotDependOnRestarts() throws Exception {
        List<String> sources = List.of(
                Events.postgres(120, "false"),
                Events.incremental(null),
                Events.incremental(null),
                Events.postgres(110, "false"),
                Events.incremental(null),
                Events.postgres(130, "false"));
        List<Position> through = new ArrayList<>();
        List<Position> restarted = new ArrayList<>();
        PartitionProgress kept = new PartitionProgress("s.t", 0);
        for (String source : sources) {
            boolean isRead = source.contains("incremental");
            restarted.add(kept.position(source(source), offset, isRead));
            kept = PartitionProgress.ofBytes(kept.bytes());
            through.add(at(source, isRead));
        }

        assertThat(restarted).isEqualTo(through);
    }

    @Test
    void theLsnIsInTheSequenceToo() throws Exception {
        String source = Events.postgres(120, "false").replace("\"lsn\":120,", "");

        assertThat(at(source, false)).isEqualTo(Position.of(120, 120));
        for (String sequence : List.of(
                "null",
                "17",
                "{\"a\":[1]}",
                "\"\"",
                "\"]\"",
                "\"[null,null]\"",
                "\"[\\\"1\\\",\\\"\\\"]\"",
                "\"[\\\"" + "9".repeat(30) + "\\\"]\"")) {
            String without = source.replace("\"[null,\\\"120\\\"]\"", sequence);
            assertThat(without).contains("\"sequence\":" + sequence);
            assertThatThrownBy(() -> at(without, false)).as(sequence).hasMessageContaining("source.lsn is missing");
            progress.undo();
        }
    }

    /** All events of a transaction that MySQL compressed have its place, and count their rows from 0. */
    @Test
    void eventsOfACompressedTransactionKeepTheirOrder() throws Exception {
        List<Position> grow = List.of(
                at(Events.mysql("b.000003", 1450, 0, "aa:23", "false"), false),
                at(Events.mysql("b.000003", 1450, 0, "aa:23", "false"), false),
                at(Events.mysql("b.000003", 1450, 1, "aa:23", "false"), false),
                at(Events.mysql("b.000003", 1450, 0, "aa:23", "false"), false),
                at(Events.mysql("b.000003", 1450, 7, "aa:23", "false"), false),
                at(Events.mysql("b.000003", 1450, 0, "aa:23", "false"), false),
                at(Events.mysql("b.000003", 1900, 0, "aa:24", "false"), false),
                at(Events.mysql("b.000003", 1900, 0, "aa:24", "false"), false));

        assertThat(grow).isSorted().doesNotHaveDuplicates();
        assertThat(grow.get(0)).as("as ever").isEqualTo(Position.of(3, 1450L << 24));
        assertThat(grow.get(4)).as("as ever").isEqualTo(Position.of(3, 1450L << 24 | 7));
        assertThat(grow.get(6)).as("as ever").isEqualTo(Position.of(3, 1900L << 24));
        Position again = at(Events.mysql("b.000003", 1450, 1, "aa:23", "false"), false);
        assertThat(grow.get(5).isAfter(again)).as("sent again").isTrue();
        PartitionProgress restored = PartitionProgress.ofBytes(progress.bytes());
        assertThat(restored.position(source(Events.mysql("b.000003", 1900, 0, "aa:24", "false")), offset, false)
                        .isAfter(grow.get(7)))
                .isTrue();
    }

    @Test
    void moreRowsOfACompressedTransactionThanHaveRoomAreBeforeTheNext() throws Exception {
        int last = (1 << 24) - 1;
        List<Position> grow = List.of(
                at(Events.mysql("b.000003", 1450, last, "aa:23", "false"), false),
                at(Events.mysql("b.000003", 1450, 0, "aa:23", "false"), false),
                at(Events.mysql("b.000003", 1450, last, "aa:23", "false"), false),
                at(Events.mysql("b.000003", 1900, 0, "aa:24", "false"), false));

        assertThat(grow).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void aRowOfAnIncrementalSnapshotOfMysqlStandsBetweenItsNeighbours() throws Exception {
        List<Position> grow = List.of(
                at(Events.mysql("", 0, 0, null, "incremental"), true),
                at(Events.mysql("b.000003", 1450, 0, "aa:23", "false"), false),
                at(Events.mysql("", 0, 0, null, "incremental"), true),
                at(Events.mysql("b.000003", 1450, 0, null, "incremental"), true),
                at(Events.mysql("b.000003", 1200, 0, null, "incremental"), true),
                at(Events.mysql("b.000003", 1900, 0, "aa:24", "false"), false),
                at(Events.mysql("b.000004", 4, 0, "aa:24", "incremental"), true),
                at(Events.mysql("b.000004", 200, 0, "aa:25", "false"), false));

        assertThat(grow).isSorted().doesNotHaveDuplicates();
        assertThat(progress.era()).isZero();
        assertThat(at(Events.mysql("c.000001", 4, 0, "bb:1", "incremental"), true)
                        .isAfter(grow.get(grow.size() - 1)))
                .isTrue();
        assertThat(progress.era()).as("another server").isOne();
    }

    @Test
    void changesOfMysqlHaveTheirPlaceInTheBinaryLog() throws Exception {
        Position first = at(Events.mysql("mysql-bin.000009", 400, 0, null, "false"), false);
        Position sameEvent = at(Events.mysql("mysql-bin.000009", 400, 1, null, "false"), false);
        Position nextFile = at(Events.mysql("mysql-bin.000010", 4, 0, null, "false"), false);

        assertThat(first).isEqualTo(Position.of(9, 400L << 24));
        assertThat(sameEvent.isAfter(first)).isTrue();
        assertThat(nextFile.isAfter(sameEvent)).isTrue();
        assertThat(at(Events.mysql("mysql-bin.000009", 400, 1, null, "false"), false))
                .as("again")
                .isEqualTo(sameEvent);
    }

    @Test
    void aNewTransactionAtAnEarlierPlaceIsOfAnotherServer() throws Exception {
        Position old = at(Events.mysql("mysql-bin.000009", 400, 0, "aa:7", "false"), false);
        Position again = at(Events.mysql("mysql-bin.000008", 100, 0, "aa:6", "false"), false);
        Position other = at(Events.mysql("bin.000001", 300, 0, "bb:1", "false"), false);
        Position otherLater = at(Events.mysql("bin.000001", 300, 1, "bb:1", "false"), false);
        Position sameOrigin = at(Events.mysql("replica.000001", 100, 0, "aa:8", "false"), false);

        assertThat(old.isAfter(again)).isTrue();
        assertThat(other.isAfter(old)).isTrue();
        assertThat(otherLater.isAfter(other)).isTrue();
        assertThat(sameOrigin.isAfter(otherLater)).isTrue();
    }

    @Test
    void whatIsUndoneWasNot() throws Exception {
        at(Events.mysql("mysql-bin.000009", 400, 0, "aa:7", "false"), false);
        PartitionProgress restored = PartitionProgress.ofBytes(progress.bytes());
        Position other = at(Events.mysql("bin.000001", 300, 0, "bb:1", "false"), false);
        progress.undo();

        assertThat(progress.era()).isZero();
        assertThat(at(Events.mysql("bin.000001", 300, 0, "bb:1", "false"), false))
                .isEqualTo(other);
        progress.undo();
        at(Events.mysql("mysql-bin.000009", 500, 0, "aa:8", "false"), false);
        progress.undo();
        restored.position(source(Events.mysql("mysql-bin.000009", 300, 0, "aa:7", "false")), offset - 1, false);
        assertThat(progress.bytes()).isEqualTo(restored.bytes());
    }

    @Test
    void aGtidThatIsTooLongIsNone() throws Exception {
        at(Events.mysql("mysql-bin.000009", 400, 0, "aa:7", "false"), false);
        at(Events.mysql("bin.000001", 300, 0, "b".repeat(70_000) + ":1", "false"), false);

        assertThat(progress.era()).isZero();
        assertThat(progress.bytes()).hasSizeLessThan(200);
    }

    @Test
    void otherConnectorsHaveTheOffset() throws Exception {
        String source = "{\"connector\":\"sqlserver\",\"db\":\"d\",\"table\":\"t\"}";
        offset = 41;

        assertThat(at(source, false)).isEqualTo(Position.of(41, 0));
        assertThat(progress.hasPlaceInLog()).isFalse();
    }

    @Test
    void eventsWithoutAConnectorHaveTheOffsetAndAreNotMixedWithOthers() throws Exception {
        assertThat(at("{}", false)).isEqualTo(Position.of(0, 0));
        assertThatThrownBy(() -> at(Events.postgres(100, "false"), false)).hasMessageContaining("changes of 'none'");
    }

    @Test
    void whatIsKeptIsTakenUpAgain() throws Exception {
        at(Events.mysql("mysql-bin.000009", 400, 0, "aa:7", "false"), false);
        Position other = at(Events.mysql("bin.000001", 300, 0, "bb:1", "false"), false);
        PartitionProgress restored = PartitionProgress.ofBytes(progress.bytes());

        assertThat(restored.bytes()).isEqualTo(progress.bytes());
        assertThat(restored.position(source(Events.mysql("bin.000001", 301, 0, "bb:2", "false")), 9, false)
                        .isAfter(other))
                .isTrue();
        assertThat(progress.isBehind(restored)).isTrue();
    }

    private Position at(String source, boolean isRead) throws Exception {
        return progress.position(source(source), offset++, isRead);
    }

    private static SourceBlock source(String json) throws Exception {
        SourceBlock source = new SourceBlock();
        source.clear();
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            parser.nextToken();
            source.read(parser);
        }
        return source;
    }
}
