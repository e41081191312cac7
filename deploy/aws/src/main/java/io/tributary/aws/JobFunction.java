package io.tributary.aws;

import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.logs.LogGroup;
import software.constructs.Construct;

/** A function that runs a command of the job's jar, one call at a time. */
final class JobFunction extends Construct {

    /** The longest that Lambda gives. */
    static final Duration TIMEOUT = Duration.minutes(15);

    private final Function function;
    private final Role role;
    private final @Nullable SecurityGroup group;

    JobFunction(
            Construct scope,
            Class<?> handler,
            String description,
            Artifacts artifacts,
            @Nullable Network network,
            IKey key) {
        super(scope, "Function");
        this.role = Role.Builder.create(this, "Role")
                .description(description)
                .assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
                .build();
        LogGroup log = Logs.group(this, key);
        role.addToPolicy(Access.functionLog(log));
        this.group = network == null ? null : network.caller(this, description);
        Function.Builder builder = Function.Builder.create(this, "Code")
                .description(description)
                .runtime(Runtime.JAVA_17)
                .architecture(Architecture.X86_64)
                .handler(handler.getName() + "::handleRequest")
                .code(Code.fromAsset(artifacts.functions().toString()))
                .memorySize(1769)
                .timeout(TIMEOUT)
                .reservedConcurrentExecutions(1)
                .role(role)
                .logGroup(log);
        if (network != null && group != null) {
            role.addToPolicy(Access.functionNetwork());
            builder.vpc(network.vpc()).vpcSubnets(network.selection()).securityGroups(List.of(group));
        }
        this.function = builder.build();
        Exceptions.allow(function, "AwsSolutions-L1", "Java 17 is what the job's tests run on");
        Exceptions.allow(
                role,
                "AwsSolutions-IAM5",
                "Network interfaces have no narrower names; exports name what they make by themselves, below their folder");
    }

    Function function() {
        return function;
    }

    Role role() {
        return role;
    }

    /** Null where the function needs no network. */
    @Nullable
    SecurityGroup group() {
        return group;
    }
}
