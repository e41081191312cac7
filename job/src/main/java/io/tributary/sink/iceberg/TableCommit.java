package io.tributary.sink.iceberg;

import io.tributary.change.Position;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.BaseTransaction;
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
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.util.JsonUtil;
import org.apache.iceberg.util.Tasks;

/** One commit of one table: snapshots that readers get all at once. */
final class TableCommit {

    private final Table table;
    private final String branch;
    private final Map<String, String> summary;
    private final Transaction transaction;
    private int snapshots;
    private Position highest = Position.START;
    private boolean isEmptied;
    private final List<String> unwanted = new ArrayList<>();
    private final List<DataFile> added = new ArrayList<>();

    /**
     * @param table as it is to be
     * @param summary goes into every snapshot
     */
    TableCommit(Table table, String branch, Map<String, String> summary) {
        this.table = table;
        this.branch = branch;
        this.summary = summary;
        this.transaction = table.newTransaction();
    }

    /** All that is there when it is committed goes, whoever wrote it. */
    void deleteAll(Collection<TableFiles> files, boolean isLast) {
        label(transaction.newDelete().deleteFromRowFilter(Expressions.alwaysTrue()), files, isLast)
                .commit();
        isEmptied = true;
    }

    /** The next snapshot. */
    void add(List<TableFiles> files, DeletesOfCommit deletes, boolean isFirst, boolean isLast) {
        files.forEach(part -> follow(part, transaction));
        RowDelta delta = transaction.newRowDelta();
        for (TableFiles part : files) {
            for (DataFile file : dataFiles(table, part)) {
                delta.addRows(file);
                added.add(file);
            }
            PlacedDeletes rows = part.deletes();
            if (rows != null && rows.location() != null) {
                unwanted.add(rows.location());
            }
            part.deleteFiles().forEach(file -> add((DeleteFile) read(file, part, table), part, delta));
        }
        if (isFirst) {
            deletes.addToFirst(delta);
        }
        if (isLast) {
            deletes.addToLast(delta);
        }
        label(delta, files, isLast).commit();
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
        files(table, files).forEach(file -> unwanted.add(file.location()));
        PlacedDeletes rows = files.deletes();
        if (rows != null && rows.location() != null) {
            unwanted.add(rows.location());
        }
    }

    /** @param sink whose commit it is, which the table's properties say from now on */
    void commit(String sink) {
        mark(sink);
        transaction.commitTransaction();
        deleteUnwanted();
    }

    /** The same, for somebody who sends it together with those of other tables, and calls {@link #deleteUnwanted} then. */
    org.apache.iceberg.catalog.TableCommit toSend(TableIdentifier name, String sink) {
        mark(sink);
        BaseTransaction made = (BaseTransaction) transaction;
        return org.apache.iceberg.catalog.TableCommit.create(name, made.startMetadata(), made.currentMetadata());
    }

    private void mark(String sink) {
        if (snapshots > 0) {
            CommitMark.write(transaction, branch, sink, highest);
        }
    }

    void deleteUnwanted() {
        Tasks.foreach(unwanted).noRetry().suppressFailureWhenFinished().run(table.io()::deleteFile);
    }

    int snapshots() {
        return snapshots;
    }

    /** The rows' files of all its snapshots. */
    List<DataFile> added() {
        return added;
    }

    private <T extends SnapshotUpdate<T>> T label(T update, Collection<TableFiles> files, boolean isLast) {
        Position position = Position.START;
        long timestamp = 0;
        for (TableFiles part : files) {
            position = part.position().isAfter(position) ? part.position() : position;
            timestamp = Math.max(timestamp, part.timestamp());
        }
        snapshots++;
        highest = position.isAfter(highest) ? position : highest;
        summary.forEach(update::set);
        update.set(Commits.POSITION, position.toHex());
        update.set(Commits.TIMESTAMP, Long.toString(timestamp));
        CompleteUntil until = isLast ? CompleteUntil.newest(files) : null;
        if (until != null) {
            until.tell(update::set);
        }
        return update.toBranch(branch);
    }

    /** @param table as it is to be */
    static List<DataFile> dataFiles(Table table, TableFiles part) {
        List<DataFile> files = new ArrayList<>();
        for (String text : part.dataFiles()) {
            DataFile file = (DataFile) read(text, part, table);
            files.add(hasOtherNumber(file, part, table) ? OtherSpec.of(file, table.spec()) : file);
        }
        return files;
    }

    /** All of them, data and deletes. */
    static List<ContentFile<?>> files(Table table, TableFiles part) {
        List<ContentFile<?>> files = new ArrayList<>(dataFiles(table, part));
        part.deleteFiles().forEach(file -> files.add(read(file, part, table)));
        return files;
    }

    private static ContentFile<?> read(String file, TableFiles part, Table table) {
        Map<Integer, PartitionSpec> specs = new HashMap<>(table.specs());
        if (part.plan() != null) {
            specs.put(part.plan().spec().specId(), part.plan().spec());
        }
        return JsonUtil.parse(file, json -> ContentFileParser.fromJson(json, specs));
    }

    private DeleteFile ours(DeleteFile file, TableFiles part) {
        return hasOtherNumber(file, part, table) ? OtherSpec.of(file, table.spec()) : file;
    }

    /** A planned spec may have got another number. */
    private static boolean hasOtherNumber(ContentFile<?> file, TableFiles part, Table table) {
        return part.plan() != null
                && file.specId() != table.spec().specId()
                && part.plan().spec().compatibleWith(table.spec());
    }
}
