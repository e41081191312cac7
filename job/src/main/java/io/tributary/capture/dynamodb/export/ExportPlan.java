package io.tributary.capture.dynamodb.export;

import io.tributary.capture.Capture;
import io.tributary.capture.CapturePlan;
import io.tributary.capture.dynamodb.DynamoDbPlan;
import io.tributary.capture.dynamodb.DynamoDbSettings;
import io.tributary.change.Schema;
import io.tributary.settings.Problems;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The tables of DynamoDB, with their exports beside the stream, or without one. */
public final class ExportPlan implements CapturePlan {

    private final DynamoDbPlan tables;
    private final DynamoDbSettings dynamoDb;
    private final ExportSettings settings;

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
            try (ExportStore store = table.location().open()) {
                check(table, store, problems);
            } catch (IOException e) {
                unreachable.add(table.location());
                problems.add("The exports in " + table.location() + " cannot be looked for: " + e.getMessage());
            }
        }
    }

    /** Exports may come later. Those that are there must not leave a gap to the stream. */
    private void check(ExportedTable table, ExportStore store, Problems problems) throws IOException {
        Instant streamedFrom = dynamoDb.streamedFrom();
        if (!table.isStreamed() || streamedFrom == null) {
            table.location().exports(store);
            return;
        }
        if (streamedFrom.equals(Instant.MAX)) {
            problems.add("dynamodb.start is LATEST, so changes of table " + table
                    + " between its export and the start would be missing: set it to TRIM_HORIZON, or to AT_TIMESTAMP with a"
                    + " moment before the export");
            return;
        }
        long end = -1;
        for (String id : table.location().exports(store)) {
            byte[] summary = store.find(Manifest.summaryOf(id));
            if (summary != null) {
                end = Math.max(end, end(table, store, id, summary));
            }
        }
        if (end >= 0 && end < streamedFrom.toEpochMilli()) {
            problems.add("dynamodb.start-timestamp is " + streamedFrom + ", and the last export of table " + table
                    + " ends at " + Instant.ofEpochMilli(end)
                    + ", so changes between the two would be missing: set it to that moment or one before it, or export the"
                    + " table again");
        }
    }

    /** Of an export that cannot be used the job makes a dead letter. */
    private static long end(ExportedTable table, ExportStore store, String id, byte[] summary) throws IOException {
        try {
            Export export = Manifest.read(store, id, summary);
            return export.table().equals(table.source()) ? export.window().to() : -1;
        } catch (UnusableException e) {
            return -1;
        }
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
    public List<String> statements() {
        return tables.statements();
    }

    @Override
    public Capture start() {
        Capture exports = new ExportCapture(settings, tables.tables());
        if (!dynamoDb.isStreamed()) {
            return exports;
        }
        Capture stream = tables.start();
        return (environment, uid) -> stream.open(environment, uid).union(exports.open(environment, uid));
    }
}
