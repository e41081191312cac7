package io.tributary.sink.iceberg;

import static java.util.Objects.requireNonNull;

import io.tributary.change.Position;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.ContentFileParser;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.SnapshotUpdate;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.util.JsonUtil;
import org.apache.iceberg.util.Tasks;
import org.jspecify.annotations.Nullable;

/** One commit of one table: snapshots that readers get all at once. */
final class TableCommit {

    private final Table table;
    private final String branch;
    private final Map<String, String> summary;
    private final @Nullable Transaction transaction;
    private boolean isEmptied;
    private final List<String> unwanted = new ArrayList<>();

    private TableCommit(Table table, String branch, Map<String, String> summary, @Nullable Transaction transaction) {
        this.table = table;
        this.branch = branch;
        this.summary = summary;
        this.transaction = transaction;
    }

    /**
     * Of several changes, which {@link #commit} makes.
     *
     * @param table as it is to be
     * @param summary goes into every snapshot
     */
    static TableCommit ofSeveral(Table table, String branch, Map<String, String> summary) {
        return new TableCommit(table, branch, summary, table.newTransaction());
    }

    /** Of one snapshot, which is made as soon as it is added, and no change of columns. */
    static TableCommit ofOne(Table table, String branch, Map<String, String> summary) {
        return new TableCommit(table, branch, summary, null);
    }

    /** All that is there when it is committed goes, whoever wrote it. */
    void deleteAll(Collection<TableFiles> files) {
        label(requireNonNull(transaction).newDelete().deleteFromRowFilter(Expressions.alwaysTrue()), files)
                .commit();
        isEmptied = true;
    }

    /** The next snapshot. */
    void add(List<TableFiles> files) {
        if (transaction != null) {
            files.forEach(part -> follow(part, transaction));
        }
        RowDelta delta = transaction == null ? table.newRowDelta() : transaction.newRowDelta();
        for (TableFiles part : files) {
            part.dataFiles().forEach(file -> delta.addRows(ours((DataFile) read(file, part), part)));
            part.deleteFiles().forEach(file -> add((DeleteFile) read(file, part), part, delta));
        }
        label(delta, files).commit();
        isEmptied = false;
    }

    private static void follow(TableFiles part, Transaction transaction) {
        ReplacedColumn.promote(transaction, part.replacedColumns());
        ColumnIds ids = part.columnIds();
        if (ids != null) {
            FollowedNames.apply(transaction, ids, part.columnNames());
        }
    }

    /** Right behind nothing, keys to be deleted have no rows; rows of the same snapshot are deleted by their places. */
    private void add(DeleteFile file, TableFiles part, RowDelta delta) {
        if (isEmptied && file.content() == FileContent.EQUALITY_DELETES) {
            unwanted.add(file.location());
        } else {
            delta.addDeletes(ours(file, part));
        }
    }

    /** The files are of no use any more. */
    void leaveOut(TableFiles files) {
        files.dataFiles().forEach(file -> unwanted.add(read(file, files).location()));
        files.deleteFiles().forEach(file -> unwanted.add(read(file, files).location()));
    }

    void commit() {
        if (transaction != null) {
            transaction.commitTransaction();
        }
        Tasks.foreach(unwanted).noRetry().suppressFailureWhenFinished().run(table.io()::deleteFile);
    }

    private <T extends SnapshotUpdate<T>> T label(T update, Collection<TableFiles> files) {
        Position position = Position.START;
        long timestamp = 0;
        for (TableFiles part : files) {
            position = part.position().isAfter(position) ? part.position() : position;
            timestamp = Math.max(timestamp, part.timestamp());
        }
        summary.forEach(update::set);
        update.set(Commits.POSITION, position.toHex());
        update.set(Commits.TIMESTAMP, Long.toString(timestamp));
        return update.toBranch(branch);
    }

    private ContentFile<?> read(String file, TableFiles part) {
        Map<Integer, PartitionSpec> specs = new HashMap<>(table.specs());
        if (part.plan() != null) {
            specs.put(part.plan().spec().specId(), part.plan().spec());
        }
        return JsonUtil.parse(file, json -> ContentFileParser.fromJson(json, specs));
    }

    /** A planned spec may have got another number. */
    private DataFile ours(DataFile file, TableFiles part) {
        return hasOtherNumber(file, part) ? OtherSpec.of(file, table.spec()) : file;
    }

    private DeleteFile ours(DeleteFile file, TableFiles part) {
        return hasOtherNumber(file, part) ? OtherSpec.of(file, table.spec()) : file;
    }

    private boolean hasOtherNumber(ContentFile<?> file, TableFiles part) {
        return part.plan() != null
                && file.specId() != table.spec().specId()
                && part.plan().spec().compatibleWith(table.spec());
    }
}
