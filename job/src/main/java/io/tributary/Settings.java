package io.tributary;

import io.tributary.capture.CapturePlan;
import io.tributary.capture.CaptureSettings;
import io.tributary.capture.ColumnSettings;
import io.tributary.capture.dynamodb.DynamoDbSettings;
import io.tributary.capture.dynamodb.export.ExportSettings;
import io.tributary.capture.dynamodb.export.read.ExportPlan;
import io.tributary.capture.dynamodb.stream.DynamoDbPlan;
import io.tributary.capture.kafka.KafkaPlan;
import io.tributary.capture.kafka.KafkaSettings;
import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.PostgresSources;
import io.tributary.capture.postgres.plan.PostgresPlan;
import io.tributary.latest.LatestSettings;
import io.tributary.load.LoadSettings;
import io.tributary.query.QuerySettings;
import io.tributary.settings.CloudWatch;
import io.tributary.settings.Given;
import io.tributary.settings.KnownKeys;
import io.tributary.settings.Patience;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import io.tributary.sink.iceberg.IcebergSettings;
import io.tributary.sink.kinesis.KinesisSettings;
import io.tributary.sink.redshift.OnGap;
import io.tributary.sink.redshift.RedshiftSettings;
import io.tributary.sink.rejected.RejectedSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;

/** The settings of every stage, read from one set of dotted keys. */
final class Settings {

    static final ConfigOption<String> NAME = ConfigOptions.key("name")
            .stringType()
            .defaultValue("tributary")
            .withDescription("The job's name in Flink.");

    static final ConfigOption<StartFrom> START_FROM = ConfigOptions.key("start-from")
            .enumType(StartFrom.class)
            .defaultValue(StartFrom.NOTHING)
            .withDescription(
                    "What a job that has no state knows of the rows that its targets have. nothing: it replaces those"
                            + " that it finds in the source, and leaves the others there. targets: it reads the keys of Iceberg"
                            + " tables that pass through, too, and deletes in all targets those that are no longer"
                            + " in the source; and it replaces the tables of SQL files, each in one commit, when it has read all that"
                            + " they are made of. A job that resumes has state, and goes on as it began.");

    /** Under this stands Flink's own configuration. */
    static final String FLINK = "flink";

    /** In front of the settings of each system that can be read from beside PostgreSQL, or without it. */
    private static final List<String> OTHER_SYSTEMS = List.of("dynamodb.", "kafka.");

    private final String name;
    private final StartFrom startFrom;
    private final Patience patience;
    private final List<PostgresSettings> postgres;
    private final @Nullable DynamoDbSettings dynamoDb;
    private final @Nullable ExportSettings exports;
    private final @Nullable KafkaSettings kafka;
    private final LatestSettings latest;
    private final QuerySettings query;
    private final IcebergSettings iceberg;
    private final KinesisSettings kinesis;
    private final RedshiftSettings redshift;
    private final RejectedSettings rejected;
    private final Configuration flink;
    private final Map<String, Long> columnRules;
    private final Set<String> named;

    private Settings(
            String name,
            StartFrom startFrom,
            Patience patience,
            List<PostgresSettings> postgres,
            @Nullable DynamoDbSettings dynamoDb,
            @Nullable ExportSettings exports,
            @Nullable KafkaSettings kafka,
            LatestSettings latest,
            QuerySettings query,
            IcebergSettings iceberg,
            KinesisSettings kinesis,
            RedshiftSettings redshift,
            RejectedSettings rejected,
            Configuration flink,
            Map<String, Long> columnRules,
            Set<String> named) {
        this.name = name;
        this.startFrom = startFrom;
        this.patience = patience;
        this.postgres = postgres;
        this.dynamoDb = dynamoDb;
        this.exports = exports;
        this.kafka = kafka;
        this.latest = latest;
        this.query = query;
        this.iceberg = iceberg;
        this.kinesis = kinesis;
        this.redshift = redshift;
        this.rejected = rejected;
        this.flink = flink;
        this.columnRules = columnRules;
        this.named = named;
    }

    /**
     * Fails with everything that is wrong, if a setting cannot be used. A key that nobody knows keeps nothing else from
     * being checked, so it is left among the problems.
     *
     * @param found what was found so far
     */
    static Settings of(Configuration configuration, Secrets secrets, Problems found) {
        return of(configuration, secrets, true, found);
    }

    /** The same for a host that merges in the warehouse, whose settings need not name what is read from. */
    static Settings ofMerges(Configuration configuration, Secrets secrets, Problems found) {
        return of(configuration, secrets, false, found);
    }

    private static Settings of(Configuration configuration, Secrets secrets, boolean isReading, Problems found) {
        checkKeys(configuration, found);
        Problems problems = new Problems();
        Settings settings = from(Given.of(configuration, secrets, problems), isReading);
        problems.sentences().forEach(found::add);
        if (!problems.isEmpty()) {
            throw found.exception();
        }
        return settings;
    }

    /** A problem for each key that nobody knows. */
    static void checkKeys(Configuration configuration, Problems problems) {
        new KnownKeys()
                .options(options())
                .ofSources(PostgresSettings.options())
                .open(FLINK)
                .check(new TreeSet<>(configuration.keySet()), problems);
    }

    private static Settings from(Given given, boolean isReading) {
        given.check(options());
        if (given.has(RedshiftSettings.URL)) {
            given.fill(RedshiftSettings.STREAM, KinesisSettings.STREAM);
        }
        ColumnSettings columns = ColumnSettings.from(given);
        DynamoDbSettings dynamoDb = given.hasAny("dynamodb.") ? DynamoDbSettings.from(given, columns) : null;
        LatestSettings latest = LatestSettings.from(given);
        // A host that merges reads tables of Iceberg only to fill others again.
        boolean isLakeKnown =
                isReading || given.hasAny("iceberg.") || given.get(RedshiftSettings.ON_GAP) == OnGap.RELOAD;
        boolean isAlone = isReading && OTHER_SYSTEMS.stream().noneMatch(given::hasAny);
        Settings settings = new Settings(
                given.get(NAME),
                given.get(START_FROM),
                Patience.from(given),
                PostgresSources.from(given, columns, isAlone).stream()
                        .map(source -> source.limitingRowsTo(latest.maxRowSize()))
                        .collect(Collectors.toList()),
                dynamoDb,
                dynamoDb == null ? null : ExportSettings.from(given, dynamoDb),
                given.hasAny("kafka.") ? KafkaSettings.from(given, columns) : null,
                latest,
                QuerySettings.from(given),
                IcebergSettings.from(isLakeKnown ? given : nothing()),
                KinesisSettings.from(given),
                RedshiftSettings.from(given),
                RejectedSettings.from(given),
                Configuration.fromMap(given.properties(FLINK).asMap()),
                columns.all().entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, rules -> rules.getValue().fingerprint())),
                new TreeSet<>(given.tables()));
        settings.checkAcrossStages(given);
        return settings;
    }

    private static Given nothing() {
        return Given.of(new Configuration(), new Secrets(name -> null, name -> null), new Problems());
    }

    /** What settings of different stages say of each other; the stages do not know each other's. */
    private void checkAcrossStages(Given given) {
        if (dynamoDb != null && exports != null && !dynamoDb.isStreamed() && !exports.isOn()) {
            given.problem(
                    DynamoDbSettings.STREAM,
                    " is missing: set it to the Kinesis data stream of the tables' changes, or set "
                            + ExportSettings.LOCATION.key() + " to where their exports are");
        }
        if (exports != null && exports.isOn() && exports.maxAge().compareTo(latest.tombstoneTtl()) > 0) {
            given.problem(
                    ExportSettings.MAX_AGE,
                    " is longer than " + LatestSettings.TOMBSTONE_TTL.key() + ", so rows that were deleted since an"
                            + " export could come back: make it as short, or raise "
                            + LatestSettings.TOMBSTONE_TTL.key());
        }
        if (startsFromTargets()) {
            checkComparison(given);
        }
        if (loads().isByFiles() && loads().isStreamed() && !kinesis.isOn()) {
            given.problem(
                    KinesisSettings.STREAM,
                    " is missing: not all tables are loaded by files. Name the stream of the others, or set "
                            + LoadSettings.LOAD.key() + " to files, for each table too");
        }
        if (!loads().isStreamed() && kinesis.isOn()) {
            given.problem(
                    KinesisSettings.STREAM,
                    " is set, and " + LoadSettings.LOAD.key()
                            + " is files: nothing would be sent to it. Take it out, or set " + LoadSettings.LOAD.key()
                            + " to auto or stream");
        }
        if (redshift.isEnabled() && kinesis.isOn() && kinesis.isStreamPerTable()) {
            given.problem(
                    KinesisSettings.STREAM_PER_TABLE,
                    " is set, but the warehouse lands one stream: turn it off, or take the redshift settings out");
        }
    }

    private void checkComparison(Given given) {
        if (dynamoDb != null && (exports == null || !exports.isOn())) {
            given.problem(
                    START_FROM,
                    " is targets, and the stream of DynamoDB does not tell which rows were deleted before it: set "
                            + ExportSettings.LOCATION.key()
                            + " to where there are full exports; or take it out, and empty"
                            + " the targets of these tables before the start, or read them in a job of their own");
        }
        for (PostgresSettings source : postgres) {
            if (source.reader() != PostgresSettings.ReaderChoice.NATIVE) {
                given.problem(
                        START_FROM,
                        " is targets, and the reader flink-cdc does not tell which rows a table no longer has: set "
                                + source.key("postgres.reader") + " to native");
            }
        }
        if (kafka != null && makesRecords() && iceberg.versionColumn() == null) {
            given.problem(
                    START_FROM,
                    " is targets, and the warehouse forgets rows of Kafka by their versions, which the Iceberg tables have"
                            + " to tell: set " + IcebergSettings.VERSION_COLUMN.key()
                            + " in the job that fills them, and here; or take it out, and empty the targets before the start");
        }
    }

    static List<ConfigOption<?>> options() {
        List<ConfigOption<?>> options = new ArrayList<>(List.of(NAME, START_FROM));
        options.addAll(Patience.options());
        options.addAll(CloudWatch.options());
        options.addAll(CaptureSettings.options());
        options.addAll(ColumnSettings.options());
        options.addAll(PostgresSettings.options());
        options.addAll(DynamoDbSettings.options());
        options.addAll(ExportSettings.options());
        options.addAll(KafkaSettings.options());
        options.addAll(LatestSettings.options());
        options.addAll(QuerySettings.options());
        options.addAll(IcebergSettings.options());
        options.addAll(KinesisSettings.options());
        options.addAll(RedshiftSettings.options());
        options.addAll(LoadSettings.options());
        options.addAll(RejectedSettings.options());
        return List.copyOf(options);
    }

    String name() {
        return name;
    }

    /** Whether a job without state compares what it reads with what its targets have. */
    boolean startsFromTargets() {
        return startFrom == StartFrom.TARGETS;
    }

    /** How long systems that are away are waited for. */
    Patience patience() {
        return patience;
    }

    /** The systems that are read from. */
    List<CapturePlan> systems() {
        List<CapturePlan> systems = new ArrayList<>();
        postgres.forEach(source -> systems.add(PostgresPlan.of(source)));
        if (dynamoDb != null) {
            DynamoDbPlan plan = DynamoDbPlan.of(dynamoDb);
            systems.add(exports == null || !exports.isOn() ? plan : ExportPlan.of(plan, dynamoDb, exports));
        }
        if (kafka != null) {
            systems.add(KafkaPlan.of(kafka));
        }
        return List.copyOf(systems);
    }

    /** Whether changes come from partitions or shards, which have no order in common. */
    boolean readsPartitions() {
        return kafka != null || dynamoDb != null;
    }

    /** Whether they name any system that is read from; those of a host that only merges need not. */
    boolean nameASource() {
        return !postgres.isEmpty() || readsPartitions();
    }

    /** The databases of PostgreSQL that are read. */
    List<PostgresSettings> postgres() {
        return postgres;
    }

    @Nullable
    DynamoDbSettings dynamoDb() {
        return dynamoDb;
    }

    /** Null if no tables of DynamoDB are read. */
    @Nullable
    ExportSettings exports() {
        return exports;
    }

    LatestSettings latest() {
        return latest;
    }

    QuerySettings query() {
        return query;
    }

    IcebergSettings iceberg() {
        return iceberg;
    }

    KinesisSettings kinesis() {
        return kinesis;
    }

    RedshiftSettings redshift() {
        return redshift;
    }

    /** Which way records take into the warehouse. */
    LoadSettings loads() {
        return redshift.loads();
    }

    /** Whether records are made for the warehouse, or others who read them. */
    boolean makesRecords() {
        return kinesis.isOn() || loads().isByFiles();
    }

    RejectedSettings rejected() {
        return rejected;
    }

    /** What stands under {@code flink.}, without that prefix. */
    Configuration flink() {
        return flink;
    }

    /** The tables of which anything is said below {@code tables}. */
    Set<String> named() {
        return named;
    }

    /** The tables, by their names in the pipeline, of which columns are to be left out or hashed. */
    Set<String> treated() {
        return new TreeSet<>(columnRules.keySet());
    }

    /** What tells apart the ways in which columns of a table are left out or hashed; 0 if they all come as they are. */
    long columnRules(String table) {
        return columnRules.getOrDefault(table, 0L);
    }
}
