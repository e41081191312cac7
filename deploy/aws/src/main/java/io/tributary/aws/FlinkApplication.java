package io.tributary.aws;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.iam.PrincipalWithConditions;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.kinesisanalyticsv2.CfnApplication;
import software.amazon.awscdk.services.kinesisanalyticsv2.CfnApplicationCloudWatchLoggingOption;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.LogStream;
import software.amazon.awscdk.services.s3.assets.Asset;
import software.constructs.Construct;

/**
 * The job, as an application of Managed Service for Apache Flink. An update stops it with a snapshot and goes on from there. The
 * service makes the application and does not start it.
 */
final class FlinkApplication extends Construct {

    private static final String RUNTIME = "FLINK-1_20";

    private final Role role;
    private final CfnApplication application;
    private final @Nullable SecurityGroup group;

    FlinkApplication(
            Construct scope,
            Parameters parameters,
            GivenSettings settings,
            Artifacts artifacts,
            @Nullable Network network,
            IKey key,
            Map<String, String> properties) {
        super(scope, "Job");
        Stack stack = Stack.of(this);
        this.role = Role.Builder.create(this, "Role")
                .description("The job")
                .assumedBy(new PrincipalWithConditions(
                        new ServicePrincipal("kinesisanalytics.amazonaws.com"),
                        Map.of("StringEquals", Map.of("aws:SourceAccount", stack.getAccount()))))
                .build();
        LogGroup log = Logs.group(this, key);
        LogStream logStream =
                LogStream.Builder.create(this, "LogStream").logGroup(log).build();
        Asset jar = Asset.Builder.create(this, "Jar")
                .path(artifacts.jobJar().toString())
                .build();
        role.addToPolicy(Access.allow(
                List.of("s3:GetObject", "s3:GetObjectVersion"), jar.getBucket().arnForObjects(jar.getS3ObjectKey())));
        Access.log(log).forEach(role::addToPolicy);
        Set<String> secrets = GivenSettings.secrets(properties);
        if (!secrets.isEmpty()) {
            role.addToPolicy(Access.secrets(this, secrets));
            role.addToPolicy(Access.allow(List.of("kms:Decrypt"), key.getKeyArn()));
        }
        this.group = network == null ? null : network.caller(this, "The job");
        if (network != null) {
            role.addToPolicy(Access.network());
        }
        Exceptions.allow(
                role,
                "AwsSolutions-IAM5",
                "Network interfaces and log groups can be described as a whole only; Iceberg and Glue name what they make"
                        + " by themselves, below the lake's folder and database");
        this.application = application(parameters, settings, jar, network, properties);
        // What the application needs to start has to be there when it is made.
        application.getNode().addDependency(role);
        CfnApplicationCloudWatchLoggingOption.Builder.create(this, "Logging")
                .applicationName(application.getRef())
                .cloudWatchLoggingOption(CfnApplicationCloudWatchLoggingOption.CloudWatchLoggingOptionProperty.builder()
                        .logStreamArn("arn:" + stack.getPartition() + ":logs:" + stack.getRegion() + ":"
                                + stack.getAccount() + ":log-group:" + log.getLogGroupName() + ":log-stream:"
                                + logStream.getLogStreamName())
                        .build())
                .build();
    }

    private CfnApplication application(
            Parameters parameters,
            GivenSettings settings,
            Asset jar,
            @Nullable Network network,
            Map<String, String> properties) {
        CfnApplication.ApplicationConfigurationProperty.Builder configuration =
                CfnApplication.ApplicationConfigurationProperty.builder()
                        .applicationCodeConfiguration(CfnApplication.ApplicationCodeConfigurationProperty.builder()
                                .codeContentType("ZIPFILE")
                                .codeContent(CfnApplication.CodeContentProperty.builder()
                                        .s3ContentLocation(CfnApplication.S3ContentLocationProperty.builder()
                                                .bucketArn(jar.getBucket().getBucketArn())
                                                .fileKey(jar.getS3ObjectKey())
                                                .build())
                                        .build())
                                .build())
                        .environmentProperties(CfnApplication.EnvironmentPropertiesProperty.builder()
                                .propertyGroups(List.of(CfnApplication.PropertyGroupProperty.builder()
                                        .propertyGroupId(PropertyGroups.ID)
                                        .propertyMap(properties)
                                        .build()))
                                .build())
                        .applicationSnapshotConfiguration(
                                CfnApplication.ApplicationSnapshotConfigurationProperty.builder()
                                        .snapshotsEnabled(true)
                                        .build())
                        .applicationSystemRollbackConfiguration(
                                CfnApplication.ApplicationSystemRollbackConfigurationProperty.builder()
                                        .rollbackEnabled(true)
                                        .build())
                        .flinkApplicationConfiguration(flink(parameters, settings));
        if (network != null && group != null) {
            configuration.vpcConfigurations(List.of(CfnApplication.VpcConfigurationProperty.builder()
                    .subnetIds(network.subnetIds())
                    .securityGroupIds(List.of(group.getSecurityGroupId()))
                    .build()));
        }
        return CfnApplication.Builder.create(this, "Application")
                .applicationName(parameters.name())
                .applicationMode("STREAMING")
                .runtimeEnvironment(RUNTIME)
                .serviceExecutionRole(role.getRoleArn())
                .applicationConfiguration(configuration.build())
                .runConfiguration(CfnApplication.RunConfigurationProperty.builder()
                        .applicationRestoreConfiguration(
                                CfnApplication.ApplicationRestoreConfigurationProperty.builder()
                                        .applicationRestoreType("RESTORE_FROM_LATEST_SNAPSHOT")
                                        .build())
                        // A SQL file that is gone leaves its state behind.
                        .flinkRunConfiguration(CfnApplication.FlinkRunConfigurationProperty.builder()
                                .allowNonRestoredState(true)
                                .build())
                        .build())
                .build();
    }

    private static CfnApplication.FlinkApplicationConfigurationProperty flink(
            Parameters parameters, GivenSettings settings) {
        return CfnApplication.FlinkApplicationConfigurationProperty.builder()
                .checkpointConfiguration(CfnApplication.CheckpointConfigurationProperty.builder()
                        .configurationType("CUSTOM")
                        .checkpointingEnabled(true)
                        .checkpointInterval(settings.checkpointInterval().toMillis())
                        .minPauseBetweenCheckpoints(
                                Math.min(5_000, settings.checkpointInterval().toMillis()))
                        .build())
                .parallelismConfiguration(CfnApplication.ParallelismConfigurationProperty.builder()
                        .configurationType("CUSTOM")
                        .parallelism(parameters.number("--parallelism"))
                        .parallelismPerKpu(1)
                        .autoScalingEnabled(true)
                        .build())
                .monitoringConfiguration(CfnApplication.MonitoringConfigurationProperty.builder()
                        .configurationType("CUSTOM")
                        .logLevel("INFO")
                        // As the alarms read them; each more detailed level costs.
                        .metricsLevel("APPLICATION")
                        .build())
                .build();
    }

    Role role() {
        return role;
    }

    String name() {
        return application.getRef();
    }

    CfnApplication application() {
        return application;
    }

    /** Null where the job needs no network. */
    @Nullable
    SecurityGroup group() {
        return group;
    }
}
