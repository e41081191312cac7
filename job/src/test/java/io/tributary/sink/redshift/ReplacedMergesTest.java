package io.tributary.sink.redshift;

import static io.tributary.sink.redshift.ReplacedMerges.BY_ARRIVAL;
import static io.tributary.sink.redshift.ReplacedMerges.BY_PROCEDURES;
import static io.tributary.sink.redshift.ReplacedMerges.BY_TIME;
import static io.tributary.sink.redshift.StandInWarehouse.schema;
import static io.tributary.sink.redshift.StandInWarehouse.told;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.change.Schema;
import io.tributary.sink.redshift.RandomStream.Arrival;
import io.tributary.sink.redshift.RandomStream.Change;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the merges of other ways make wrong of a stream as streams are, and that ours makes the table of it. */
final class ReplacedMergesTest {

    private static final Schema ORDERS = schema("orders", "id", "id BIGINT NOT NULL", "state STRING", "amount INT");

    private StandInWarehouse warehouse;
    private Connection connection;
    private ReplacedMerges replaced;
    private RedshiftRunner runner;
    private int refreshed;

    @BeforeEach
    void open() throws SQLException {
        warehouse = StandInWarehouse.open();
        warehouse.apply(ORDERS);
        warehouse.land(told(ORDERS, 1));
        warehouse.merge();
        connection = warehouse.settings().connect();
        replaced = new ReplacedMerges(connection, warehouse.names());
        runner = warehouse.runner();
    }

    @AfterEach
    void close() throws SQLException {
        runner.close();
        connection.close();
        warehouse.close();
    }

    @Test
    void eachWrongOutcomeHasItsCauseInTheStream() throws SQLException {
        RandomStream stream = new RandomStream()
                .batch()
                // Overtaken.
                .arrives(3, row(3, 6, "u", 12))
                .arrives(4, row(3, 5, "c", 11))
                .arrives(5, row(4, 7, "c", 20))
                .arrives(6, deleted(4, 9, 22))
                .arrives(7, row(5, 10, "c", 20))
                .arrives(8, row(5, 12, "u", 22))
                .arrives(9, row(6, 13, "c", 30))
                .arrives(10, row(7, 15, "c", 31))
                .arrives(11, deleted(7, 16, 32))
                .arrives(12, row(7, 17, "c", 33))
                // Twice, in one millisecond.
                .arrives(13, row(8, 18, "c", 34))
                .arrives(13, row(8, 18, "c", 34))
                .arrives(14, row(9, 19, "c", 35))
                // The source's clock was put back.
                .arrives(15, row(10, 20, "c", 40))
                .arrives(16, row(10, 21, "u", 39))
                // Updated and deleted in one millisecond of the stream, but not of the source.
                .arrives(17, row(11, 22, "u", 41))
                .arrives(17, deleted(11, 23, 42))
                .batch()
                // Late: older than what was merged.
                .arrives(20, row(4, 8, "u", 21))
                .arrives(21, row(5, 11, "u", 21))
                .arrives(22, deleted(7, 16, 32))
                // Committed in the millisecond of the row before.
                .arrives(23, row(6, 14, "u", 30))
                .batch();
        // Of one millisecond, every other pair in the order of the log.
        for (int id = 100; id < 120; id++) {
            Change older = row(id, 2 * id, "c", 50);
            Change newer = row(id, 2 * id + 1, "u", 50);
            stream.arrives(30, id % 2 == 0 ? older : newer).arrives(30, id % 2 == 0 ? newer : older);
        }

        deliver(stream);

        Map<String, Outcome> outcomes = replaced.outcomes(warehouse, stream);
        assertThat(outcomes.get(BY_ARRIVAL))
                .isEqualTo(new Outcome(withTies(8), Set.of(3, 5), Set.of(4, 11), Set.of(7)));
        Outcome byProcedures = withoutTies(outcomes.get(BY_PROCEDURES));
        assertThat(byProcedures).isEqualTo(new Outcome(Set.of(), Set.of(5, 10), Set.of(4), Set.of(7)));
        Outcome byTime = withoutTies(outcomes.get(BY_TIME));
        assertThat(byTime).isEqualTo(new Outcome(Set.of(), Set.of(6, 10), Set.of(4), Set.of(7)));
        assertThat(ours(stream)).isEqualTo(stream.rows()).hasSize(27);
    }

    private static Set<Integer> withTies(Integer... keys) {
        Set<Integer> all = new TreeSet<>(List.of(keys));
        IntStream.range(100, 120).forEach(all::add);
        return all;
    }

    /** Which of two changes at one time wins is left to how the database happens to sort. */
    private static Outcome withoutTies(Outcome outcome) {
        Set<Integer> stale = new TreeSet<>(outcome.stale());
        assertThat(stale.removeAll(withTies())).as("ties made wrong").isTrue();
        return new Outcome(outcome.duplicated(), stale, outcome.resurrected(), outcome.lost());
    }

    /** Over some seeds, or more by {@code -Dseeds}: ours is right each time, and each other way wrong in each of its ways. */
    @Test
    @Tag("slow")
    void atRandomOursIsTheTableAndTheOthersAreNot() throws SQLException {
        Map<String, int[]> sums = new TreeMap<>();
        int seeds = Integer.getInteger("seeds", 3);
        for (long seed = 1; seed <= seeds; seed++) {
            if (seed > 1) {
                close();
                open();
            }
            RandomStream stream = RandomStream.of(new Random(seed));
            deliver(stream);
            assertThat(ours(stream)).as("seed %d", seed).isEqualTo(stream.rows());
            replaced.outcomes(warehouse, stream).forEach((target, outcome) -> {
                int[] sum = sums.computeIfAbsent(target, t -> new int[4]);
                sum[0] += outcome.duplicated().size();
                sum[1] += outcome.stale().size();
                sum[2] += outcome.resurrected().size();
                sum[3] += outcome.lost().size();
            });
        }
        assertThat(sums.get(BY_ARRIVAL)).as("by arrival").doesNotContain(0);
        for (String target : List.of(BY_PROCEDURES, BY_TIME)) {
            assertThat(sums.get(target)[0]).as(target).isZero();
            assertThat(sums.get(target)[1]).as(target).isPositive();
            assertThat(sums.get(target)[2] + sums.get(target)[3]).as(target).isPositive();
        }
    }

    @Test
    void byArrivalReadersMissRowsBetweenTheStatementsAndEachMergeWritesAllAgain() throws SQLException {
        RandomStream stream =
                new RandomStream().batch().arrives(1, row(1, 1, "c", 1)).arrives(2, row(2, 2, "c", 2));
        deliver(stream);
        String inBetween = "SELECT COUNT(*) FROM " + warehouse.names().schema() + ".by_arrival";

        assertThat(replaced.execute(ReplacedMerges.ARRIVAL_DELETE))
                .as("nothing has landed since")
                .isEqualTo(2);
        assertThat(warehouse.query(inBetween)).containsExactly("0");
        assertThat(replaced.execute(ReplacedMerges.ARRIVAL_INSERT)).isEqualTo(2);

        warehouse.land(row(1, 3, "u", 3).asOurs());
        connection.setAutoCommit(false);
        replaced.execute(Procedure.call(warehouse.names().receive()));
        replaced.execute(Procedure.call(warehouse.names().merge("orders")));
        assertThat(ours(stream)).containsEntry(1, "at 1").hasSize(2);
        connection.commit();
        assertThat(ours(stream)).containsEntry(1, "at 3").hasSize(2);
    }

    @Test
    void byArrivalAnEnforcedKeyTurnsATieIntoAFailure() throws SQLException {
        replaced.execute("ALTER TABLE by_arrival ADD PRIMARY KEY (id)");
        replaced.land(new Arrival(row(1, 1, "c", 1), 1), 1);
        replaced.land(new Arrival(row(1, 2, "u", 2), 1), 1);
        assertThatThrownBy(() -> replaced.execute(ReplacedMerges.ARRIVAL_INSERT))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("duplicate key");
    }

    @Test
    void byProceduresValuesAreTextAndSortAsSuch() throws SQLException {
        RandomStream stream =
                new RandomStream().batch().arrives(1, row(1, 9, "c", 1)).arrives(2, row(2, 10, "c", 2));
        deliver(stream);
        assertThat(warehouse.query(
                        "SELECT MAX(amount) FROM " + warehouse.names().schema() + "." + BY_PROCEDURES))
                .containsExactly("9");
        assertThat(warehouse.query("SELECT MAX(amount) FROM " + warehouse.target("orders")))
                .containsExactly("10");
    }

    private void deliver(RandomStream stream) throws SQLException {
        refreshed = 0;
        for (List<Arrival> batch : stream.batches()) {
            refreshed++;
            connection.setAutoCommit(false);
            warehouse.connection().setAutoCommit(false);
            for (Arrival arrival : batch) {
                replaced.land(arrival, refreshed);
                warehouse.land(arrival.change().asOurs());
            }
            connection.commit();
            connection.setAutoCommit(true);
            warehouse.connection().commit();
            warehouse.connection().setAutoCommit(true);
            replaced.merge();
            runner.mergeOnce();
        }
    }

    private Map<Integer, String> ours(RandomStream stream) throws SQLException {
        List<String> rows = warehouse.query("SELECT id, state FROM " + warehouse.target("orders") + " ORDER BY id");
        assertThat(Outcome.of(stream.rows(), rows).duplicated()).isEmpty();
        Map<Integer, String> found = new TreeMap<>();
        rows.forEach(row -> {
            String[] parts = row.split("\\|");
            found.put(Integer.valueOf(parts[0]), parts[1]);
        });
        return found;
    }

    private static Change row(int id, long position, String op, long tsMs) {
        return new Change(id, position, op, tsMs, "at " + position);
    }

    private static Change deleted(int id, long position, long tsMs) {
        return new Change(id, position, "d", tsMs, null);
    }
}
