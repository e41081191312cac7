package io.tributary.capture.dynamodb.export.read;

import io.tributary.capture.Capture;
import io.tributary.capture.CapturePlan;
import io.tributary.capture.dynamodb.DynamoDbSettings;
import io.tributary.capture.dynamodb.TableIdentity;
import io.tributary.capture.dynamodb.export.ExportLocation;
import io.tributary.capture.dynamodb.export.ExportSettings;
import io.tributary.capture.dynamodb.export.ExportedTable;
import io.tributary.capture.dynamodb.export.find.Chain;
import io.tributary.capture.dynamodb.export.find.Export;
import io.tributary.capture.dynamodb.export.find.Manifest;
import io.tributary.capture.dynamodb.export.find.UnusableException;
import io.tributary.capture.dynamodb.export.find.Window;
import io.tributary.capture.dynamodb.stream.DynamoDbPlan;
import io.tributary.change.Position;
import io.tributary.change.Schema;
import io.tributary.settings.Problems;
import io.tributary.store.ObjectStore;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The tables of DynamoDB, with their exports beside the stream, or without one. */
public final class ExportPlan implements CapturePlan {

    private final DynamoDbPlan tables;
    private final DynamoDbSettings dynamoDb;
    private final ExportSettings settings;

    /** By the tables' names in the pipeline. */
    private final TreeMap<String, String> cautions = new TreeMap<>();

    private final List<String> remarks = new ArrayList<>();
    private boolean compares;

    private ExportPlan(DynamoDbPlan tables, DynamoDbSettings dynamoDb, ExportSettings settings) {
        this.tables = tables;
        this.dynamoDb = dynamoDb;
        this.settings = settings;
    }

    public static ExportPlan of(DynamoDbPlan tables, DynamoDbSettings dynamoDb, ExportSettings settings) {
        return new ExportPlan(tables, dynamoDb, settings);
    }

    @Override
    public String system() {
        return tables.system();
    }

    @Override
    public void check(Problems problems) {
        tables.check(problems);
        cautions.clear();
        remarks.clear();
        if (!dynamoDb.isStreamed()) {
            Set<String> unread = new HashSet<>(tables.tableNames());
            unread.removeAll(settings.tableNames());
            unread.forEach(table -> problems.add("Table " + table + " has neither a stream nor exports: set"
                    + " dynamodb.stream, or " + ExportSettings.LOCATION.key()));
        }
        Set<ExportLocation> unreachable = new HashSet<>();
        for (ExportedTable table : settings.tables()) {
            if (unreachable.contains(table.location())) {
                continue;
            }
            try (ObjectStore store = table.location().open()) {
                check(table, store, problems);
            } catch (IOException e) {
                unreachable.add(table.location());
                problems.add("The exports in " + table.location() + " cannot be looked for: " + e.getMessage());
            }
        }
    }

    /** Exports may come later. Those that are there must not leave a gap to the stream. */
    private void check(ExportedTable table, ObjectStore store, Problems problems) throws IOException {
        Instant streamedFrom = dynamoDb.streamedFrom();
        if (!table.isStreamed()) {
            windows(table, store);
            return;
        }
        if (Instant.MAX.equals(streamedFrom)) {
            problems.add("dynamodb.start is LATEST, so changes of table " + table
                    + " between its export and the start would be missing: set it to TRIM_HORIZON, or to AT_TIMESTAMP with a"
                    + " moment before the export");
            return;
        }
        List<Window> windows = windows(table, store);
        if (windows.isEmpty()) {
            return;
        }
        long chain = Chain.end(windows);
        if (chain < 0) {
            cautions.put(
                    table.name(),
                    "Table " + table + " has incremental exports in " + table.location()
                            + " and no full one, so rows that were not written since would be missing: export the whole table");
        }
        Instant end = Instant.ofEpochMilli(chain < 0 ? newest(windows) : chain);
        if (streamedFrom != null && end.isBefore(streamedFrom)) {
            problems.add("dynamodb.start-timestamp is " + streamedFrom + ", and the last export of table " + table
                    + " that leaves no gap ends at " + end
                    + ", so changes between the two would be missing: set it to that moment or one before it, or export the"
                    + " table again");
        }
        Instant oldest = tables.oldestRecord();
        if (chain >= 0 && oldest != null && end.isBefore(oldest)) {
            cautions.put(
                    table.name(),
                    "The last export of table " + table + " that leaves no gap ends at " + end
                            + ", and the stream has nothing from before " + oldest
                            + ", so changes between the two would be missing: export the table again");
        }
    }

    private static long newest(List<Window> windows) {
        return windows.stream().mapToLong(Window::to).max().orElse(-1);
    }

    /** Those of the newest full export, and of all that may end after it: an export's name begins with when it was begun. */
    private List<Window> windows(ExportedTable table, ObjectStore store) throws IOException {
        List<Window> windows = new ArrayList<>();
        TableIdentity current = tables.live().of(table.name());
        Export ofOneBefore = null;
        List<String> newestFirst = new ArrayList<>(table.location().exports(store));
        newestFirst.sort(Comparator.reverseOrder());
        String newestFull = "";
        for (String id : newestFirst) {
            if (id.compareTo(newestFull) < 0) {
                break;
            }
            Export export = export(store, id);
            if (export == null || !export.table().equals(table.source())) {
                continue;
            }
            current = current.isKnown() ? current : export.identity();
            if (export.identity().isAnotherThan(current)) {
                ofOneBefore = ofOneBefore == null ? export : ofOneBefore;
            } else {
                windows.add(export.window());
                newestFull = export.window().isFull()
                        ? String.format(Locale.ROOT, "%014d", export.window().to())
                        : newestFull;
            }
        }
        if (windows.isEmpty() && ofOneBefore != null) {
            remarks.add("the exports of table " + table + " in " + table.location()
                    + " are of a table that was dropped,"
                    + " with the id " + ofOneBefore.identity().id() + ", and the one that has its name now has the id "
                    + current.id() + ". Export the whole table");
        }
        return windows;
    }

    /** Of an export that cannot be used the job makes a dead letter. */
    private static @Nullable Export export(ObjectStore store, String id) throws IOException {
        try {
            byte[] summary = Manifest.summary(store, id);
            return summary == null ? null : Manifest.read(store, id, summary);
        } catch (UnusableException e) {
            return null;
        }
    }

    /** What the job writes a dead letter of if it starts from nothing, which nobody can tell beforehand. */
    @Override
    public List<String> cautions() {
        return List.copyOf(cautions.values());
    }

    @Override
    public List<String> remarks() {
        List<String> all = new ArrayList<>(tables.remarks());
        all.addAll(remarks);
        return all;
    }

    @Override
    public String wholeAgain(String table) {
        return tables.wholeAgain(table);
    }

    @Override
    public Set<String> tableNames() {
        return tables.tableNames();
    }

    @Override
    public Map<String, Schema> schemas() {
        return tables.schemas();
    }

    @Override
    public Map<String, Long> columnRules() {
        return tables.columnRules();
    }

    @Override
    public Collection<Schema> declared() {
        return tables.declared();
    }

    @Override
    public List<String> statements() {
        return tables.statements();
    }

    /** Only a full export tells which rows there are. */
    @Override
    public void checkComparison(Problems problems) {
        Set<String> unexported = new TreeSet<>(tables.tableNames());
        unexported.removeAll(settings.tableNames());
        unexported.forEach(table -> problems.add("start-from is targets, and table " + table
                + " has no exports, without which nobody knows which of its rows are gone: set "
                + ExportSettings.LOCATION.key()
                + " for it, or take start-from out, and empty the table's targets before"
                + " the start"));
    }

    @Override
    public void outrank(Position newest, boolean isToCompare) {
        compares = isToCompare;
    }

    @Override
    public Capture start() {
        Capture exports = new ExportCapture(settings, tables.tables(), cautions, tables.live(), compares);
        if (!dynamoDb.isStreamed()) {
            return exports;
        }
        Capture stream = tables.start();
        return (environment, uid) -> stream.open(environment, uid).union(exports.open(environment, uid));
    }
}
