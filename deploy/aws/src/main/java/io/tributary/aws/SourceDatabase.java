package io.tributary.aws;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.rds.AuroraPostgresClusterEngineProps;
import software.amazon.awscdk.services.rds.AuroraPostgresEngineVersion;
import software.amazon.awscdk.services.rds.BackupProps;
import software.amazon.awscdk.services.rds.ClusterInstance;
import software.amazon.awscdk.services.rds.Credentials;
import software.amazon.awscdk.services.rds.CredentialsBaseOptions;
import software.amazon.awscdk.services.rds.DatabaseCluster;
import software.amazon.awscdk.services.rds.DatabaseClusterEngine;
import software.amazon.awscdk.services.rds.DatabaseInstance;
import software.amazon.awscdk.services.rds.DatabaseInstanceEngine;
import software.amazon.awscdk.services.rds.DatabaseSecret;
import software.amazon.awscdk.services.rds.PostgresEngineVersion;
import software.amazon.awscdk.services.rds.PostgresInstanceEngineProps;
import software.amazon.awscdk.services.rds.ProvisionedClusterInstanceProps;
import software.amazon.awscdk.services.rds.RotationSingleUserOptions;
import software.amazon.awscdk.services.rds.StorageType;
import software.amazon.awscdk.services.secretsmanager.ISecret;
import software.constructs.Construct;

/**
 * A PostgreSQL with logical replication, in private subnets: RDS, or Aurora, which takes statements over AWS's Data API too.
 *
 * <p>The administrator's password is renewed every month. The job's own is not: it reads its secrets when it starts.
 */
final class SourceDatabase extends Construct {

    private static final int PORT = 5432;
    private static final Duration BACKUPS = Duration.days(7);

    /** What keeps a job that stands still from filling the disk; the slot is lost then. */
    private static final String SLOT_LIMIT_MEGABYTES = "20480";

    private static final Map<String, String> PARAMETERS = Map.of(
            "rds.logical_replication", "1",
            "rds.force_ssl", "1",
            "max_slot_wal_keep_size", SLOT_LIMIT_MEGABYTES);

    private final String host;
    private final String identifier;
    private final String arn;
    private final String resource;
    private final ISecret administrator;
    private final DatabaseSecret user;
    private final SecurityGroup group;
    private final boolean isAurora;
    private final String username;
    private final boolean isIam;

    SourceDatabase(
            Construct scope,
            Parameters parameters,
            GivenSettings settings,
            Network network,
            IKey key,
            boolean keepsData) {
        super(scope, "Database");
        this.group = network.called(this, "The source database");
        this.isAurora = parameters.value("--database").equals("aurora");
        InstanceType type = new InstanceType(parameters.value("--database-class"));
        String name = settings.text("postgres.database", "postgres");
        RemovalPolicy removal = keepsData ? RemovalPolicy.SNAPSHOT : RemovalPolicy.DESTROY;
        if (isAurora) {
            DatabaseCluster cluster = aurora(network, key, type, name, removal);
            this.host = cluster.getClusterEndpoint().getHostname();
            this.identifier = cluster.getClusterIdentifier();
            this.arn = cluster.getClusterArn();
            this.resource = cluster.getClusterResourceIdentifier();
            this.administrator = Objects.requireNonNull(cluster.getSecret());
            if (parameters.has("rotation")) {
                cluster.addRotationSingleUser(rotation(network));
            }
        } else {
            DatabaseInstance instance = rds(network, key, type, name, removal);
            this.host = instance.getDbInstanceEndpointAddress();
            this.identifier = instance.getInstanceIdentifier();
            this.arn = instance.getInstanceArn();
            this.resource = Objects.requireNonNull(instance.getInstanceResourceId());
            this.administrator = Objects.requireNonNull(instance.getSecret());
            if (parameters.has("rotation")) {
                instance.addRotationSingleUser(rotation(network));
            }
        }
        this.username = settings.text("postgres.username", "tributary");
        this.isIam = settings.isIam();
        this.user = DatabaseSecret.Builder.create(this, "User")
                .username(username)
                .masterSecret(administrator)
                .encryptionKey(key)
                .build();
        Exceptions.allow(
                user,
                "AwsSolutions-SMG4",
                "The job reads its secrets when it starts: a new password has to wait for that");
        Exceptions.allow(
                this, "AwsSolutions-RDS10", "destroy has to be able to end it; the last snapshot keeps the data");
        Exceptions.allow(this, "AwsSolutions-RDS11", "Groups keep others out, not another port");
        if (!parameters.has("rotation")) {
            Exceptions.allow(this, "AwsSolutions-SMG4", "Left out by --without rotation");
        }
    }

    private static Credentials administrator(IKey key) {
        return Credentials.fromGeneratedSecret(
                "administrator",
                CredentialsBaseOptions.builder().encryptionKey(key).build());
    }

    private RotationSingleUserOptions rotation(Network network) {
        return RotationSingleUserOptions.builder()
                .automaticallyAfter(Duration.days(30))
                .vpcSubnets(network.selection())
                .securityGroup(network.caller(new Construct(this, "Rotation"), "Renews passwords"))
                .build();
    }

    private DatabaseCluster aurora(Network network, IKey key, InstanceType type, String name, RemovalPolicy removal) {
        return DatabaseCluster.Builder.create(this, "Aurora")
                .engine(DatabaseClusterEngine.auroraPostgres(AuroraPostgresClusterEngineProps.builder()
                        .version(AuroraPostgresEngineVersion.VER_17_9)
                        .build()))
                .writer(ClusterInstance.provisioned(
                        "Writer",
                        ProvisionedClusterInstanceProps.builder()
                                .instanceType(type)
                                .publiclyAccessible(false)
                                .build()))
                .parameters(PARAMETERS)
                .defaultDatabaseName(name)
                .credentials(administrator(key))
                .enableDataApi(true)
                .iamAuthentication(true)
                .vpc(network.vpc())
                .vpcSubnets(network.selection())
                .securityGroups(List.of(group))
                .storageEncrypted(true)
                .storageEncryptionKey(key)
                .backup(BackupProps.builder().retention(BACKUPS).build())
                .removalPolicy(removal)
                .build();
    }

    private DatabaseInstance rds(Network network, IKey key, InstanceType type, String name, RemovalPolicy removal) {
        return DatabaseInstance.Builder.create(this, "Rds")
                .engine(DatabaseInstanceEngine.postgres(PostgresInstanceEngineProps.builder()
                        .version(PostgresEngineVersion.VER_17_9)
                        .build()))
                .instanceType(type)
                .parameters(PARAMETERS)
                .databaseName(name)
                .credentials(administrator(key))
                .iamAuthentication(true)
                .publiclyAccessible(false)
                .multiAz(true)
                .vpc(network.vpc())
                .vpcSubnets(network.selection())
                .securityGroups(List.of(group))
                .allocatedStorage(50)
                .maxAllocatedStorage(500)
                .storageType(StorageType.GP3)
                .storageEncrypted(true)
                .storageEncryptionKey(key)
                .backupRetention(BACKUPS)
                .removalPolicy(removal)
                .build();
    }

    /** What the job is told of it. */
    Map<String, String> properties() {
        Map<String, String> properties = new TreeMap<>(Map.of(
                "postgres.hostname",
                host,
                "postgres.port",
                String.valueOf(PORT),
                "postgres.username",
                username,
                "postgres.jdbc.sslmode",
                "require"));
        if (!isIam) {
            properties.put("postgres.password", "secretsmanager:" + user.getSecretArn() + "#password");
        }
        return properties;
    }

    SecurityGroup group() {
        return group;
    }

    int port() {
        return PORT;
    }

    boolean isAurora() {
        return isAurora;
    }

    String identifier() {
        return identifier;
    }

    String arn() {
        return arn;
    }

    /** By which IAM knows it. */
    String resource() {
        return resource;
    }

    /** The secret of who may make the job's user. */
    ISecret administrator() {
        return administrator;
    }

    /** The secret of the job's user. */
    ISecret user() {
        return user;
    }
}
