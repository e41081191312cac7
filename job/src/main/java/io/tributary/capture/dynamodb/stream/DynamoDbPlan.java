package io.tributary.capture.dynamodb.stream;

import io.tributary.capture.Capture;
import io.tributary.capture.CapturePlan;
import io.tributary.capture.dynamodb.DynamoDbSettings;
import io.tributary.capture.dynamodb.LiveTables;
import io.tributary.capture.dynamodb.StreamDestinations;
import io.tributary.capture.dynamodb.TableIdentity;
import io.tributary.capture.dynamodb.TableKeys;
import io.tributary.capture.dynamodb.TableSettings;
import io.tributary.capture.dynamodb.item.ItemTable;
import io.tributary.change.Schema;
import io.tributary.settings.Problems;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What there is to know of the tables and their stream before the job runs. Nothing is made in AWS. */
public final class DynamoDbPlan implements CapturePlan {

    private final DynamoDbSettings settings;
    private final List<ItemTable> tables = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();
    private final Map<String, TableIdentity> identities = new LinkedHashMap<>();
    private @Nullable KeptRecords kept;
    private Instant askedAt = Instant.EPOCH;

    private DynamoDbPlan(DynamoDbSettings settings) {
        this.settings = settings;
    }

    public static DynamoDbPlan of(DynamoDbSettings settings) {
        return new DynamoDbPlan(settings);
    }

    @Override
    public String system() {
        return RecordDecoder.SYSTEM;
    }

    @Override
    public void check(Problems problems) {
        tables.clear();
        remarks.clear();
        identities.clear();
        askedAt = Instant.now();
        if (settings.isStreamed()) {
            KinesisStream stream = KinesisStream.check(settings, problems);
            kept = stream == null ? null : stream.kept();
            StreamDestinations.check(settings, stream == null ? null : stream.arn(), problems, remarks);
        }
        List<TableSettings> unknown = new ArrayList<>();
        for (TableSettings table : settings.tables()) {
            if (table.hasKey()) {
                tables.add(table.captured(problems));
            } else {
                unknown.add(table);
            }
        }
        tables.addAll(TableKeys.describe(settings, unknown, identities, problems));
    }

    @Override
    public String wholeAgain(String table) {
        return "make a full export of " + table + " before, with dynamodb export --full --table " + table;
    }

    @Override
    public Set<String> tableNames() {
        return settings.sources().keySet();
    }

    /** Keys and declared columns: the others are found from what comes. */
    @Override
    public Map<String, Schema> schemas() {
        Map<String, Schema> schemas = new LinkedHashMap<>();
        tables.forEach(table -> schemas.put(table.name(), table.schema()));
        return schemas;
    }

    @Override
    public Collection<Schema> declared() {
        return schemas().values();
    }

    @Override
    public Map<String, Long> columnRules() {
        Map<String, Long> rules = new LinkedHashMap<>();
        tables.forEach(table -> rules.put(table.name(), table.rules().fingerprint()));
        return rules;
    }

    /** The tables whose keys are known. To be called after {@link #check}. */
    public List<ItemTable> tables() {
        return List.copyOf(tables);
    }

    /** Which tables have the names now, as far as DynamoDB was asked for them. To be called after {@link #check}. */
    public LiveTables live() {
        return LiveTables.of(identities, askedAt);
    }

    /** The stream has nothing from before; null where that is not known. To be called after {@link #check}. */
    public @Nullable Instant oldestRecord() {
        return kept == null ? null : kept.since(Instant.now());
    }

    @Override
    public List<String> statements() {
        return List.of();
    }

    @Override
    public List<String> remarks() {
        return List.copyOf(remarks);
    }

    @Override
    public Capture start() {
        return new DynamoDbCapture(settings, List.copyOf(tables), Instant.now(), kept);
    }
}
