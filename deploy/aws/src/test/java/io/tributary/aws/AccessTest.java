package io.tributary.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What each role may do is what its code calls: no more, no less. */
class AccessTest {

    private static final Synthesized WHOLE = Synthesized.whole();

    /** What services ask of a role for themselves, as their manuals say. */
    private static final Set<String> OF_SERVICES = Set.of(
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
            "kms:Decrypt",
            "kms:GenerateDataKey",
            "logs:CreateLogStream",
            "logs:DescribeLogGroups",
            "logs:DescribeLogStreams",
            "logs:PutLogEvents",
            // The jar is read in the version that was uploaded.
            "s3:GetObjectVersion");

    /** What the libraries can do and the job never has them do. */
    private static final Set<String> NEVER_CALLED = Set.of(
            // Databases and tables are not dropped, listed or renamed.
            "glue:DeleteDatabase",
            "glue:DeleteTable",
            "glue:GetDatabases",
            "glue:GetTables",
            "glue:UpdateDatabase",
            // Files are neither tagged nor copied nor looked for in their versions.
            "s3:CopyObject",
            "s3:GetObjectTagging",
            "s3:ListObjectVersions",
            "s3:PutObjectTagging");

    @Test
    void theJobMayDoWhatItCalls() throws ClassNotFoundException {
        Set<String> called = ServiceCalls.ofJob(name -> !name.equals("PointInTimeExports"));
        called.addAll(ServiceCalls.of(
                "org.apache.flink.connector.kinesis.sink.KinesisStreamsSinkWriter",
                "org.apache.flink.streaming.connectors.kinesis.proxy.KinesisProxy",
                "org.apache.iceberg.aws.glue.GlueCatalog",
                "org.apache.iceberg.aws.glue.GlueTableOperations",
                "org.apache.iceberg.aws.s3.BaseS3File",
                "org.apache.iceberg.aws.s3.S3FileIO",
                "org.apache.iceberg.aws.s3.S3InputStream",
                "org.apache.iceberg.aws.s3.S3OutputStream"));
        called.removeAll(NEVER_CALLED);

        assertThat(allowed("JobRole")).isEqualTo(called);
    }

    @Test
    void exportsMayDoWhatTheyCall() {
        Set<String> called = ServiceCalls.ofJob(Set.of("PointInTimeExports", "S3Store")::contains);
        // Exports stay.
        called.remove("s3:DeleteObject");
        // DynamoDB writes the export by the leave of who asked for it.
        called.add("s3:AbortMultipartUpload");

        assertThat(allowed("ExportsFunctionRole")).isEqualTo(called);
    }

    @Test
    void mergesMayReadTheirPasswordOnly() {
        assertThat(allowed("MergesFunctionRole")).isEqualTo(ServiceCalls.ofJob("SecretsManagerStore"::equals));
    }

    @Test
    void withFilesTheJobWritesThemTheMergesTakeThemAndRedshiftReadsThem() {
        Synthesized filed = Synthesized.of("--settings", "src/test/resources/files.yaml", "--warehouse", "serverless");

        assertThat(ofLoads(filed, "JobRole")).containsExactly("s3:PutObject");
        assertThat(ofLoads(filed, "MergesFunctionRole"))
                .containsExactly("s3:DeleteObject", "s3:GetObject", "s3:PutObject");
        assertThat(ofLoads(filed, "WarehouseRole")).containsExactly("s3:GetObject");
        assertThat(filed.findings()).isEmpty();
        assertThat(filed.resources("AWS::Kinesis::Stream")).isEmpty();
        assertThat(allowed(filed, "WarehouseRole")).noneMatch(action -> action.startsWith("kinesis:"));
    }

    /** What a role may do with the objects of the folder. */
    private static Set<String> ofLoads(Synthesized stack, String role) {
        Set<String> actions = new TreeSet<>();
        stack.statements().forEach((policy, statements) -> {
            if (policy.startsWith(role)) {
                statements.stream()
                        .filter(statement ->
                                statement.get("Resource").toString().contains("/loads/*"))
                        .forEach(statement -> actions.addAll(Synthesized.texts(statement.get("Action"))));
            }
        });
        return actions;
    }

    @Test
    void whatIsNeverCalledIsThereToBeCalled() throws ClassNotFoundException {
        Set<String> callable = ServiceCalls.of(
                "org.apache.flink.streaming.connectors.kinesis.proxy.KinesisProxy",
                "org.apache.iceberg.aws.glue.GlueCatalog",
                "org.apache.iceberg.aws.s3.S3FileIO");

        assertThat(callable).containsAll(NEVER_CALLED);
    }

    /** The actions of the policies of a role, without those that services need. */
    private static Set<String> allowed(String role) {
        return allowed(WHOLE, role);
    }

    private static Set<String> allowed(Synthesized stack, String role) {
        Set<String> actions = new TreeSet<>();
        stack.statements().forEach((policy, statements) -> {
            if (policy.startsWith(role)) {
                statements.forEach(statement -> actions.addAll(Synthesized.texts(statement.get("Action"))));
            }
        });
        assertThat(actions).as(role).isNotEmpty();
        actions.removeAll(OF_SERVICES);
        return actions;
    }
}
