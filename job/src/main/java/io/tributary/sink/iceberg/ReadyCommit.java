package io.tributary.sink.iceberg;

import java.util.Collection;
import java.util.List;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;

/** A commit of one table whose files are written, and of which nobody sees anything yet. */
final class ReadyCommit {

    private final Table table;
    private final Places places;
    private final DeletesOfCommit deletes;
    private final boolean replaces;
    private final @Nullable Snapshot before;
    private final TableCommit commit;

    /** @param planned the table as it is to be */
    ReadyCommit(
            Table table,
            Table planned,
            String branch,
            Places places,
            DeletesOfCommit deletes,
            CommitContents contents) {
        this.table = table;
        this.places = places;
        this.deletes = deletes;
        this.replaces = contents.replaces();
        this.before = table.snapshot(branch);
        this.commit = new TableCommit(planned, branch, contents.summary());
    }

    /** @param snapshots the contents' files, in the order of the snapshots that are made of them */
    void fill(CommitContents contents, Collection<List<TableFiles>> snapshots) {
        if (replaces) {
            commit.deleteAll(contents.files(), snapshots.isEmpty());
        }
        int number = 0;
        for (List<TableFiles> snapshot : snapshots) {
            number++;
            commit.add(snapshot, deletes, number == 1, number == snapshots.size());
        }
        contents.outdated().forEach(commit::leaveOut);
    }

    void commit(String sink) {
        commit.commit(sink);
    }

    /** The same, for somebody who sends it together with those of other tables. */
    org.apache.iceberg.catalog.TableCommit toSend(TableIdentifier name, String sink) {
        return commit.toSend(name, sink);
    }

    /** To be called when it was sent with others, in place of {@link #committed}. */
    long sent() {
        table.refresh();
        commit.deleteUnwanted();
        return committed();
    }

    /** @return how many rows are deleted by their keys, since the places where they were are none of the table's */
    long committed() {
        places.committed(before, commit.snapshots(), commit.added(), deletes, replaces);
        return deletes.keyCount();
    }

    /** How many files with rows it adds. */
    int files() {
        return commit.added().size();
    }

    boolean refersToFiles() {
        return deletes.refersToFiles();
    }

    /** It was not made. */
    void abort() {
        deletes.abort();
    }
}
