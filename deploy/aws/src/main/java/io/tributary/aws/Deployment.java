package io.tributary.aws;

import io.tributary.settings.Problems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.ec2.InterfaceVpcEndpointAwsService;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.secretsmanager.ISecret;
import software.constructs.Construct;

/** The whole pipeline in one stack. What the settings have no use for is not made, and each part can be left out besides. */
final class Deployment extends Stack {

    private final Parameters parameters;
    private final GivenSettings settings;
    private final Artifacts artifacts;
    private final boolean keepsData;
    private final RemovalPolicy removal;
    private final IKey key;
    private final PropertyGroups groups;
    private final Problems problems = new Problems();

    private @Nullable Network network;
    private @Nullable SourceDatabase database;
    private @Nullable DataStream changes;
    private @Nullable DataStream records;
    private @Nullable Lake lake;
    private @Nullable Warehouse warehouse;
    private @Nullable WarehouseSetup setup;
    private @Nullable Merges merges;
    private @Nullable Exports exports;

    /**
     * Fails with everything that is wrong.
     *
     * @param keepsData whether data outlives the deployment
     */
    Deployment(
            Construct scope,
            StackProps props,
            Parameters parameters,
            GivenSettings settings,
            Artifacts artifacts,
            boolean keepsData) {
        super(scope, parameters.name(), props);
        this.parameters = parameters;
        this.settings = settings;
        this.artifacts = artifacts;
        this.keepsData = keepsData;
        this.removal = keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
        this.groups = new PropertyGroups(settings);
        this.key = new Encryption(this, removal).key();
        network();
        sources();
        targets();
        FlinkApplication job = job();
        warehouse();
        exports();
        checkSecrets();
        problems.throwIfAny();
        alarms(job);
        outputs(job);
    }

    private void network() {
        if (!parameters.hasNetwork()) {
            return;
        }
        network =
                parameters.isGiven("--vpc") ? Network.existing(this, parameters) : Network.made(this, parameters, key);
    }

    private void sources() {
        if (parameters.makesDatabase() && network != null) {
            database = new SourceDatabase(this, parameters, settings, network, key, keepsData);
            groups.drop("postgres.jdbc.");
            groups.put(database.properties());
        }
        if (settings.list("dynamodb.tables").isEmpty()) {
            return;
        }
        if (parameters.has("changes")) {
            changes = DataStream.ofChanges(this, parameters);
            groups.put(Map.of("dynamodb.stream", changes.name(), "dynamodb.kinesis-client.aws.region", getRegion()));
        }
        groups.put(Map.of("dynamodb.client.aws.region", getRegion()));
        if (parameters.value("--tables").equals("create")) {
            ItemTable.named(settings)
                    .forEach((source, name) ->
                            ItemTable.of(this, source, name, settings, changes, key, removal, problems));
        }
    }

    private void targets() {
        if (parameters.has("lake")) {
            lake = new Lake(this, parameters, settings, key, removal, keepsData);
            if (!settings.text("iceberg.catalog.type", "glue").equals("glue")) {
                groups.drop("iceberg.catalog.");
            }
            groups.put(lake.properties());
            Path sql = Path.of(settings.text("sql.directory", ""));
            if (settings.has("sql.directory") && Files.isDirectory(sql)) {
                groups.put(Map.of("sql.directory", new SqlFiles(this, sql, lake, key).location()));
            } else if (settings.has("sql.directory")
                    && !settings.text("sql.directory", "").contains("://")) {
                problems.add("sql.directory: there is no folder " + sql.toAbsolutePath());
            }
        }
        boolean isStreamed = settings.isLoadedByStream();
        if (loads() != null) {
            groups.put(Map.of("redshift.files.location", loads().loads(), "redshift.files.region", getRegion()));
        }
        if (parameters.has("stream") && isStreamed && (settings.has("kinesis.stream") || parameters.makesWarehouse())) {
            records = DataStream.ofRecords(this, parameters);
            groups.put(Map.of("kinesis.stream", records.name(), "kinesis.client.aws.region", getRegion()));
        }
        if (!parameters.makesWarehouse() || network == null) {
            return;
        }
        if (records == null && isStreamed) {
            problems.add("--warehouse " + parameters.value("--warehouse")
                    + " lands the stream: do not leave it out, or name a warehouse of yours in the settings");
            return;
        }
        if (settings.isLoadedByFiles() && lake == null) {
            problems.add("--warehouse " + parameters.value("--warehouse")
                    + " copies files from the lake's bucket: do not leave it out, or set redshift.load to stream");
            return;
        }
        warehouse = new Warehouse(this, parameters, network, records, loads(), key, keepsData);
        groups.put(warehouse.properties(settings, records));
    }

    private FlinkApplication job() {
        if (lake != null && hasExports()) {
            groups.put(Map.of("dynamodb.exports.location", lake.exports()));
        }
        FlinkApplication job =
                new FlinkApplication(this, parameters, settings, artifacts, network, key, groups.ofJob());
        if (lake != null) {
            Access.keep(this, lake, key).forEach(job.role()::addToPolicy);
            if (settings.has("sql.directory")) {
                job.role().addToPolicy(Access.readObjects(lake, "sql"));
            }
            if (hasExports()) {
                job.role().addToPolicy(Access.readObjects(lake, "exports"));
            }
        }
        if (records != null) {
            job.role().addToPolicy(Access.write(records));
        }
        if (loads() != null) {
            job.role().addToPolicy(Access.writeLoads(loads()));
        }
        if (!tableArns().isEmpty()) {
            job.role().addToPolicy(Access.describe(tableArns()));
        }
        if (changes != null) {
            boolean isFannedOut = settings.text("dynamodb.kinesis-client.flink.stream.recordpublisher", "POLLING")
                    .equals("EFO");
            Access.read(changes.arn(), isFannedOut).forEach(job.role()::addToPolicy);
        }
        checkSources();
        connect(job);
        routes(job);
        return job;
    }

    private void connect(FlinkApplication job) {
        Set<String> users = new TreeSet<>();
        for (ReadDatabase each : settings.databases()) {
            String resource = each.isIam() ? resource(each) : "";
            if (resource.isEmpty() && each.isIam()) {
                problems.add(each.key("postgres.authentication") + " is iam: give --database-id"
                        + (each.hasOwnServer() ? " " + each.name() + "=<id>" : "")
                        + ", by which IAM knows the database. It is the DbiResourceId of aws rds describe-db-instances, of"
                        + " Aurora the DbClusterResourceId of aws rds describe-db-clusters");
            } else if (each.isIam() && users.add(resource + "/" + each.username())) {
                job.role().addToPolicy(Access.connect(this, resource, each.username()));
            }
        }
    }

    /** By which IAM knows the server of the database; empty if that is not known. */
    private String resource(ReadDatabase of) {
        if (database != null && !of.hasOwnServer()) {
            return database.resource();
        }
        return given("--database-id", of);
    }

    /** What an option says of the database, or of the server that it has in common with others; empty if nothing. */
    private String given(String option, ReadDatabase of) {
        Map<String, String> all = parameters.bySource(option);
        String common = of.hasOwnServer() ? "" : all.getOrDefault("", "");
        return all.getOrDefault(of.name(), common);
    }

    private void checkSources() {
        Set<String> names =
                settings.databases().stream().map(ReadDatabase::name).collect(Collectors.toCollection(TreeSet::new));
        names.add("");
        for (String option : List.of("--database-id", "--database-group")) {
            for (String name : parameters.bySource(option).keySet()) {
                if (!names.contains(name)) {
                    problems.add(option + " is given for " + name + ", and the settings have no sources." + name);
                }
            }
        }
    }

    /** What the job reaches, and no more. */
    private void routes(FlinkApplication job) {
        if (network == null || job.group() == null) {
            return;
        }
        if (records != null || changes != null) {
            network.endpoint("Kinesis", InterfaceVpcEndpointAwsService.KINESIS_STREAMS);
        }
        if (lake != null) {
            network.endpoint("Glue", InterfaceVpcEndpointAwsService.GLUE);
        }
        if (parameters.hasWarehouse() || !GivenSettings.secrets(groups.ofJob()).isEmpty()) {
            network.endpoint("Secrets", InterfaceVpcEndpointAwsService.SECRETS_MANAGER);
        }
        if (warehouse != null) {
            // Redshift takes on its role there when its traffic stays in the network.
            network.endpoint("Sts", InterfaceVpcEndpointAwsService.STS);
        }
        Set<String> reached = new TreeSet<>();
        for (ReadDatabase each : settings.databases()) {
            reach(network, job.group(), each, reached);
        }
    }

    /** @param reached what the job can reach by now */
    private void reach(Network within, SecurityGroup job, ReadDatabase read, Set<String> reached) {
        String why = "The job reads " + read.title();
        String group = given("--database-group", read);
        if (database != null && !read.hasOwnServer()) {
            if (reached.add("made")) {
                within.allow(job, database.group(), database.port(), why);
            }
        } else if (!reached.add(group + ":" + read.port())) {
            return;
        } else if (group.isEmpty()) {
            within.allowOut(job, read.port(), why);
        } else {
            within.allow(job, SecurityGroup.fromSecurityGroupId(this, "Reads-" + read.name(), group), read.port(), why);
        }
    }

    private void warehouse() {
        if (!parameters.hasWarehouse()) {
            return;
        }
        if (!parameters.makesWarehouse() && !settings.has("redshift.url")) {
            problems.add("--warehouse yours: redshift.url is missing in the settings");
            return;
        }
        if (warehouse != null && parameters.has("setup")) {
            setup = new WarehouseSetup(this, warehouse, key, groups.ofWarehouse());
        }
        if (!parameters.has("merges")) {
            return;
        }
        if (network == null) {
            problems.add("--warehouse yours needs the network for its merges: do not leave both in");
            return;
        }
        Map<String, String> told = groups.ofWarehouse();
        told.put("sql.pass-through", String.join(";", settings.outputs(problems)));
        merges = new Merges(this, parameters, artifacts, network, loads(), key, told);
        if (warehouse != null) {
            network.allow(merges.group(), warehouse.group(), warehouse.port(), "Merges in the warehouse");
        } else {
            network.allowOut(merges.group(), 5439, "Merges in the warehouse");
        }
    }

    /** Where files for the warehouse are; null if none are written, or not into a bucket of which the deployment knows. */
    private @Nullable Lake loads() {
        return settings.isLoadedByFiles() ? lake : null;
    }

    private boolean hasExports() {
        return parameters.has("exports") && !settings.list("dynamodb.tables").isEmpty();
    }

    private void exports() {
        if (!hasExports()) {
            return;
        }
        if (lake == null) {
            problems.add("Exports need the lake: leave exports out, too");
            return;
        }
        exports = new Exports(this, parameters, artifacts, key, lake, tableArns(), groups.ofExports());
    }

    private List<String> tableArns() {
        List<String> arns = new ArrayList<>();
        for (String source : ItemTable.named(settings).keySet()) {
            arns.add("arn:" + getPartition() + ":dynamodb:" + getRegion() + ":" + getAccount() + ":table/" + source);
        }
        return arns;
    }

    /** In the cloud there is neither the environment nor the disk that a reference may lead to. */
    private void checkSecrets() {
        Map<String, String> told = new TreeMap<>(groups.ofJob());
        if (merges != null || setup != null) {
            told.putAll(groups.ofWarehouse());
        }
        told.forEach((key, value) -> {
            if (value.startsWith("env:") || value.startsWith("file:")) {
                problems.add(key + " is " + value + ", which does not exist on AWS: put it into Secrets Manager and"
                        + " write secretsmanager:<id>#<key>");
            }
        });
    }

    private void alarms(FlinkApplication job) {
        if (!parameters.has("alarms")) {
            return;
        }
        Alarms alarms = new Alarms(this, parameters, key);
        alarms.of(job, settings);
        if (database != null) {
            alarms.of(database);
        }
        if (changes != null) {
            alarms.of("Changes of DynamoDB", changes, "the-job-is-behind-its-source");
            for (String source : new TreeSet<>(ItemTable.named(settings).keySet())) {
                alarms.ofItems(source);
            }
        }
        if (records != null) {
            alarms.of("Records for the warehouse", records, "a-table-of-the-warehouse-is-behind");
        }
        if (setup != null) {
            alarms.of(setup);
        }
        if (merges != null) {
            alarms.of(merges);
        }
        if (exports != null) {
            alarms.of(exports);
        }
        alarms.dashboard(parameters.name());
    }

    private void outputs(FlinkApplication job) {
        output("Start", "aws kinesisanalyticsv2 start-application --application-name " + job.name());
        if (database != null) {
            ISecret administrator = database.administrator();
            output("DatabaseArn", database.arn());
            output("DatabaseAdministrator", administrator.getSecretArn());
            output("DatabaseUser", database.user().getSecretArn());
        }
        if (lake != null) {
            output("Bucket", lake.bucket().getBucketName());
        }
        if (warehouse != null) {
            output("WarehouseAdministrator", warehouse.secret());
        }
    }

    private void output(String name, String value) {
        CfnOutput.Builder.create(this, name).value(value).build();
    }

    /** The keys of the settings file in whose place stands what the deployment makes. */
    Set<String> replaced() {
        return groups.replaced();
    }
}
