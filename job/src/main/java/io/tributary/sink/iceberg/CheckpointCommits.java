package io.tributary.sink.iceberg;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.apache.flink.util.concurrent.ExecutorThreadFactory;
import org.apache.iceberg.catalog.TableCommit;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.rest.RESTCatalog;
import org.apache.iceberg.util.Tasks;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits all tables of a checkpoint in one transaction of a REST catalog: readers see all of its changes or none. If that fails
 * because one of the tables cannot be committed as it was meant, or the catalog takes no such transactions, the tables are
 * committed one by one, so that none holds up the others.
 *
 * <p>A transaction of which nobody knows whether it was made is a failure: the tables say it when it is tried again. Used by one
 * thread at a time.
 */
final class CheckpointCommits implements AutoCloseable {

    /** In place of a table's name: all of them. No table has an empty name. */
    static final String ALL = "";

    private static final int MOST_UNKNOWN = 3;

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointCommits.class);

    /** What the committer does about one table. Called on several threads at once, for one table on one. */
    interface Tables {

        /** Null if it has to be committed alone, or if there is nothing to do any more. */
        @Nullable
        ReadyCommit prepare(String table, long checkpoint, List<TableFiles> files);

        TableCommit toSend(String table, ReadyCommit ready);

        void sent(String table, ReadyCommit ready);

        /** Does nothing for what is in the table already. */
        void commitAlone(String table, Map<Long, List<TableFiles>> files);

        RESTCatalog catalog();
    }

    private final Tables tables;
    private final ExecutorService threads;
    private boolean isRefused;
    /** How many transactions in a row failed in a way that does not say whether they were made. */
    private int unknown;

    CheckpointCommits(Tables tables, int threads) {
        this.tables = tables;
        this.threads =
                Executors.newFixedThreadPool(threads, new ExecutorThreadFactory("iceberg-commit-of-one-transaction"));
    }

    /** Whether the settings want it, and their catalog may take it. */
    static boolean areWanted(IcebergSettings settings) {
        return settings.commitsTogether() && CatalogKind.of(settings.catalog()) == CatalogKind.REST;
    }

    /** What is due of all tables, as if it were one; of nothing, nothing. */
    static Map<String, Map<Long, List<TableFiles>>> together(Map<String, Map<Long, List<TableFiles>>> byTable) {
        Map<Long, List<TableFiles>> all = new TreeMap<>();
        byTable.values()
                .forEach(checkpoints -> checkpoints.forEach((checkpoint, files) ->
                        all.computeIfAbsent(checkpoint, id -> new ArrayList<>()).addAll(files)));
        return all.isEmpty() ? Map.of() : Map.of(ALL, all);
    }

    /** The inverse of {@link #together}. */
    static Map<String, Map<Long, List<TableFiles>>> byTable(Map<Long, List<TableFiles>> together) {
        Map<String, Map<Long, List<TableFiles>>> byTable = new LinkedHashMap<>();
        together.forEach((checkpoint, files) ->
                files.forEach(part -> byTable.computeIfAbsent(part.table(), table -> new TreeMap<>())
                        .computeIfAbsent(checkpoint, id -> new ArrayList<>())
                        .add(part)));
        return byTable;
    }

    /** The files of all tables, by the checkpoint with which they are committed. */
    void commit(Map<Long, List<TableFiles>> filesByCheckpoint) {
        new TreeMap<>(filesByCheckpoint).forEach((checkpoint, files) -> {
            Map<String, List<TableFiles>> byTable =
                    files.stream().collect(Collectors.groupingBy(TableFiles::table, TreeMap::new, Collectors.toList()));
            if (byTable.size() > 1 && !isRefused) {
                byTable.keySet().removeAll(sentTogether(checkpoint, byTable));
            }
            forEach(byTable, (table, part) -> tables.commitAlone(table, Map.of(checkpoint, part)));
        });
    }

    /** All are tried, whatever becomes of one. */
    private void forEach(Map<String, List<TableFiles>> byTable, BiConsumer<String, List<TableFiles>> action) {
        Tasks.foreach(byTable.entrySet())
                .executeWith(threads)
                .noRetry()
                .throwFailureWhenFinished()
                .run(table -> action.accept(table.getKey(), table.getValue()));
    }

    /** The tables that were committed; those that are left are to be committed one by one. */
    private Set<String> sentTogether(long checkpoint, Map<String, List<TableFiles>> byTable) {
        Map<String, ReadyCommit> ready = new ConcurrentHashMap<>();
        List<TableCommit> commits = new ArrayList<>();
        try {
            forEach(byTable, (table, files) -> {
                ReadyCommit one = tables.prepare(table, checkpoint, files);
                if (one != null) {
                    ready.put(table, one);
                }
            });
            ready.forEach((table, one) -> commits.add(tables.toSend(table, one)));
        } catch (RuntimeException e) {
            // Whose failure it is, is said where that table is committed alone.
            return oneByOne(checkpoint, ready, e);
        }
        if (commits.isEmpty()) {
            return Set.of();
        }
        try {
            tables.catalog().commitTransaction(commits);
        } catch (CommitFailedException | ValidationException e) {
            return oneByOne(checkpoint, ready, e);
        } catch (UnsupportedOperationException | BadRequestException | NoSuchTableException e) {
            // The last is also how a catalog answers that does not know the path of such requests.
            refuse(e);
            return oneByOne(checkpoint, ready, e);
        } catch (RuntimeException e) {
            unknown++;
            if (unknown == MOST_UNKNOWN) {
                refuse(e);
            }
            throw e;
        }
        unknown = 0;
        ready.forEach(tables::sent);
        return ready.keySet();
    }

    private void refuse(RuntimeException answer) {
        isRefused = true;
        LOG.warn(
                "The Iceberg catalog does not take transactions of several tables: these are committed one by one from now"
                        + " on. It answered: {}",
                answer.getMessage());
    }

    private static Set<String> oneByOne(long checkpoint, Map<String, ReadyCommit> ready, RuntimeException reason) {
        LOG.info("The tables of checkpoint {} are committed one by one: {}", checkpoint, reason.getMessage());
        ready.values().forEach(ReadyCommit::abort);
        return Set.of();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
