package io.tributary.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.settings.ProblemsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awscdk.services.ec2.CfnSecurityGroup;

/** What matters in the templates. CloudFormation's own rules were errors while they were made. */
class DeploymentTest {

    private static final Synthesized WHOLE = Synthesized.whole();
    private static final Synthesized OTHER =
            Synthesized.of(false, "--database", "rds", "--warehouse", "provisioned", "--shards", "2");

    /** What may be done only to all of a kind: the service knows no narrower resource. */
    private static final Set<String> TO_ALL = Set.of(
            "ec2:AssignPrivateIpAddresses",
            "ec2:CreateNetworkInterface",
            "ec2:CreateNetworkInterfacePermission",
            "ec2:DeleteNetworkInterface",
            "ec2:DescribeDhcpOptions",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcs",
            "ec2:UnassignPrivateIpAddresses",
            "kinesis:ListStreams",
            "logs:CreateLogDelivery",
            "logs:DeleteLogDelivery",
            "logs:DescribeLogGroups",
            "logs:DescribeResourcePolicies",
            "logs:GetLogDelivery",
            "logs:ListLogDeliveries",
            "logs:PutResourcePolicy",
            "logs:UpdateLogDelivery",
            "redshift-data:DescribeStatement",
            "xray:GetSamplingRules",
            "xray:GetSamplingTargets",
            "xray:PutTelemetryRecords",
            "xray:PutTraceSegments");

    @Test
    void noRuleOfAwsSolutionsIsBroken() {
        assertThat(WHOLE.findings()).isEmpty();
        assertThat(OTHER.findings()).isEmpty();
    }

    @Test
    void nothingCanBeReachedFromOutside() {
        for (Synthesized each : List.of(WHOLE, OTHER)) {
            List<JsonNode> switches = new ArrayList<>();
            each.template().findValues("PubliclyAccessible", switches);
            assertThat(switches).isNotEmpty().allMatch(value -> !value.asBoolean(true));
            assertThat(each.resources("AWS::EC2::InternetGateway")).isEmpty();
            assertThat(each.resources("AWS::EC2::NatGateway")).isEmpty();
            each.resources("AWS::EC2::Subnet")
                    .values()
                    .forEach(subnet -> assertThat(
                                    subnet.path("MapPublicIpOnLaunch").asBoolean())
                            .isFalse());
            each.resources("AWS::EC2::SecurityGroupIngress")
                    .forEach((name, rule) ->
                            assertThat(rule.has("CidrIp")).as(name).isFalse());
            each.resources("AWS::EC2::SecurityGroup")
                    .forEach((name, group) -> assertThat(group.has("SecurityGroupIngress"))
                            .as(name)
                            .isFalse());
            each.resources("AWS::S3::Bucket")
                    .forEach((name, bucket) -> assertThat(bucket.path("PublicAccessBlockConfiguration"))
                            .as(name)
                            .hasSize(4)
                            .allMatch(JsonNode::asBoolean));
        }
    }

    @Test
    void whatCallsServicesIsLetInByTheirEndpoints() {
        Set<String> callers = new TreeSet<>();
        WHOLE.resources("AWS::EC2::SecurityGroupIngress").forEach((name, rule) -> {
            if (rule.path("GroupId").toString().contains("NetworkEndpoints")) {
                callers.add(rule.path("SourceSecurityGroupId").toString());
            }
        });
        Set<String> inside = new TreeSet<>();
        WHOLE.resources("AWS::EC2::SecurityGroup").keySet().stream()
                .filter(name -> !name.startsWith("NetworkEndpoints") && !name.startsWith("DatabaseGroup"))
                .forEach(inside::add);

        assertThat(inside).hasSize(4);
        inside.forEach(group -> assertThat(callers).anyMatch(caller -> caller.contains(group)));
    }

    @Test
    void everythingIsEncrypted() {
        for (Synthesized each : List.of(WHOLE, OTHER)) {
            has(each, "AWS::S3::Bucket", "BucketEncryption");
            has(each, "AWS::Kinesis::Stream", "StreamEncryption");
            has(each, "AWS::DynamoDB::Table", "SSESpecification");
            has(each, "AWS::RDS::DBCluster", "KmsKeyId");
            has(each, "AWS::RDS::DBInstance", each == OTHER ? "KmsKeyId" : "DBClusterIdentifier");
            has(each, "AWS::Redshift::Cluster", "KmsKeyId");
            has(each, "AWS::RedshiftServerless::Namespace", "KmsKeyId");
            has(each, "AWS::SecretsManager::Secret", "KmsKeyId");
            has(each, "AWS::Logs::LogGroup", "KmsKeyId");
            has(each, "AWS::SNS::Topic", "KmsMasterKeyId");
            assertThat(each.only("AWS::KMS::Key").path("EnableKeyRotation").asBoolean())
                    .isTrue();
            each.resources("AWS::S3::BucketPolicy")
                    .forEach((name, policy) -> assertThat(policy.toString())
                            .as(name)
                            .contains("\"Effect\":\"Deny\"")
                            .contains("aws:SecureTransport"));
            assertThat(each.resources("AWS::S3::BucketPolicy")).hasSameSizeAs(each.resources("AWS::S3::Bucket"));
        }
        assertThat(OTHER.only("AWS::Redshift::ClusterParameterGroup").toString())
                .contains("require_ssl\",\"ParameterValue\":\"true");
        assertThat(WHOLE.only("AWS::RedshiftServerless::Workgroup").toString())
                .contains("require_ssl\",\"ParameterValue\":\"true");
    }

    private static void has(Synthesized synthesized, String type, String property) {
        synthesized
                .resources(type)
                .forEach((name, resource) -> assertThat(resource.has(property))
                        .as(name + "." + property)
                        .isTrue());
    }

    @Test
    void noActionHasAWildcardAndNoOtherIsAllowedToAll() {
        for (Synthesized each : List.of(WHOLE, OTHER)) {
            Set<String> toAll = new TreeSet<>();
            each.statements()
                    .forEach((owner, statements) -> statements.forEach(statement -> {
                        if (!statement.path("Effect").asText().equals("Allow")) {
                            return;
                        }
                        for (String action : Synthesized.texts(statement.get("Action"))) {
                            assertThat(action).as(owner).doesNotContain("*");
                            if (statement.path("Resource").toString().equals("\"*\"")) {
                                toAll.add(action);
                            }
                        }
                    }));
            assertThat(TO_ALL).containsAll(toAll);
        }
    }

    @Test
    void logicalReplicationIsOnAndASlotCannotFillTheDisk() {
        for (String type : List.of("AWS::RDS::DBClusterParameterGroup", "AWS::RDS::DBParameterGroup")) {
            JsonNode parameters =
                    (type.contains("Cluster") ? WHOLE : OTHER).only(type).path("Parameters");
            assertThat(parameters.path("rds.logical_replication").asText()).isEqualTo("1");
            assertThat(parameters.path("rds.force_ssl").asText()).isEqualTo("1");
            assertThat(parameters.path("max_slot_wal_keep_size").asInt()).isPositive();
        }
    }

    @Test
    void theApplicationTakesSnapshotsAndScalesAndResumes() {
        JsonNode application = WHOLE.only("AWS::KinesisAnalyticsV2::Application");
        JsonNode configuration = application.path("ApplicationConfiguration");

        assertThat(application.path("RuntimeEnvironment").asText()).isEqualTo("FLINK-1_20");
        assertThat(configuration
                        .at("/ApplicationSnapshotConfiguration/SnapshotsEnabled")
                        .asBoolean())
                .isTrue();
        assertThat(application
                        .at("/RunConfiguration/FlinkRunConfiguration/AllowNonRestoredState")
                        .asBoolean())
                .isTrue();
        assertThat(configuration
                        .at("/FlinkApplicationConfiguration/ParallelismConfiguration/AutoScalingEnabled")
                        .asBoolean())
                .isTrue();
        assertThat(configuration
                        .at("/FlinkApplicationConfiguration/CheckpointConfiguration/CheckpointInterval")
                        .asInt())
                .isEqualTo(20_000);
        assertThat(configuration.path("VpcConfigurations")).hasSize(1);
    }

    @Test
    void tablesStreamTheirChangesAndCanBeExported() {
        JsonNode table = WHOLE.only("AWS::DynamoDB::Table");

        assertThat(table.at("/KinesisStreamSpecification/StreamArn").isMissingNode())
                .isFalse();
        assertThat(table.at("/KinesisStreamSpecification/ApproximateCreationDateTimePrecision")
                        .asText())
                .isEqualTo("MICROSECOND");
        assertThat(table.at("/PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled")
                        .asBoolean())
                .isTrue();
        assertThat(table.path("KeySchema").toString()).contains("customer", "number");
        assertThat(table.path("AttributeDefinitions").toString()).contains("\"number\",\"AttributeType\":\"N\"");
    }

    @Test
    void dataStaysUnlessItIsToldToGo() {
        Map<String, String> kept = new TreeMap<>();
        Map<String, String> gone = new TreeMap<>();
        for (Synthesized each : List.of(WHOLE, OTHER)) {
            each.template().path("Resources").properties().forEach(entry -> {
                String type = entry.getValue().path("Type").asText();
                if (Set.of(
                                "AWS::S3::Bucket",
                                "AWS::Glue::Database",
                                "AWS::DynamoDB::Table",
                                "AWS::KMS::Key",
                                "AWS::RDS::DBCluster",
                                "AWS::RDS::DBInstance",
                                "AWS::Redshift::Cluster")
                        .contains(type)) {
                    (each == WHOLE ? kept : gone)
                            .put(type, entry.getValue().path("DeletionPolicy").asText());
                }
            });
        }
        // Of Aurora the cluster has the data, not its instance.
        kept.remove("AWS::RDS::DBInstance");
        assertThat(kept)
                .containsEntry("AWS::RDS::DBCluster", "Snapshot")
                .containsEntry("AWS::S3::Bucket", "Retain")
                .containsEntry("AWS::Glue::Database", "Retain")
                .containsEntry("AWS::DynamoDB::Table", "Retain")
                .containsEntry("AWS::KMS::Key", "Retain");
        assertThat(WHOLE.only("AWS::RedshiftServerless::Namespace").has("FinalSnapshotName"))
                .isTrue();
        assertThat(gone.values()).isNotEmpty().containsOnly("Delete");
    }

    @Test
    void theSetUpRunsTheJobsScriptInOrderAndAwaitsIt() {
        String definition = WHOLE.definition("Setup");

        assertThat(definition.replace("\\\"", "\""))
                .containsSubsequence(
                        "CREATE SCHEMA IF NOT EXISTS",
                        "CREATE EXTERNAL SCHEMA",
                        "CREATE MATERIALIZED VIEW",
                        "unless",
                        "CREATE OR REPLACE PROCEDURE")
                .contains("redshiftdata:executeStatement", "redshiftdata:describeStatement", "\"MaxConcurrency\":1")
                .contains("FAILED", "ABORTED", "StatementFailed")
                .doesNotContain("localhost");
    }

    @Test
    void eachAlarmHasAnEntryInTheManual() throws Exception {
        List<String> headings =
                Files.readAllLines(Path.of(System.getProperty("tributary.home", "../.."), "job/docs/operations.md"))
                        .stream()
                        .filter(line -> line.startsWith("#"))
                        .map(DeploymentTest::anchor)
                        .toList();

        Map<String, JsonNode> alarms = WHOLE.resources("AWS::CloudWatch::Alarm");
        assertThat(alarms).hasSizeGreaterThan(10);
        alarms.forEach((name, alarm) -> {
            String description = alarm.path("AlarmDescription").asText();
            assertThat(description).as(name).startsWith("What to do: job/docs/operations.md#");
            assertThat(headings).contains(description.substring(description.indexOf('#') + 1));
            assertThat(alarm.path("AlarmActions")).as(name).hasSize(1);
        });
        assertThat(WHOLE.only("AWS::CloudWatch::Dashboard").toString()).contains("alarm");
    }

    /** As the sites that show Markdown make it. */
    private static String anchor(String heading) {
        return Pattern.compile("[^a-z0-9 -]")
                .matcher(heading.replaceFirst("^#+ ", "").toLowerCase(java.util.Locale.ROOT))
                .replaceAll("")
                .replace(' ', '-');
    }

    @ParameterizedTest
    @ValueSource(strings = {"lake,exports", "stream,changes,setup,merges,exports,rotation,alarms"})
    void aPartCanBeLeftOut(String parts) {
        Synthesized without = Synthesized.of("--database", "rds", "--without", parts);

        Map<String, String> typeOf = new HashMap<>(Map.of(
                "lake", "AWS::Glue::Database",
                "stream", "AWS::Kinesis::Stream",
                "setup", "AWS::StepFunctions::StateMachine",
                "merges", "AWS::Scheduler::Schedule",
                "rotation", "AWS::SecretsManager::RotationSchedule",
                "alarms", "AWS::CloudWatch::Alarm"));
        for (String part : parts.split(",")) {
            String type = typeOf.get(part);
            if (type != null) {
                assertThat(without.resources(type)).as(part).isEmpty();
            }
        }
        assertThat(without.findings()).isEmpty();
    }

    @Test
    void whatExistsIsUsed() {
        Synthesized yours = Synthesized.of(
                "--settings",
                "src/test/resources/yours.yaml",
                "--vpc",
                "vpc-0123456789abcdef0",
                "--subnets",
                "subnet-01234567,subnet-89abcdef",
                "--lake",
                "a-bucket",
                "--warehouse",
                "none");

        assertThat(yours.resources("AWS::EC2::VPC")).isEmpty();
        assertThat(yours.resources("AWS::S3::Bucket")).isEmpty();
        assertThat(yours.resources("AWS::Redshift::Cluster")).isEmpty();
        assertThat(yours.only("AWS::KinesisAnalyticsV2::Application").toString())
                .contains("subnet-01234567", "subnet-89abcdef", "s3://a-bucket/lake", "db.example.com");
        assertThat(yours.findings()).isEmpty();
    }

    @Test
    void whatCloudFormationWouldRefuseIsAnError() {
        assertThatThrownBy(() -> Synthesized.with(deployment -> CfnSecurityGroup.Builder.create(deployment, "Wrong")
                        .groupDescription("In no network")
                        .vpcId("nonsense")
                        .build()))
                .hasMessageContaining("Validation failed");
    }

    @Test
    void theJobMayConnectAsItsUserOfIam() {
        String[] settings = {"--settings", "src/test/resources/iam.yaml"};
        for (String database : List.of("aurora", "rds")) {
            Synthesized made = Synthesized.of(settings[0], settings[1], "--database", database);
            assertThat(connecting(made))
                    .singleElement()
                    .asString()
                    .contains(":dbuser:x-database")
                    .endsWith("/tributary");
            assertThat(made.template().toString()).doesNotContain("postgres.password");
            assertThat(made.findings()).isEmpty();
        }
        String[] yours = {settings[0], settings[1], "--without", "network,lake,alarms"};
        assertThat(connecting(
                        Synthesized.of(yours[0], yours[1], yours[2], yours[3], "--database-id", "cluster-ABC123")))
                .singleElement()
                .asString()
                .endsWith(":dbuser:cluster-ABC123/tributary");
        assertThatThrownBy(() -> Synthesized.of(yours))
                .isInstanceOf(ProblemsException.class)
                .hasMessageContaining("postgres.authentication is iam: give --database-id");
        assertThat(connecting(WHOLE)).isEmpty();
    }

    private static final String[] SOURCES = {"--settings", "src/test/resources/sources.yaml"};

    @Test
    void theJobReachesEachDatabaseByItsGroup() {
        Synthesized made = Synthesized.of(
                SOURCES[0],
                SOURCES[1],
                "--database-group",
                "sg-01234567,crm=sg-89abcdef",
                "--database-id",
                "stock=db-STOCK1");

        assertThat(rules(made, "AWS::EC2::SecurityGroupIngress", "GroupId"))
                .containsOnlyOnceElementsOf(List.of("sg-01234567 5432", "sg-89abcdef 6432"))
                .noneMatch(rule -> rule.startsWith("sg-01234567 6432") || rule.startsWith("sg-89abcdef 5432"));
        assertThat(rules(made, "AWS::EC2::SecurityGroupEgress", "DestinationSecurityGroupId"))
                .contains("sg-01234567 5432", "sg-89abcdef 6432");
        assertThat(outwards(made)).as("only that without a group").containsExactly("443", "5432");
        assertThat(connecting(made)).singleElement().asString().endsWith(":dbuser:db-STOCK1/tributary");
        assertThat(secrets(made)).containsExactlyInAnyOrder("secret:shop/tributary-??????", "secret:crm/reader-??????");
        JsonNode told = made.only("AWS::KinesisAnalyticsV2::Application")
                .at("/ApplicationConfiguration/EnvironmentProperties/PropertyGroups/0/PropertyMap");
        assertThat(told.path("sources.crm.postgres.hostname").asText()).isEqualTo("crm.example.com");
        assertThat(told.path("sources.billing.postgres.tables").asText()).isEqualTo("[public.invoices]");
        assertThat(made.findings()).isEmpty();
    }

    @Test
    void sourcesWithoutAServerOfTheirOwnAreOnTheOneThatIsMade() {
        Synthesized made =
                Synthesized.of(SOURCES[0], SOURCES[1], "--database", "rds", "--database-id", "stock=db-STOCK1");

        assertThat(rules(made, "AWS::EC2::SecurityGroupIngress", "GroupId"))
                .filteredOn(rule -> rule.contains("DatabaseGroup") && rule.endsWith(" 5432"))
                .as("of the job")
                .hasSize(1);
        assertThat(outwards(made)).containsExactly("443", "5432", "6432");
        assertThat(connecting(made)).hasSize(1);
        assertThat(made.findings()).isEmpty();
    }

    @Test
    void whatIsGivenForASourceIsOfOneThatThereIs() {
        assertThatThrownBy(() -> Synthesized.of(SOURCES))
                .isInstanceOf(ProblemsException.class)
                .hasMessageContaining("sources.stock.postgres.authentication is iam: give --database-id stock=<id>");
        assertThatThrownBy(
                        () -> Synthesized.of(SOURCES[0], SOURCES[1], "--database-id", "stock=db-STOCK1,stok=db-STOCK2"))
                .isInstanceOf(ProblemsException.class)
                .hasMessageContaining("--database-id is given for stok, and the settings have no sources.stok");
    }

    private static List<String> rules(Synthesized made, String type, String group) {
        return made.resources(type).values().stream()
                .map(rule -> Synthesized.texts(rule.path(group)).get(0).isEmpty()
                        ? rule.path(group) + " " + rule.path("ToPort").asText()
                        : rule.path(group).asText() + " " + rule.path("ToPort").asText())
                .toList();
    }

    /** The ports at which the job may reach whatever there is. */
    private static List<String> outwards(Synthesized made) {
        List<String> ports = new ArrayList<>();
        made.only("AWS::EC2::SecurityGroup", "JobGroup")
                .path("SecurityGroupEgress")
                .forEach(rule -> ports.add(rule.path("ToPort").asText()));
        return ports.stream().sorted().toList();
    }

    private static List<String> secrets(Synthesized made) {
        return made.statements().entrySet().stream()
                .filter(policy -> policy.getKey().startsWith("JobRole"))
                .flatMap(policy -> policy.getValue().stream())
                .filter(statement ->
                        Synthesized.texts(statement.path("Action")).contains("secretsmanager:GetSecretValue"))
                .flatMap(statement -> java.util.stream.StreamSupport.stream(
                        statement.path("Resource").spliterator(), false))
                .map(Synthesized::resolved)
                .map(arn -> arn.substring(arn.indexOf("secret:")))
                .toList();
    }

    private static List<String> connecting(Synthesized made) {
        return made.statements().values().stream()
                .flatMap(List::stream)
                .filter(statement -> Synthesized.texts(statement.path("Action")).contains("rds-db:connect"))
                .map(statement -> Synthesized.resolved(statement.path("Resource")))
                .toList();
    }

    @Test
    void whatCannotWorkIsSaidAtOnce() {
        assertThatThrownBy(() -> Synthesized.of("--database", "yours"))
                .isInstanceOf(ProblemsException.class)
                .hasMessageContaining("postgres.password is env:SHOP_PASSWORD");
        assertThatThrownBy(
                        () -> Synthesized.of("--database", "rds", "--warehouse", "serverless", "--without", "stream"))
                .isInstanceOf(ProblemsException.class)
                .hasMessageContaining("--warehouse serverless lands the stream");
    }
}
