package io.tributary.aws;

import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import io.tributary.sink.redshift.RedshiftScript;
import io.tributary.sink.redshift.RedshiftSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.events.EventPattern;
import software.amazon.awscdk.services.events.Rule;
import software.amazon.awscdk.services.events.targets.SfnStateMachine;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.stepfunctions.Chain;
import software.amazon.awscdk.services.stepfunctions.Choice;
import software.amazon.awscdk.services.stepfunctions.Condition;
import software.amazon.awscdk.services.stepfunctions.DefinitionBody;
import software.amazon.awscdk.services.stepfunctions.Fail;
import software.amazon.awscdk.services.stepfunctions.IChainable;
import software.amazon.awscdk.services.stepfunctions.JsonPath;
import software.amazon.awscdk.services.stepfunctions.LogLevel;
import software.amazon.awscdk.services.stepfunctions.LogOptions;
import software.amazon.awscdk.services.stepfunctions.Pass;
import software.amazon.awscdk.services.stepfunctions.Result;
import software.amazon.awscdk.services.stepfunctions.StateMachine;
import software.amazon.awscdk.services.stepfunctions.Wait;
import software.amazon.awscdk.services.stepfunctions.WaitTime;
import software.amazon.awscdk.services.stepfunctions.tasks.CallAwsService;
import software.constructs.Construct;

/**
 * Sets the warehouse up: the job's own script (schema, external schema, landing view, bookkeeping, the receiving procedure) by
 * Redshift's Data API, statement by statement, each awaited; the first that fails ends it, and is named. It runs whenever the stack
 * was made or changed, and changes nothing where all is there. Tables and their procedures follow as their shapes land, by the merges.
 */
final class WarehouseSetup extends Construct {

    private final StateMachine machine;

    WarehouseSetup(Construct scope, Warehouse warehouse, IKey key, Map<String, String> properties) {
        super(scope, "Setup");
        Stack stack = Stack.of(this);
        Pass statements = Pass.Builder.create(this, "Statements")
                .result(Result.fromObject(Map.of("statements", statements(properties))))
                .build();
        software.amazon.awscdk.services.stepfunctions.Map each =
                software.amazon.awscdk.services.stepfunctions.Map.Builder.create(this, "Each, in order")
                        .itemsPath("$.statements")
                        .maxConcurrency(1)
                        .resultPath(JsonPath.DISCARD)
                        .build();
        each.itemProcessor(one(warehouse));
        this.machine = StateMachine.Builder.create(this, "Statements, awaited")
                .definitionBody(DefinitionBody.fromChainable(statements.next(each)))
                .timeout(Duration.hours(1))
                .tracingEnabled(true)
                .logs(LogOptions.builder()
                        .destination(Logs.group(this, key))
                        .level(LogLevel.ALL)
                        .includeExecutionData(false)
                        .build())
                .build();
        machine.addToRolePolicy(Access.secrets(this, List.of(warehouse.secret())));
        machine.addToRolePolicy(Access.allow(List.of("kms:Decrypt"), key.getKeyArn()));
        Exceptions.allow(
                machine,
                "AwsSolutions-IAM5",
                "A statement of the Data API has no name that a policy could know; nor have traces and log deliveries");
        Rule.Builder.create(this, "Applied")
                .description("The stack was made or changed")
                .eventPattern(EventPattern.builder()
                        .source(List.of("aws.cloudformation"))
                        .detailType(List.of("CloudFormation Stack Status Change"))
                        .detail(Map.of(
                                "stack-id", List.of(stack.getStackId()),
                                "status-details", Map.of("status", List.of("CREATE_COMPLETE", "UPDATE_COMPLETE"))))
                        .build())
                .targets(List.of(SfnStateMachine.Builder.create(machine).build()))
                .build();
    }

    /** The job's script without tables; the landing view alone cannot be told to be made only if it is missing. */
    static List<Map<String, String>> statements(Map<String, String> properties) {
        Problems problems = new Problems();
        // No secret is read: the script has none.
        Secrets none = new Secrets(name -> "", name -> "");
        RedshiftSettings settings = RedshiftSettings.from(Given.of(Configuration.fromMap(properties), none, problems));
        problems.throwIfAny();
        List<Map<String, String>> statements = new ArrayList<>();
        for (String sql : new RedshiftScript(settings).statements(List.of())) {
            Map<String, String> statement = new TreeMap<>();
            statement.put("sql", sql);
            if (sql.startsWith("CREATE MATERIALIZED VIEW ")) {
                statement.put("unless", exists(settings.schema(), "_landing"));
            }
            statements.add(statement);
        }
        return statements;
    }

    /** A row if there is a table or view of this name. */
    private static String exists(String schema, String relation) {
        return "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = '"
                + schema.toLowerCase(java.util.Locale.ROOT).replace("'", "''") + "' AND c.relname = '" + relation + "'";
    }

    private IChainable one(Warehouse warehouse) {
        Pass done = Pass.Builder.create(this, "Next").build();
        Chain run = awaited(warehouse, "Run", "$.sql", done);
        Chain look = awaited(
                warehouse,
                "Look",
                "$.unless",
                Choice.Builder.create(this, "Is it there?")
                        .build()
                        .when(Condition.numberGreaterThan("$.state.ResultRows", 0), done)
                        .otherwise(run));
        return Choice.Builder.create(this, "Once only?")
                .build()
                .when(Condition.isPresent("$.unless"), look)
                .otherwise(run);
    }

    /** Starts a statement, and asks for it until it is over. */
    private Chain awaited(Warehouse warehouse, String id, String sql, IChainable next) {
        Map<String, Object> request = new TreeMap<>();
        request.put(warehouse.isServerless() ? "WorkgroupName" : "ClusterIdentifier", warehouse.identifier());
        request.put("Database", warehouse.database());
        request.put("SecretArn", warehouse.secret());
        request.put("Sql", JsonPath.stringAt(sql));
        CallAwsService start = CallAwsService.Builder.create(this, id)
                .service("redshiftdata")
                .action("executeStatement")
                .iamAction("redshift-data:ExecuteStatement")
                .iamResources(List.of(warehouse.arn()))
                .parameters(request)
                .resultPath("$.started")
                .build();
        CallAwsService ask = CallAwsService.Builder.create(this, id + ": how far?")
                .service("redshiftdata")
                .action("describeStatement")
                .iamAction("redshift-data:DescribeStatement")
                // A statement has no name that a policy could know; one may ask for one's own only.
                .iamResources(List.of("*"))
                .parameters(Map.of("Id", JsonPath.stringAt("$.started.Id")))
                .resultPath("$.state")
                .build();
        Wait wait = Wait.Builder.create(this, id + ": wait")
                .time(WaitTime.duration(Duration.seconds(1)))
                .build();
        Fail failed = Fail.Builder.create(this, id + ": failed")
                .error("StatementFailed")
                .causePath("States.Format('{}: {}', $.state.Error, " + sql + ")")
                .build();
        return Chain.start(start)
                .next(wait)
                .next(ask)
                .next(Choice.Builder.create(this, id + ": over?")
                        .build()
                        .when(Condition.stringEquals("$.state.Status", "FINISHED"), next)
                        .when(
                                Condition.or(
                                        Condition.stringEquals("$.state.Status", "FAILED"),
                                        Condition.stringEquals("$.state.Status", "ABORTED")),
                                failed)
                        .otherwise(wait));
    }

    StateMachine machine() {
        return machine;
    }
}
