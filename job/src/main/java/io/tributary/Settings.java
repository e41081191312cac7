package io.tributary;

import io.tributary.capture.CapturePlan;
import io.tributary.capture.dynamodb.DynamoDbSettings;
import io.tributary.capture.dynamodb.export.ExportSettings;
import io.tributary.capture.dynamodb.export.read.ExportPlan;
import io.tributary.capture.dynamodb.stream.DynamoDbPlan;
import io.tributary.capture.kafka.KafkaPlan;
import io.tributary.capture.kafka.KafkaSettings;
import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.plan.PostgresPlan;
import io.tributary.latest.LatestSettings;
import io.tributary.query.QuerySettings;
import io.tributary.settings.KnownKeys;
import io.tributary.settings.Patience;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import io.tributary.sink.iceberg.IcebergSettings;
import io.tributary.sink.kinesis.KinesisSettings;
import io.tributary.sink.redshift.RedshiftSettings;
import io.tributary.sink.rejected.RejectedSettings;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ConfigurationUtils;
import org.jspecify.annotations.Nullable;

/** The settings of every stage, read from one set of dotted keys. */
final class Settings {

    static final ConfigOption<String> NAME = ConfigOptions.key("name")
            .stringType()
            .defaultValue("tributary")
            .withDescription("The job's name in Flink.");

    /** Keys under which Tributary hands everything on. */
    private static final String[] OPEN = {
        "postgres.jdbc",
        "dynamodb.kinesis-client",
        "dynamodb.client",
        "tables.<table>.dynamodb.columns",
        "tables.<table>.dynamodb.rename",
        "sql.functions",
        "iceberg.catalog",
        "iceberg.table-properties",
        "iceberg.hadoop",
        "tables.<table>.iceberg.properties",
        "kafka.client",
        "tables.<table>.kafka.columns",
        "kinesis.client",
        "flink"
    };

    static final String FLINK = "flink.";

    /** In front of the settings of each system that can be read from beside PostgreSQL, or without it. */
    private static final List<String> OTHER_SYSTEMS = List.of("dynamodb.", "kafka.");

    private final String name;
    private final @Nullable PostgresSettings postgres;
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

    private Settings(
            String name,
            @Nullable PostgresSettings postgres,
            @Nullable DynamoDbSettings dynamoDb,
            @Nullable ExportSettings exports,
            @Nullable KafkaSettings kafka,
            LatestSettings latest,
            QuerySettings query,
            IcebergSettings iceberg,
            KinesisSettings kinesis,
            RedshiftSettings redshift,
            RejectedSettings rejected,
            Configuration flink) {
        this.name = name;
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
    }

    /**
     * Fails with everything that is wrong, if a setting cannot be used. A key that nobody knows keeps nothing else from
     * being checked, so it is left among the problems.
     *
     * @param found what was found so far
     */
    static Settings of(Configuration configuration, Secrets secrets, Problems found) {
        new KnownKeys().options(options()).open(OPEN).check(configuration.keySet(), found);
        Configuration given = withDefaults(configuration);
        Problems problems = new Problems();
        options().forEach(option -> dropIfUnreadable(given, option, problems));
        PostgresSettings postgres = readsPostgres(given) ? PostgresSettings.from(given, secrets, problems) : null;
        DynamoDbSettings dynamoDb = reads(given, "dynamodb.") ? DynamoDbSettings.from(given, secrets, problems) : null;
        ExportSettings exports = dynamoDb == null
                ? null
                : ExportSettings.from(given, dynamoDb.sources(), dynamoDb.isStreamed(), problems);
        KafkaSettings kafka = reads(given, "kafka.") ? KafkaSettings.from(given, secrets, problems) : null;
        LatestSettings latest = LatestSettings.from(given, problems);
        postgres = postgres == null ? null : postgres.limitingRowsTo(latest.maxRowSize());
        QuerySettings query = QuerySettings.from(given, secrets, problems);
        IcebergSettings iceberg = IcebergSettings.from(given, secrets, problems);
        KinesisSettings kinesis = KinesisSettings.from(given, secrets, problems);
        RedshiftSettings redshift = RedshiftSettings.from(given, secrets, problems);
        RejectedSettings rejected = RejectedSettings.from(given, secrets, problems);
        if (exports != null && exports.isOn() && exports.maxAge().compareTo(latest.tombstoneTtl()) > 0) {
            problems.add("dynamodb.exports.max-age is longer than latest.tombstone-ttl, so rows that were deleted since"
                    + " an export could come back: make it as short, or raise latest.tombstone-ttl");
        }
        if (redshift.isEnabled() && kinesis.isOn() && kinesis.isStreamPerTable()) {
            problems.add("kinesis.stream-per-table is set, but the warehouse lands one stream: turn it off, or take the"
                    + " redshift settings out");
        }
        problems.sentences().forEach(found::add);
        if (!problems.isEmpty()) {
            throw found.exception();
        }
        Configuration flink = new Configuration();
        given.toMap().forEach((key, value) -> {
            if (key.startsWith(FLINK)) {
                flink.setString(key.substring(FLINK.length()), value);
            }
        });
        return new Settings(
                given.get(NAME),
                postgres,
                dynamoDb,
                exports,
                kafka,
                latest,
                query,
                iceberg,
                kinesis,
                redshift,
                rejected,
                flink);
    }

    /** Where no system is named, what is missing is said of PostgreSQL. */
    private static boolean readsPostgres(Configuration given) {
        return reads(given, "postgres.") || OTHER_SYSTEMS.stream().noneMatch(prefix -> reads(given, prefix));
    }

    private static boolean reads(Configuration given, String prefix) {
        return given.keySet().stream().anyMatch(key -> key.startsWith(prefix));
    }

    /** The value of a map may be anything, secrets too, so it is not repeated. */
    private static void dropIfUnreadable(Configuration given, ConfigOption<?> option, Problems problems) {
        try {
            given.getOptional(option);
        } catch (IllegalArgumentException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            problems.add(
                    ConfigurationUtils.canBePrefixMap(option)
                            ? option.key() + " has to be a mapping"
                            : option.key() + ": '" + given.getString(option.key(), "") + "' cannot be read: "
                                    + cause.getMessage());
            given.removeConfig(option);
        }
    }

    /** Redshift, where there is one, reads the stream that Kinesis is given, unless it is told otherwise. */
    private static Configuration withDefaults(Configuration configuration) {
        Configuration given = configuration.clone();
        String stream = configuration.getString("kinesis.stream", null);
        if (stream != null && given.containsKey("redshift.url") && !given.containsKey("redshift.stream")) {
            given.setString("redshift.stream", stream);
        }
        return given;
    }

    static List<ConfigOption<?>> options() {
        List<ConfigOption<?>> options = new ArrayList<>(List.of(NAME));
        options.addAll(Patience.options());
        options.addAll(PostgresSettings.options());
        options.addAll(DynamoDbSettings.options());
        options.addAll(ExportSettings.options());
        options.addAll(KafkaSettings.options());
        options.addAll(LatestSettings.options());
        options.addAll(QuerySettings.options());
        options.addAll(IcebergSettings.options());
        options.addAll(KinesisSettings.options());
        options.addAll(RedshiftSettings.options());
        options.addAll(RejectedSettings.options());
        return List.copyOf(options);
    }

    String name() {
        return name;
    }

    /** The systems that are read from. */
    List<CapturePlan> systems() {
        List<CapturePlan> systems = new ArrayList<>();
        if (postgres != null) {
            systems.add(PostgresPlan.of(postgres));
        }
        if (dynamoDb != null) {
            DynamoDbPlan plan = DynamoDbPlan.of(dynamoDb);
            systems.add(exports == null || !exports.isOn() ? plan : ExportPlan.of(plan, dynamoDb, exports));
        }
        if (kafka != null) {
            systems.add(KafkaPlan.of(kafka));
        }
        return List.copyOf(systems);
    }

    @Nullable
    PostgresSettings postgres() {
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

    RejectedSettings rejected() {
        return rejected;
    }

    /** What stands under {@code flink.}, without that prefix. */
    Configuration flink() {
        return flink;
    }
}
