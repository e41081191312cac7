package io.tributary.sink.iceberg;

import io.tributary.change.Position;
import io.tributary.change.Schema;
import io.tributary.settings.NamePatterns;
import io.tributary.settings.Problems;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What can be said before the start about the tables that the job will write: what does not fit, which have rows already. */
public final class IcebergPlan {

    private static final Logger LOG = LoggerFactory.getLogger(IcebergPlan.class);

    private IcebergPlan() {}

    /** Reads the catalog and adds a problem for everything that the sink could not write into. Changes nothing. */
    public static void check(IcebergSettings settings, Collection<Schema> outputs, Problems problems) {
        check(settings, outputs, Set.of(), problems);
    }

    /**
     * As the other, with tables whose content is replaced while the job runs: what they are like now does not count.
     *
     * @param replaced their names, also of such as are no outputs or do not exist
     */
    public static void check(
            IcebergSettings settings, Collection<Schema> outputs, Set<String> replaced, Problems problems) {
        VersionColumn versions = VersionColumn.of(settings);
        versions.check(outputs, problems);
        LocalWarehouse.check(settings, problems);
        try (Warehouse warehouse = Warehouse.open(settings)) {
            for (Schema output : versions.in(outputs)) {
                TableChecks.checkNames(output, problems);
                try {
                    TableChecks.checkNew(settings, output);
                    Table table = warehouse.find(output.table());
                    if (table == null) {
                        continue;
                    }
                    TableChecks.checkFormat(settings, table, output, problems);
                    if (replaced.contains(output.table())) {
                        TablePlan.foreseen(table, output, settings);
                    } else {
                        TableChecks.checkTable(settings, table, output, problems);
                    }
                } catch (UnwritableException e) {
                    problems.add(String.valueOf(e.getMessage()));
                }
            }
        } catch (Exception e) {
            problems.add(unreadable(settings, e));
        }
    }

    private static String unreadable(IcebergSettings settings, Exception e) {
        return "The Iceberg catalog cannot be read, check iceberg.catalog.*: "
                + settings.redact(e.getClass().getSimpleName() + ": " + e.getMessage());
    }

    /** Makes the tables that are missing, so that they are there before their first row. */
    public static void create(IcebergSettings settings, Collection<Schema> outputs) throws Exception {
        create(settings, outputs, Set.of());
    }

    /**
     * As the other; and says in the tables whose content is replaced while the job runs what columns and partitions they get then,
     * which nobody sees before. So their rows need not come after the entry that says that they are replaced; until then there must
     * be no others.
     */
    public static void create(IcebergSettings settings, Collection<Schema> outputs, Set<String> replaced)
            throws Exception {
        try (Warehouse warehouse = Warehouse.open(settings)) {
            List<String> made = new ArrayList<>();
            try {
                for (Schema output : VersionColumn.of(settings).in(outputs)) {
                    Table table = warehouse.find(output.table());
                    if (table == null) {
                        warehouse.findOrCreate(output);
                        made.add(output.table());
                    } else if (replaced.contains(output.table())) {
                        TablePlan.make(table, output, settings);
                    }
                }
            } catch (Exception e) {
                made.forEach(warehouse::drop);
                throw e;
            }
        }
    }

    /** Those of the tables that have rows. */
    public static Set<String> filledTables(IcebergSettings settings, Collection<Schema> outputs) throws Exception {
        Set<String> filled = new TreeSet<>();
        try (Warehouse warehouse = Warehouse.open(settings)) {
            for (Schema output : outputs) {
                Table table = warehouse.find(output.table());
                if (table != null && hasRows(table, settings.branch())) {
                    filled.add(output.table());
                }
            }
        }
        return filled;
    }

    /** All tables with these names that have rows, whoever made them. */
    public static Set<String> filledTables(IcebergSettings settings, NamePatterns names) throws Exception {
        Set<String> filled = new TreeSet<>();
        try (Warehouse warehouse = Warehouse.open(settings)) {
            for (String name : names.among(warehouse.tables())) {
                Table table = warehouse.find(name);
                if (table != null && hasRows(table, settings.branch())) {
                    filled.add(name);
                }
            }
        }
        return filled;
    }

    /**
     * By table, what became of what jobs have committed to it; what the settings do not want to be noticed is not.
     */
    public static Map<String, Standing> standings(
            IcebergSettings settings, Collection<String> tables, Problems problems) {
        Map<String, Standing> standings = new HashMap<>();
        try (Warehouse warehouse = Warehouse.open(settings)) {
            for (String name : tables) {
                Standing standing = Standing.of(warehouse.find(name), settings.branch());
                boolean counts = settings.fillsLostRows() || standing == Standing.UNWRITTEN;
                standings.put(name, counts ? standing : Standing.WHOLE);
            }
        } catch (Exception e) {
            problems.add(unreadable(settings, e));
        }
        return standings;
    }

    /**
     * Adds a problem for each table whose changes cannot be kept.
     *
     * @param passThrough the outputs whose changes may be kept
     * @param outputs the names of all
     */
    public static void checkChanges(
            IcebergSettings settings,
            Map<String, Schema> passThrough,
            Collection<String> outputs,
            String deadLetters,
            Problems problems) {
        ChangesTables.check(settings, passThrough, outputs, deadLetters, problems);
    }

    /** By table, what was remembered of a SQL file that an earlier job has set aside. */
    public static Map<String, String> setAside(IcebergSettings settings, Collection<String> tables, Problems problems) {
        Map<String, String> setAside = new HashMap<>();
        try (Warehouse warehouse = Warehouse.open(settings)) {
            for (String name : tables) {
                Table table = warehouse.find(name);
                String file = table == null ? null : table.properties().get(WriterOperator.SET_ASIDE);
                if (file != null) {
                    setAside.put(name, file);
                }
            }
        } catch (Exception e) {
            problems.add(unreadable(settings, e));
        }
        return setAside;
    }

    /** The highest position of what earlier jobs have written into these tables, as far as their metadata still says. */
    public static Position newest(IcebergSettings settings, Collection<String> tables) throws Exception {
        Position newest = Position.START;
        try (Warehouse warehouse = Warehouse.open(settings)) {
            for (String name : tables) {
                Table table = warehouse.load(name);
                Position marked = CommitMark.newest(table);
                newest = marked.isAfter(newest) ? marked : newest;
                for (Snapshot snapshot : table.snapshots()) {
                    String position = snapshot.summary().get(Commits.POSITION);
                    Position of = position == null ? Position.START : Position.ofHex(position);
                    newest = of.isAfter(newest) ? of : newest;
                }
            }
        }
        return newest;
    }

    /**
     * For a job that starts from nothing: tables with rows whose partition does not follow from their key. A delete has
     * to name the old row's partition, which such a job does not know.
     */
    public static void checkFilled(IcebergSettings settings, Collection<Schema> outputs, Problems problems)
            throws Exception {
        checkFilled(settings, outputs, Set.of(), problems);
    }

    /** As the other, with tables whose content is replaced while the job runs: no row of theirs has to be found. */
    public static void checkFilled(
            IcebergSettings settings, Collection<Schema> outputs, Set<String> replaced, Problems problems)
            throws Exception {
        Map<String, Set<String>> beside = partitionColumns(settings, outputs);
        for (String table : filledTables(settings, outputs)) {
            Set<String> columns = replaced.contains(table) ? Set.of() : beside.getOrDefault(table, Set.of());
            if (!columns.isEmpty()) {
                problems.add("Iceberg table " + table + " has rows and is partitioned by " + columns
                        + ", which is not part of its key: a job that starts from nothing cannot know the partitions of"
                        + " these rows. Resume from a savepoint, or empty the table first: DELETE FROM "
                        + settings.namespace() + "." + table);
            }
        }
    }

    /** By table, the columns beside the key that the row of a delete has to hold, because the table is partitioned by them. */
    public static Map<String, Set<String>> partitionColumns(IcebergSettings settings, Collection<Schema> outputs)
            throws Exception {
        return partitionColumns(settings, outputs, Set.of());
    }

    /** As the other, with tables whose content is replaced while the job runs: by what they are partitioned then. */
    public static Map<String, Set<String>> partitionColumns(
            IcebergSettings settings, Collection<Schema> outputs, Set<String> replaced) throws Exception {
        Map<String, Set<String>> columns = new HashMap<>();
        try (Warehouse warehouse = Warehouse.open(settings)) {
            for (Schema output : VersionColumn.of(settings).in(outputs)) {
                Table table = warehouse.find(output.table());
                Set<String> names = table != null && replaced.contains(output.table())
                        ? sources(TablePlan.foreseen(table, output, settings).spec())
                        : sources(settings, table, output);
                names.removeAll(output.keyNames());
                if (!names.isEmpty()) {
                    columns.put(output.table(), names);
                }
            }
        }
        return columns;
    }

    /** What becomes of tables' columns with the first rows of these outputs, a sentence each. */
    public static List<String> changes(IcebergSettings settings, Collection<Schema> outputs, Problems problems) {
        return changes(settings, outputs, Set.of(), problems);
    }

    /** As the other, but of none of the tables whose content is replaced while the job runs. */
    public static List<String> changes(
            IcebergSettings settings, Collection<Schema> outputs, Set<String> replaced, Problems problems) {
        List<String> changes = new ArrayList<>();
        try (Warehouse warehouse = Warehouse.open(settings)) {
            for (Schema output : VersionColumn.of(settings).in(outputs)) {
                boolean isFollowed = output.relation() > 0 && !replaced.contains(output.table());
                Table table = isFollowed ? warehouse.find(output.table()) : null;
                if (table != null) {
                    FollowedNames.renamed(table, TableShape.foreseen(table, output))
                            .forEach((name, next) -> changes.add(
                                    "column " + name + " of Iceberg table " + output.table() + " becomes " + next));
                }
            }
        } catch (Exception e) {
            problems.add(unreadable(settings, e));
        }
        return changes;
    }

    private static Set<String> sources(IcebergSettings settings, @Nullable Table table, Schema output)
            throws UnwritableException {
        if (table != null && output.relation() > 0) {
            return new TreeSet<>(TableShape.foreseen(table, output).partitions(table));
        }
        if (table != null) {
            return sources(table.spec());
        }
        List<String> partitionBy = settings.partitionBy(output.table());
        return partitionBy == null
                ? new TreeSet<>()
                : sources(PartitionBy.spec(output.table(), TypeMapping.schema(output), partitionBy));
    }

    private static Set<String> sources(PartitionSpec spec) {
        Set<String> names = new TreeSet<>();
        for (PartitionField field : spec.fields()) {
            if (!field.transform().isVoid()) {
                names.add(spec.schema().findColumnName(field.sourceId()));
            }
        }
        return names;
    }

    /**
     * By table, in sentences why its rows would have to be in other partitions than they are; of those that are as they should be, and
     * of those that cannot be looked at, none.
     */
    public static Map<String, List<String>> partedOtherwise(IcebergSettings settings, Collection<Schema> outputs) {
        Map<String, List<String>> parted = new HashMap<>();
        try (Warehouse warehouse = Warehouse.open(settings)) {
            for (Schema output : outputs) {
                Table table = warehouse.find(output.table());
                Problems own = new Problems();
                if (table != null) {
                    TableChecks.checkPartitions(
                            settings, table, settings.namespace() + "." + output.table(), output, own);
                }
                if (!own.isEmpty()) {
                    parted.put(output.table(), own.sentences());
                }
            }
        } catch (Exception e) {
            LOG.debug("What is wrong is said where all of it is looked at", e);
        }
        return parted;
    }

    private static boolean hasRows(Table table, String branch) {
        Snapshot snapshot = table.snapshot(branch);
        return snapshot != null && !"0".equals(snapshot.summary().get(SnapshotSummary.TOTAL_RECORDS_PROP));
    }
}
