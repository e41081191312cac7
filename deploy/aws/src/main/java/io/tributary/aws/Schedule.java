package io.tributary.aws;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.PrincipalWithConditions;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.scheduler.CfnSchedule;
import software.constructs.Construct;

/** Starts something every so many minutes. What fails is not tried again before its next turn. */
final class Schedule extends Construct {

    Schedule(Construct scope, int minutes, String action, String targetArn, Object input) {
        super(scope, "Schedule");
        Role role = Role.Builder.create(this, "Role")
                .description("The schedule")
                .assumedBy(new PrincipalWithConditions(
                        new ServicePrincipal("scheduler.amazonaws.com"),
                        Map.of(
                                "StringEquals",
                                Map.of("aws:SourceAccount", Stack.of(this).getAccount()))))
                .build();
        role.addToPolicy(Access.allow(List.of(action), targetArn));
        CfnSchedule schedule = CfnSchedule.Builder.create(this, "Turn")
                .scheduleExpression("rate(" + minutes + (minutes == 1 ? " minute)" : " minutes)"))
                .flexibleTimeWindow(CfnSchedule.FlexibleTimeWindowProperty.builder()
                        .mode("OFF")
                        .build())
                .target(CfnSchedule.TargetProperty.builder()
                        .arn(targetArn)
                        .roleArn(role.getRoleArn())
                        .input(Stack.of(this).toJsonString(input))
                        .retryPolicy(CfnSchedule.RetryPolicyProperty.builder()
                                .maximumRetryAttempts(0)
                                .build())
                        .build())
                .build();
        schedule.getNode().addDependency(role);
    }
}
