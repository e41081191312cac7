package io.tributary.aws;

import io.tributary.aws.functions.MergeRound;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.lambda.EventInvokeConfigOptions;
import software.amazon.awscdk.services.lambda.Function;
import software.constructs.Construct;

/**
 * The merges in the warehouse: a function that runs rounds of {@code redshift merge}, on a schedule. It follows the tables' shapes,
 * too, which takes more than a call of a procedure.
 */
final class Merges extends Construct {

    private final Function function;
    private final SecurityGroup group;

    Merges(
            Construct scope,
            Parameters parameters,
            Artifacts artifacts,
            Network network,
            @Nullable Lake loads,
            IKey key,
            Map<String, String> properties) {
        super(scope, "Merges");
        JobFunction merges =
                new JobFunction(this, MergeRound.class, "Merges in the warehouse", artifacts, network, key);
        this.function = merges.function();
        // A round that fails leaves all as it was, and the next one does its work.
        function.configureAsyncInvoke(
                EventInvokeConfigOptions.builder().retryAttempts(0).build());
        merges.role().addToPolicy(Access.secrets(this, GivenSettings.secrets(properties)));
        merges.role().addToPolicy(Access.allow(List.of("kms:Decrypt"), key.getKeyArn()));
        if (loads != null) {
            Access.takeLoads(loads, key).forEach(merges.role()::addToPolicy);
        }
        new Schedule(
                this,
                parameters.number("--merge-minutes"),
                "lambda:InvokeFunction",
                function.getFunctionArn(),
                properties);
        this.group = Objects.requireNonNull(merges.group());
    }

    Function function() {
        return function;
    }

    SecurityGroup group() {
        return group;
    }
}
