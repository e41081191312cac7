package io.tributary.aws;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.logs.LogGroup;
import software.constructs.Construct;

/**
 * What each part may do, to what. No action has a wildcard; a resource has one only where the service knows no narrower name.
 *
 * <p>A test derives the calls from the code and its libraries, and fails where they differ from these.
 */
final class Access {

    private Access() {}

    /** The job's records, by the connector's sink. */
    static PolicyStatement write(DataStream records) {
        return allow(List.of("kinesis:PutRecords"), records.arn());
    }

    /** The changes of DynamoDB, by the connector's consumer. */
    static List<PolicyStatement> read(String streamArn, boolean isFannedOut) {
        List<PolicyStatement> statements = new ArrayList<>();
        statements.add(allow(
                List.of(
                        "kinesis:DescribeStream",
                        "kinesis:DescribeStreamSummary",
                        "kinesis:GetRecords",
                        "kinesis:GetShardIterator",
                        "kinesis:ListShards"),
                streamArn));
        if (isFannedOut) {
            statements.add(
                    allow(List.of("kinesis:RegisterStreamConsumer", "kinesis:DeregisterStreamConsumer"), streamArn));
            statements.add(allow(
                    List.of("kinesis:DescribeStreamConsumer", "kinesis:SubscribeToShard"), streamArn + "/consumer/*"));
        }
        return statements;
    }

    /** The keys of tables, and whether they stream. */
    static PolicyStatement describe(Collection<String> tableArns) {
        return allow(
                List.of("dynamodb:DescribeKinesisStreamingDestination", "dynamodb:DescribeTable"),
                tableArns.toArray(String[]::new));
    }

    /** Iceberg's tables: files by S3FileIO, and their names in the Glue catalog. */
    static List<PolicyStatement> keep(Construct scope, Lake lake, IKey key) {
        List<PolicyStatement> statements = new ArrayList<>();
        String bucket = lake.bucket().getBucketArn();
        statements.add(allow(
                List.of("s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"),
                bucket + "/lake/*"));
        statements.add(PolicyStatement.Builder.create()
                .actions(List.of("s3:ListBucket"))
                .resources(List.of(bucket))
                .conditions(Map.of("StringLike", Map.of("s3:prefix", List.of("lake/*", "sql/*", "exports/*"))))
                .build());
        Stack stack = Stack.of(scope);
        String glue = "arn:" + stack.getPartition() + ":glue:" + stack.getRegion() + ":" + stack.getAccount() + ":";
        statements.add(allow(
                List.of(
                        "glue:GetDatabase",
                        "glue:CreateDatabase",
                        "glue:GetTable",
                        "glue:CreateTable",
                        "glue:UpdateTable"),
                glue + "catalog",
                glue + "database/" + lake.namespace(),
                glue + "table/" + lake.namespace() + "/*"));
        if (lake.isOurs()) {
            statements.add(allow(List.of("kms:Decrypt", "kms:GenerateDataKey"), key.getKeyArn()));
        }
        return statements;
    }

    /** Objects of the bucket below a folder. */
    static PolicyStatement readObjects(Lake lake, String folder) {
        return allow(List.of("s3:GetObject"), lake.bucket().getBucketArn() + "/" + folder + "/*");
    }

    /** The files that the job writes for the warehouse. */
    static PolicyStatement writeLoads(Lake lake) {
        return allow(List.of("s3:PutObject"), lake.bucket().getBucketArn() + "/loads/*");
    }

    /** The merges look for files, write which are copied together, and delete what was copied. */
    static List<PolicyStatement> takeLoads(Lake lake, IKey key) {
        return ofLoads(
                lake,
                List.of("s3:GetObject", "s3:PutObject", "s3:DeleteObject"),
                List.of("kms:Decrypt", "kms:GenerateDataKey"),
                key);
    }

    /** Redshift's COPY. */
    static List<PolicyStatement> copyLoads(Lake lake, IKey key) {
        return ofLoads(lake, List.of("s3:GetObject"), List.of("kms:Decrypt"), key);
    }

    private static List<PolicyStatement> ofLoads(Lake lake, List<String> actions, List<String> onKey, IKey key) {
        List<PolicyStatement> statements = new ArrayList<>();
        String bucket = lake.bucket().getBucketArn();
        statements.add(allow(actions, bucket + "/loads/*"));
        statements.add(PolicyStatement.Builder.create()
                .actions(List.of("s3:ListBucket"))
                .resources(List.of(bucket))
                .conditions(Map.of("StringLike", Map.of("s3:prefix", List.of("loads/*"))))
                .build());
        if (lake.isOurs()) {
            statements.add(allow(onKey, key.getKeyArn()));
        }
        return statements;
    }

    static PolicyStatement secrets(Construct scope, Collection<String> secrets) {
        Stack stack = Stack.of(scope);
        String prefix = "arn:" + stack.getPartition() + ":secretsmanager:" + stack.getRegion() + ":"
                + stack.getAccount() + ":secret:";
        return allow(
                List.of("secretsmanager:GetSecretValue"),
                // An id of a secret has six characters at its end that nobody chooses.
                secrets.stream()
                        .map(secret -> secret.startsWith("arn:") || secret.startsWith("${")
                                ? secret
                                : prefix + secret + "-??????")
                        .toArray(String[]::new));
    }

    /**
     * Connections to a database of RDS as one of its users, by a token in place of a password.
     *
     * @param database the id by which IAM knows it, which is not its name
     */
    static PolicyStatement connect(Construct scope, String database, String username) {
        Stack stack = Stack.of(scope);
        return allow(
                List.of("rds-db:connect"),
                "arn:" + stack.getPartition() + ":rds-db:" + stack.getRegion() + ":" + stack.getAccount() + ":dbuser:"
                        + database + "/" + username);
    }

    /** Exports of tables to the bucket, and the note of them that the command keeps beside them. */
    static List<PolicyStatement> export(Collection<String> tableArns, Lake lake, IKey key) {
        List<PolicyStatement> statements = new ArrayList<>();
        statements.add(allow(
                List.of("dynamodb:DescribeTable", "dynamodb:ExportTableToPointInTime"),
                tableArns.toArray(String[]::new)));
        statements.add(allow(
                List.of("dynamodb:DescribeExport"),
                tableArns.stream().map(arn -> arn + "/export/*").toArray(String[]::new)));
        String bucket = lake.bucket().getBucketArn();
        statements.add(
                allow(List.of("s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"), bucket + "/exports/*"));
        statements.add(PolicyStatement.Builder.create()
                .actions(List.of("s3:ListBucket"))
                .resources(List.of(bucket))
                .conditions(Map.of("StringLike", Map.of("s3:prefix", List.of("exports/*"))))
                .build());
        if (lake.isOurs()) {
            statements.add(allow(List.of("kms:Decrypt", "kms:GenerateDataKey"), key.getKeyArn()));
        }
        return statements;
    }

    /** Redshift's streaming ingestion. Streams can be listed as a whole only. */
    static List<PolicyStatement> land(DataStream records) {
        return List.of(
                allow(
                        List.of(
                                "kinesis:DescribeStream",
                                "kinesis:DescribeStreamSummary",
                                "kinesis:GetRecords",
                                "kinesis:GetShardIterator",
                                "kinesis:ListShards"),
                        records.arn()),
                allow(List.of("kinesis:ListStreams"), "*"));
    }

    /** What Managed Service for Apache Flink asks of the role of an application in a network. */
    static PolicyStatement network() {
        return allow(
                List.of(
                        "ec2:CreateNetworkInterface",
                        "ec2:CreateNetworkInterfacePermission",
                        "ec2:DeleteNetworkInterface",
                        "ec2:DescribeDhcpOptions",
                        "ec2:DescribeNetworkInterfaces",
                        "ec2:DescribeSecurityGroups",
                        "ec2:DescribeSubnets",
                        "ec2:DescribeVpcs"),
                "*");
    }

    /** What Lambda asks of the role of a function in a network. */
    static PolicyStatement functionNetwork() {
        return allow(
                List.of(
                        "ec2:AssignPrivateIpAddresses",
                        "ec2:CreateNetworkInterface",
                        "ec2:DeleteNetworkInterface",
                        "ec2:DescribeNetworkInterfaces",
                        "ec2:DescribeSubnets",
                        "ec2:UnassignPrivateIpAddresses"),
                "*");
    }

    /** What Managed Service for Apache Flink writes the job's log by. */
    static List<PolicyStatement> log(LogGroup log) {
        return List.of(
                allow(List.of("logs:DescribeLogStreams", "logs:PutLogEvents"), log.getLogGroupArn()),
                allow(List.of("logs:DescribeLogGroups"), "*"));
    }

    static PolicyStatement functionLog(LogGroup log) {
        return allow(List.of("logs:CreateLogStream", "logs:PutLogEvents"), log.getLogGroupArn());
    }

    static PolicyStatement allow(List<String> actions, String... resources) {
        return PolicyStatement.Builder.create()
                .actions(actions)
                .resources(List.of(resources).stream().distinct().collect(Collectors.toList()))
                .build();
    }
}
