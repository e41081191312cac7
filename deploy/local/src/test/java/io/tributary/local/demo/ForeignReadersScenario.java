package io.tributary.local.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tributary.command.verify.Outcome;
import io.tributary.local.service.FlinkCluster;
import io.tributary.local.shop.Load;
import io.tributary.local.verify.Ends;
import io.tributary.local.verify.ForeignReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the job wrote, by each way to delete rows, is read by engines that are not ours: row by row what the source has. The
 * tables have been through lost task managers, a savepoint, an edited SQL file, a column more, and rows that change partitions.
 *
 * <p>{@code -Dreaders=<regular expression>} takes only the ways that have a match.
 */
class ForeignReadersScenario {

    private static final Path HOME = Path.of(System.getProperty("tributary.home"));
    private static final Pattern SELECTED = Pattern.compile(System.getProperty("readers", ""));
    private static final long ORDERS = 4_000;

    @ParameterizedTest
    @CsvSource({"equality, equality", "positions, positions", "vectors, vectors", "equality, positions"})
    void readsWhatTheSourceHas(String first, String then, @TempDir Path folder) throws Exception {
        assumeTrue(SELECTED.matcher(first + " " + then).find());
        try (Laptop laptop = Laptop.start(HOME, folder, Source.POSTGRES)) {
            laptop.fill(ORDERS);
            Pace.frequentCheckpoints(laptop.settings());
            Pace.slowSnapshot(laptop.settings());
            replace(laptop.settings(), "  namespace: shop\n", "  namespace: shop\n  deletes: " + first + "\n");
            replace(
                    laptop.settings(),
                    "\ntables:\n",
                    "\ntables:\n  orders:\n    iceberg:\n      partition-by: [status]\n");
            Edits edits = Edits.of(HOME, laptop.settings(), folder);
            FlinkCluster flink = laptop.flink();
            List<String> arguments =
                    List.of("run", "--settings", laptop.settings().toString());
            Ends ends = laptop.ends();
            String job;
            try (Load load = Load.ofShop(laptop.shop(), 200, 11)) {
                job = flink.submit(Demo.jar(HOME), arguments);
                Checkpoints.await(flink, job, 2);
                flink.replaceTaskManager();
                Checkpoints.awaitMore(flink, job, 3);
                String savepoint = flink.rest().stop(job);
                edits.changeAndAdd();
                replace(laptop.settings(), "  deletes: " + first + "\n", "  deletes: " + then + "\n");
                job = flink.resume(Demo.jar(HOME), savepoint, arguments);
                Checkpoints.await(flink, job, 2);
                RestartIT.addColumn(laptop);
                flink.replaceTaskManager();
                Checkpoints.awaitMore(flink, job, 4);
                load.stop();
            }
            Arrival.await(laptop, ends, job);
            flink.rest().stop(job);

            List<Outcome> outcomes = Demo.compare(laptop, System.out);
            assertThat(outcomes).hasSize(8).allMatch(outcome -> outcome.wrongIn("Iceberg") == 0);
            for (ForeignReader reader : ForeignReader.values()) {
                // Trino 406 refuses tables of format version 3, and fails over equality deletes in these tables.
                if (reader == ForeignReader.SPARK || first.equals("positions")) {
                    assertThat(reader.differences(ends, HOME, folder.resolve(reader.name())))
                            .as(reader.name())
                            .isEmpty();
                }
            }
            for (Outcome outcome : outcomes) {
                Table table = ends.catalog().loadTable(ends.identifier(outcome.output()));
                System.out.println(
                        outcome.output() + " " + table.currentSnapshot().summary());
                if (!first.equals("equality")) {
                    assertThat(table.currentSnapshot().summary())
                            .as(outcome.output())
                            .containsEntry(SnapshotSummary.TOTAL_EQ_DELETES_PROP, "0");
                }
            }
        }
    }

    private static void replace(Path settings, String old, String text) throws Exception {
        String yaml = Files.readString(settings);
        assertThat(yaml).containsOnlyOnce(old);
        Files.writeString(settings, yaml.replace(old, text));
    }
}
