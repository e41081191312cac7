package io.tributary.aws;

import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.constructs.Construct;

/** Log groups, all encrypted and kept for a month. */
final class Logs {

    static final RetentionDays KEPT = RetentionDays.ONE_MONTH;

    private Logs() {}

    static LogGroup group(Construct scope, IKey key) {
        return LogGroup.Builder.create(scope, "Log")
                .encryptionKey(key)
                .retention(KEPT)
                .removalPolicy(RemovalPolicy.DESTROY)
                .build();
    }
}
