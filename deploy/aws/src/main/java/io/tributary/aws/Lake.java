package io.tributary.aws;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.glue.CfnDatabase;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.s3.BlockPublicAccess;
import software.amazon.awscdk.services.s3.Bucket;
import software.amazon.awscdk.services.s3.BucketEncryption;
import software.amazon.awscdk.services.s3.IBucket;
import software.amazon.awscdk.services.s3.LifecycleRule;
import software.constructs.Construct;

/**
 * The bucket of the Iceberg tables, of exports and of the SQL files, and the tables' database in the Glue catalog. A bucket that
 * exists comes with its database.
 */
final class Lake extends Construct {

    private static final String TABLES = "lake";
    private static final String EXPORTS = "exports";
    private static final String LOADS = "loads";

    private final IBucket bucket;
    private final String namespace;
    private final boolean isOurs;

    Lake(
            Construct scope,
            Parameters parameters,
            GivenSettings settings,
            IKey key,
            RemovalPolicy removal,
            boolean keepsData) {
        super(scope, "Lake");
        this.namespace = settings.text("iceberg.namespace", "tributary");
        this.isOurs = !parameters.isGiven("--lake");
        if (!isOurs) {
            this.bucket = Bucket.fromBucketName(this, "Bucket", parameters.value("--lake"));
            return;
        }
        this.bucket = Bucket.Builder.create(this, "Bucket")
                .encryption(BucketEncryption.KMS)
                .encryptionKey(key)
                .bucketKeyEnabled(true)
                .enforceSsl(true)
                .minimumTlsVersion(1.2)
                .blockPublicAccess(BlockPublicAccess.BLOCK_ALL)
                .versioned(true)
                .serverAccessLogsBucket(accessLog(removal, keepsData))
                .lifecycleRules(lifecycle())
                .removalPolicy(removal)
                .autoDeleteObjects(!keepsData)
                .build();
        CfnDatabase database = CfnDatabase.Builder.create(this, "Database")
                .catalogId(Stack.of(this).getAccount())
                .databaseInput(CfnDatabase.DatabaseInputProperty.builder()
                        .name(namespace)
                        .description("Tables that " + parameters.name() + " keeps up to date")
                        .locationUri(uri(TABLES) + "/" + namespace + ".db")
                        .build())
                .build();
        database.applyRemovalPolicy(removal);
    }

    /** Of S3's own key, since what writes access logs can use no other. */
    private Bucket accessLog(RemovalPolicy removal, boolean keepsData) {
        return Bucket.Builder.create(this, "Access")
                .encryption(BucketEncryption.S3_MANAGED)
                .enforceSsl(true)
                .minimumTlsVersion(1.2)
                .blockPublicAccess(BlockPublicAccess.BLOCK_ALL)
                .lifecycleRules(List.of(LifecycleRule.builder()
                        .id("access")
                        .expiration(Duration.days(90))
                        .build()))
                .removalPolicy(removal)
                .autoDeleteObjects(!keepsData)
                .build();
    }

    /** No rule deletes a file of a table: only Iceberg knows which are used. */
    private static List<LifecycleRule> lifecycle() {
        return List.of(
                LifecycleRule.builder()
                        .id("parts of uploads that were broken off")
                        .abortIncompleteMultipartUploadAfter(Duration.days(7))
                        .build(),
                LifecycleRule.builder()
                        .id("what was deleted or replaced")
                        .noncurrentVersionExpiration(Duration.days(14))
                        .expiredObjectDeleteMarker(true)
                        .build(),
                LifecycleRule.builder()
                        .id("files that no warehouse has copied")
                        .prefix(LOADS + "/")
                        .expiration(Duration.days(35))
                        .build(),
                LifecycleRule.builder()
                        .id("exports that every job has read")
                        .prefix(EXPORTS + "/AWSDynamoDB/")
                        .expiration(Duration.days(35))
                        .build());
    }

    /** What the job is told of it. */
    Map<String, String> properties() {
        return Map.of(
                "iceberg.namespace",
                namespace,
                "iceberg.catalog.type",
                "glue",
                "iceberg.catalog.warehouse",
                uri(TABLES),
                "iceberg.catalog.io-impl",
                "org.apache.iceberg.aws.s3.S3FileIO");
    }

    String exports() {
        return uri(EXPORTS);
    }

    /** Where the files are that the warehouse copies. */
    String loads() {
        return uri(LOADS);
    }

    String uri(String folder) {
        return "s3://" + bucket.getBucketName() + "/" + folder;
    }

    IBucket bucket() {
        return bucket;
    }

    String namespace() {
        return namespace;
    }

    /** Whether the deployment made it, so that its key is the deployment's. */
    boolean isOurs() {
        return isOurs;
    }
}
