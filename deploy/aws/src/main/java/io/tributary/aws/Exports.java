package io.tributary.aws;

import io.tributary.aws.functions.ExportRound;
import java.util.Collection;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.stepfunctions.Choice;
import software.amazon.awscdk.services.stepfunctions.Condition;
import software.amazon.awscdk.services.stepfunctions.DefinitionBody;
import software.amazon.awscdk.services.stepfunctions.LogLevel;
import software.amazon.awscdk.services.stepfunctions.LogOptions;
import software.amazon.awscdk.services.stepfunctions.StateMachine;
import software.amazon.awscdk.services.stepfunctions.Succeed;
import software.amazon.awscdk.services.stepfunctions.TaskInput;
import software.amazon.awscdk.services.stepfunctions.Wait;
import software.amazon.awscdk.services.stepfunctions.WaitTime;
import software.amazon.awscdk.services.stepfunctions.tasks.LambdaInvoke;
import software.constructs.Construct;

/**
 * Exports of the tables in DynamoDB on a schedule, by the command {@code dynamodb export}. One export may take longer than a
 * function may run, so the function is called until it says that all is done.
 */
final class Exports extends Construct {

    private final StateMachine machine;

    Exports(
            Construct scope,
            Parameters parameters,
            Artifacts artifacts,
            IKey key,
            Lake lake,
            Collection<String> tableArns,
            Map<String, String> properties) {
        super(scope, "Exports");
        // DynamoDB and S3 need no network.
        JobFunction exports = new JobFunction(this, ExportRound.class, "Exports from DynamoDB", artifacts, null, key);
        Function function = exports.function();
        Access.export(tableArns, lake, key).forEach(exports.role()::addToPolicy);
        LambdaInvoke call = LambdaInvoke.Builder.create(this, "Export")
                .lambdaFunction(function)
                .payload(TaskInput.fromObject(properties))
                .payloadResponseOnly(true)
                .resultPath("$.round")
                .retryOnServiceExceptions(true)
                .build();
        LogGroup log = Logs.group(this, key);
        this.machine = StateMachine.Builder.create(this, "Rounds")
                .definitionBody(DefinitionBody.fromChainable(call.next(Choice.Builder.create(this, "All is exported?")
                        .build()
                        .when(
                                Condition.booleanEquals("$.round.complete", true),
                                Succeed.Builder.create(this, "Exported").build())
                        .otherwise(Wait.Builder.create(this, "DynamoDB is exporting")
                                .time(WaitTime.duration(Duration.minutes(1)))
                                .build()
                                .next(call)))))
                .timeout(Duration.hours(24))
                .tracingEnabled(true)
                .logs(LogOptions.builder()
                        .destination(log)
                        .level(LogLevel.ALL)
                        .includeExecutionData(false)
                        .build())
                .build();
        Exceptions.allow(
                machine, "AwsSolutions-IAM5", "Versions of its one function; traces and log deliveries have no names");
        new Schedule(
                this,
                parameters.number("--export-minutes"),
                "states:StartExecution",
                machine.getStateMachineArn(),
                Map.of());
    }

    StateMachine machine() {
        return machine;
    }
}
