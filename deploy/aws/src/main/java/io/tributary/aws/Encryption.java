package io.tributary.aws;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.kms.Key;
import software.constructs.Construct;

/** The key of everything that is stored, renewed each year. It stays as long as data that it encrypts may. */
final class Encryption extends Construct {

    private final Key key;

    Encryption(Construct scope, RemovalPolicy removal) {
        super(scope, "Encryption");
        Stack stack = Stack.of(this);
        this.key = Key.Builder.create(this, "Key")
                .description("What " + stack.getStackName() + " stores")
                .enableKeyRotation(true)
                .removalPolicy(removal)
                .build();
        String logs = "logs." + stack.getRegion() + ".amazonaws.com";
        key.addToResourcePolicy(PolicyStatement.Builder.create()
                .sid("Logs")
                .principals(List.of(new ServicePrincipal(logs)))
                .actions(List.of(
                        "kms:Encrypt",
                        "kms:Decrypt",
                        "kms:ReEncryptFrom",
                        "kms:ReEncryptTo",
                        "kms:GenerateDataKey",
                        "kms:DescribeKey"))
                .resources(List.of("*"))
                .conditions(Map.of(
                        "ArnLike",
                        Map.of(
                                "kms:EncryptionContext:aws:logs:arn",
                                "arn:" + stack.getPartition() + ":logs:" + stack.getRegion() + ":" + stack.getAccount()
                                        + ":log-group:*")))
                .build());
        key.addToResourcePolicy(PolicyStatement.Builder.create()
                .sid("Alarms")
                .principals(List.of(
                        new ServicePrincipal("cloudwatch.amazonaws.com"), new ServicePrincipal("sns.amazonaws.com")))
                .actions(List.of("kms:Decrypt", "kms:GenerateDataKey"))
                .resources(List.of("*"))
                .conditions(Map.of("StringEquals", Map.of("aws:SourceAccount", stack.getAccount())))
                .build());
    }

    Key key() {
        return key;
    }
}
