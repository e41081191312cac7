package io.tributary.aws;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.CfnDeletionPolicy;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.iam.PrincipalWithConditions;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.redshift.CfnCluster;
import software.amazon.awscdk.services.redshift.CfnClusterParameterGroup;
import software.amazon.awscdk.services.redshift.CfnClusterSubnetGroup;
import software.amazon.awscdk.services.redshiftserverless.CfnNamespace;
import software.amazon.awscdk.services.redshiftserverless.CfnWorkgroup;
import software.constructs.Construct;

/**
 * A Redshift in private subnets, serverless or provisioned, and the role by which it lands the stream and copies files. Redshift makes the
 * administrator's password, keeps it in Secrets Manager and renews it; nobody else has it.
 */
final class Warehouse extends Construct {

    private static final int PORT = 5439;
    private static final String DATABASE = "tributary";
    private static final String ADMINISTRATOR = "administrator";
    private static final List<String> LOGS = List.of("userlog", "connectionlog", "useractivitylog");

    /** In Redshift processing units; the least that takes streams and is not slow to start. */
    private static final int CAPACITY = 8;

    private static final String NODE = "ra3.large";

    private final SecurityGroup group;
    private final Role role;
    private final String host;
    private final String secret;
    private final String identifier;
    private final String arn;
    private final boolean isServerless;

    /**
     * @param records the stream that it lands; null if all comes in files
     * @param loads where files are that it copies; null if nothing comes so
     */
    Warehouse(
            Construct scope,
            Parameters parameters,
            Network network,
            @Nullable DataStream records,
            @Nullable Lake loads,
            IKey key,
            boolean keepsData) {
        super(scope, "Warehouse");
        // It reads the stream from inside the network, since its traffic does not leave it.
        this.group = network.caller(this, "The warehouse");
        this.role = role(records, loads, key);
        this.isServerless = parameters.value("--warehouse").equals("serverless");
        Stack stack = Stack.of(this);
        if (isServerless) {
            CfnNamespace namespace = namespace(parameters, key, keepsData);
            CfnWorkgroup workgroup = workgroup(parameters, network);
            workgroup.getNode().addDependency(namespace);
            this.host = workgroup.getAttrWorkgroupEndpointAddress();
            // CloudFormation does not tell it; this is how Redshift names it.
            this.secret = "redshift!" + parameters.name() + "-" + ADMINISTRATOR;
            this.identifier = parameters.name();
            this.arn = workgroup.getAttrWorkgroupWorkgroupArn();
            return;
        }
        CfnCluster cluster = cluster(parameters, network, key, keepsData);
        Exceptions.allow(cluster, "AwsSolutions-RS4", "Groups keep others out, not another port");
        this.host = cluster.getAttrEndpointAddress();
        this.secret = cluster.getAttrMasterPasswordSecretArn();
        this.identifier = parameters.name();
        this.arn = "arn:" + stack.getPartition() + ":redshift:" + stack.getRegion() + ":" + stack.getAccount()
                + ":cluster:" + identifier;
    }

    private Role role(@Nullable DataStream records, @Nullable Lake loads, IKey key) {
        Role made = Role.Builder.create(this, "Role")
                .description(records == null ? "Redshift copies files" : "Redshift lands the stream")
                .assumedBy(new PrincipalWithConditions(
                        new ServicePrincipal("redshift.amazonaws.com"),
                        Map.of(
                                "StringEquals",
                                Map.of("aws:SourceAccount", Stack.of(this).getAccount()))))
                .build();
        if (records != null) {
            Access.land(records).forEach(made::addToPolicy);
        }
        if (loads != null) {
            Access.copyLoads(loads, key).forEach(made::addToPolicy);
        }
        Exceptions.allow(
                made, "AwsSolutions-IAM5", "Streams can be listed as a whole only, and files have names of their own");
        return made;
    }

    private CfnNamespace namespace(Parameters parameters, IKey key, boolean keepsData) {
        CfnNamespace.Builder builder = CfnNamespace.Builder.create(this, "Namespace")
                .namespaceName(parameters.name())
                .dbName(DATABASE)
                .adminUsername(ADMINISTRATOR)
                .manageAdminPassword(true)
                .adminPasswordSecretKmsKeyId(key.getKeyId())
                .kmsKeyId(key.getKeyId())
                .iamRoles(List.of(role.getRoleArn()))
                .logExports(LOGS);
        if (keepsData) {
            builder.finalSnapshotName(parameters.name() + "-last").finalSnapshotRetentionPeriod(-1);
        }
        return builder.build();
    }

    private CfnWorkgroup workgroup(Parameters parameters, Network network) {
        return CfnWorkgroup.Builder.create(this, "Workgroup")
                .workgroupName(parameters.name())
                .namespaceName(parameters.name())
                .baseCapacity(CAPACITY)
                .maxCapacity(8 * CAPACITY)
                .port(PORT)
                .publiclyAccessible(false)
                .enhancedVpcRouting(true)
                .subnetIds(network.subnetIds())
                .securityGroupIds(List.of(group.getSecurityGroupId()))
                .configParameters(List.of(CfnWorkgroup.ConfigParameterProperty.builder()
                        .parameterKey("require_ssl")
                        .parameterValue("true")
                        .build()))
                .build();
    }

    private CfnCluster cluster(Parameters parameters, Network network, IKey key, boolean keepsData) {
        CfnClusterSubnetGroup subnets = CfnClusterSubnetGroup.Builder.create(this, "Subnets")
                .description("Private subnets")
                .subnetIds(network.subnetIds())
                .build();
        CfnClusterParameterGroup settings = CfnClusterParameterGroup.Builder.create(this, "Settings")
                .description("Encrypted connections only")
                .parameterGroupFamily("redshift-2.0")
                .parameters(List.of(
                        CfnClusterParameterGroup.ParameterProperty.builder()
                                .parameterName("require_ssl")
                                .parameterValue("true")
                                .build(),
                        CfnClusterParameterGroup.ParameterProperty.builder()
                                .parameterName("enable_user_activity_logging")
                                .parameterValue("true")
                                .build()))
                .build();
        CfnCluster cluster = CfnCluster.Builder.create(this, "Cluster")
                .clusterIdentifier(parameters.name())
                .clusterType("multi-node")
                .nodeType(NODE)
                .numberOfNodes(2)
                .dbName(DATABASE)
                .port(PORT)
                .masterUsername(ADMINISTRATOR)
                .manageMasterPassword(true)
                .masterPasswordSecretKmsKeyId(key.getKeyId())
                .encrypted(true)
                .kmsKeyId(key.getKeyId())
                .publiclyAccessible(false)
                .enhancedVpcRouting(true)
                .automatedSnapshotRetentionPeriod(7)
                .clusterSubnetGroupName(subnets.getRef())
                .clusterParameterGroupName(settings.getRef())
                .vpcSecurityGroupIds(List.of(group.getSecurityGroupId()))
                .iamRoles(List.of(role.getRoleArn()))
                .loggingProperties(CfnCluster.LoggingPropertiesProperty.builder()
                        .logDestinationType("cloudwatch")
                        .logExports(LOGS)
                        .build())
                .build();
        if (keepsData) {
            cluster.getCfnOptions().setDeletionPolicy(CfnDeletionPolicy.SNAPSHOT);
            cluster.getCfnOptions().setUpdateReplacePolicy(CfnDeletionPolicy.SNAPSHOT);
        } else {
            cluster.applyRemovalPolicy(RemovalPolicy.DESTROY);
        }
        return cluster;
    }

    /** What the merges are told of it. */
    Map<String, String> properties(GivenSettings settings, @Nullable DataStream records) {
        Map<String, String> properties = new TreeMap<>();
        properties.put("redshift.url", "jdbc:redshift://" + host + ":" + PORT + "/" + DATABASE);
        properties.put("redshift.username", ADMINISTRATOR);
        properties.put("redshift.password", "secretsmanager:" + secret + "#password");
        properties.put("redshift.iam-role", role.getRoleArn());
        if (records != null) {
            properties.put("redshift.stream", records.name());
        }
        properties.put("redshift.dialect", "redshift");
        properties.put("redshift.schema", settings.text("redshift.schema", "public"));
        return properties;
    }

    SecurityGroup group() {
        return group;
    }

    int port() {
        return PORT;
    }

    String database() {
        return DATABASE;
    }

    /** Of the workgroup or the cluster, as the Data API calls them. */
    String identifier() {
        return identifier;
    }

    String arn() {
        return arn;
    }

    String secret() {
        return secret;
    }

    boolean isServerless() {
        return isServerless;
    }
}
