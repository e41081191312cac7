package io.tributary.aws;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.customresources.AwsCustomResource;
import software.amazon.awscdk.customresources.AwsCustomResourcePolicy;
import software.amazon.awscdk.customresources.AwsSdkCall;
import software.amazon.awscdk.customresources.PhysicalResourceId;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.kms.IKey;
import software.constructs.Construct;

/**
 * The SQL files in the bucket, in a folder named after what is in them: files that change are a change of the job's settings, so
 * that the job is updated with them, and a job that is rolled back finds its own.
 */
final class SqlFiles extends Construct {

    /** The function that stands behind all calls of this kind. */
    private static final String SINGLETON = "AWS" + AwsCustomResource.PROVIDER_FUNCTION_UUID.replace("-", "");

    private final String location;

    SqlFiles(Construct scope, Path folder, Lake lake, IKey key) {
        super(scope, "Sql");
        Map<String, String> files = read(folder);
        String prefix = "sql/" + digest(files);
        PolicyStatement put =
                Access.allow(List.of("s3:PutObject"), lake.bucket().arnForObjects("sql/*"));
        PolicyStatement encrypt = Access.allow(List.of("kms:GenerateDataKey"), key.getKeyArn());
        files.forEach((name, text) -> AwsCustomResource.Builder.create(this, name)
                .resourceType("Custom::SqlFile")
                .onUpdate(AwsSdkCall.builder()
                        .service("S3")
                        .action("putObject")
                        .parameters(Map.of(
                                "Bucket", lake.bucket().getBucketName(), "Key", prefix + "/" + name, "Body", text))
                        // The answer may be larger than CloudFormation takes.
                        .outputPaths(List.of("ETag"))
                        .physicalResourceId(PhysicalResourceId.of(prefix + "/" + name))
                        .build())
                .policy(AwsCustomResourcePolicy.fromStatements(lake.isOurs() ? List.of(put, encrypt) : List.of(put)))
                .installLatestAwsSdk(false)
                .build());
        Exceptions.allow(this, "AwsSolutions-IAM5", "It writes below the folder of SQL files, and nowhere else");
        Stack.of(this).getNode().findAll().stream()
                .filter(construct -> construct.getNode().getId().equals(SINGLETON))
                .map(Construct.class::cast)
                .forEach(construct -> {
                    Exceptions.allow(construct, "AwsSolutions-L1", "The CDK's own, of the runtime that it chooses");
                    Exceptions.allow(construct, "AwsSolutions-IAM4", "The CDK's own; it may write its log");
                });
        this.location = lake.uri(prefix);
    }

    /** Their texts by their names. */
    private static Map<String, String> read(Path folder) {
        Map<String, String> texts = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found =
                    files.filter(file -> file.toString().endsWith(".sql")).collect(Collectors.toList());
            for (Path file : found) {
                texts.put(String.valueOf(file.getFileName()), Files.readString(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("sql.directory: " + folder + " cannot be read", e);
        }
        return texts;
    }

    private static String digest(Map<String, String> files) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            files.forEach((name, text) -> digest.update((name + "\0" + text + "\0").getBytes(StandardCharsets.UTF_8)));
            return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    String location() {
        return location;
    }
}
