package io.tributary.aws;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.AlarmWidget;
import software.amazon.awscdk.services.cloudwatch.ComparisonOperator;
import software.amazon.awscdk.services.cloudwatch.Dashboard;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.MathExpression;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.amazon.awscdk.services.cloudwatch.actions.SnsAction;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.sns.Topic;
import software.amazon.awscdk.services.sns.subscriptions.EmailSubscription;
import software.amazon.awscdk.services.stepfunctions.StateMachine;
import software.constructs.Construct;

/**
 * Alarms, each with the entry of the manual that says what to do, and a dashboard of them all. What they watch, from where on, and how
 * that compares with the alarms of Prometheus stands in deploy/monitoring/alarms.yaml, too.
 */
final class Alarms extends Construct {

    private static final Duration PERIOD = Duration.minutes(5);

    private final String runbook;
    private final Topic topic;
    private final List<Alarm> alarms = new ArrayList<>();

    Alarms(Construct scope, Parameters parameters, IKey key) {
        super(scope, "Alarms");
        this.runbook = parameters.value("--runbook");
        this.topic = Topic.Builder.create(this, "Topic")
                .displayName("Alarms of " + parameters.name())
                .masterKey(key)
                .enforceSsl(true)
                .build();
        if (parameters.isGiven("--alarms-to")) {
            topic.addSubscription(new EmailSubscription(parameters.value("--alarms-to")));
        }
    }

    /** The job's own metrics are those that it shows to CloudWatch besides, see the setting metrics.cloudwatch. */
    void of(FlinkApplication job, GivenSettings settings) {
        Map<String, String> name = Map.of("Application", job.name());
        more(
                "The job restarts",
                metric("AWS/KinesisAnalytics", "fullRestarts", "Maximum", name),
                0,
                1,
                "the-job-restarts-again-and-again");
        more(
                "The job is down",
                metric("AWS/KinesisAnalytics", "downtime", "Maximum", name),
                60_000,
                2,
                "the-job-does-not-run");
        more(
                "Checkpoints fail",
                metric("AWS/KinesisAnalytics", "numberOfFailedCheckpoints", "Maximum", name),
                0,
                3,
                "no-checkpoint-completes");
        silent(
                "The job says nothing",
                metric("AWS/KinesisAnalytics", "uptime", "Maximum", name),
                "the-job-does-not-run");
        if (settings.truth("metrics.cloudwatch", true)) {
            ofOwn(name, !settings.databases().isEmpty());
        }
    }

    private void ofOwn(Map<String, String> job, boolean readsPostgres) {
        more(
                "The job waits for a system",
                metric("AWS/KinesisAnalytics", "outages", "Maximum", job),
                0,
                2,
                "a-system-is-waited-for");
        more(
                "A table in Iceberg is behind",
                metric("AWS/KinesisAnalytics", "completeAgeMilliseconds", "Maximum", job),
                600_000,
                2,
                "an-iceberg-table-is-behind");
        add(
                "There are dead letters",
                increase(metric("AWS/KinesisAnalytics", "deadLetters", "Maximum", job)),
                0,
                1,
                ComparisonOperator.GREATER_THAN_THRESHOLD,
                TreatMissingData.NOT_BREACHING,
                "there-are-dead-letters");
        if (readsPostgres) {
            more(
                    "The job is behind PostgreSQL",
                    metric("AWS/KinesisAnalytics", "sourceLagMilliseconds", "Maximum", job),
                    600_000,
                    2,
                    "the-job-is-behind-its-source");
            less(
                    "PostgreSQL is away",
                    metric("AWS/KinesisAnalytics", "connected", "Minimum", job),
                    1,
                    2,
                    "the-source-is-away");
        }
    }

    /** Of one period over the one before. */
    private static IMetric increase(Metric total) {
        return MathExpression.Builder.create()
                .expression("DIFF(total)")
                .usingMetrics(Map.of("total", total))
                .period(PERIOD)
                .build();
    }

    void of(SourceDatabase database) {
        Map<String, String> name =
                Map.of(database.isAurora() ? "DBClusterIdentifier" : "DBInstanceIdentifier", database.identifier());
        more(
                "A slot holds WAL back",
                metric("AWS/RDS", "OldestReplicationSlotLag", "Maximum", name),
                5L << 30,
                3,
                "a-slot-keeps-wal");
        if (!database.isAurora()) {
            less(
                    "The database's disk is full",
                    metric("AWS/RDS", "FreeStorageSpace", "Minimum", name),
                    5L << 30,
                    1,
                    "the-database");
        }
    }

    /** @param late the entry for when it is read too late, which depends on who reads it */
    void of(String what, DataStream stream, String late) {
        Map<String, String> name = Map.of("StreamName", stream.name());
        more(
                what + ": too few shards",
                metric("AWS/Kinesis", "WriteProvisionedThroughputExceeded", "Sum", name),
                100,
                3,
                "kinesis-refuses-records");
        more(
                what + ": read too late",
                metric("AWS/Kinesis", "GetRecords.IteratorAgeMilliseconds", "Maximum", name),
                3_600_000,
                3,
                late);
    }

    /** DynamoDB drops what it could not put on the stream within a day. */
    void ofItems(String table) {
        Map<String, String> name = Map.of("TableName", table, "DelegatedOperation", "KinesisDataStreams");
        more(
                "Changes of " + table + " wait in DynamoDB",
                metric("AWS/DynamoDB", "AgeOfOldestUnreplicatedRecord", "Maximum", name),
                3_600_000,
                3,
                "kinesis");
    }

    void of(Merges merges) {
        Function function = merges.function();
        more("Merges fail", function.metricErrors(), 0, 3, "a-merge-fails");
        silent("Merges do not run", function.metricInvocations(), "merges-do-not-run");
    }

    void of(WarehouseSetup setup) {
        failing("The warehouse's set-up failed", setup.machine(), "the-warehouse");
    }

    void of(Exports exports) {
        failing("An export failed", exports.machine(), "exports-wait");
    }

    private void failing(String title, StateMachine machine, String entry) {
        more(title, machine.metricFailed(), 0, 1, entry);
        more(title + ": it took too long", machine.metricTimedOut(), 0, 1, entry);
    }

    /** All on one page. */
    void dashboard(String name) {
        Dashboard dashboard =
                Dashboard.Builder.create(this, "Dashboard").dashboardName(name).build();
        for (Alarm alarm : alarms) {
            dashboard.addWidgets(AlarmWidget.Builder.create()
                    .title(String.valueOf(alarm.getNode().getId()))
                    .alarm(alarm)
                    .width(8)
                    .build());
        }
    }

    private static Metric metric(String namespace, String name, String statistic, Map<String, String> dimensions) {
        return Metric.Builder.create()
                .namespace(namespace)
                .metricName(name)
                .statistic(statistic)
                .period(PERIOD)
                .dimensionsMap(new HashMap<>(dimensions))
                .build();
    }

    private void more(String title, Metric metric, double than, int periods, String entry) {
        add(
                title,
                metric,
                than,
                periods,
                ComparisonOperator.GREATER_THAN_THRESHOLD,
                TreatMissingData.NOT_BREACHING,
                entry);
    }

    private void less(String title, Metric metric, double than, int periods, String entry) {
        add(
                title,
                metric,
                than,
                periods,
                ComparisonOperator.LESS_THAN_THRESHOLD,
                TreatMissingData.NOT_BREACHING,
                entry);
    }

    /** Goes off where there is no figure at all. */
    private void silent(String title, Metric metric, String entry) {
        add(title, metric, 0, 3, ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD, TreatMissingData.BREACHING, entry);
    }

    private void add(
            String title,
            IMetric metric,
            double threshold,
            int periods,
            ComparisonOperator comparison,
            TreatMissingData missing,
            String entry) {
        Alarm alarm = Alarm.Builder.create(this, title)
                .alarmName(Stack.of(this).getStackName() + ": " + title)
                .alarmDescription("What to do: " + runbook + "#" + entry)
                .metric(metric)
                .threshold(threshold)
                .evaluationPeriods(periods)
                .comparisonOperator(comparison)
                .treatMissingData(missing)
                .build();
        alarm.addAlarmAction(new SnsAction(topic));
        alarms.add(alarm);
    }
}
