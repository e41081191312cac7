package io.tributary;

import io.tributary.capture.dynamodb.DynamoDbSettings;
import io.tributary.capture.dynamodb.export.ExportSettings;
import io.tributary.capture.dynamodb.export.make.ExportCommand;
import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.plan.Again;
import io.tributary.capture.postgres.plan.Grants;
import io.tributary.capture.postgres.plan.ResyncCommand;
import io.tributary.change.LastCheckpoint;
import io.tributary.settings.ApplicationProperties;
import io.tributary.settings.CloudWatch;
import io.tributary.settings.Problems;
import io.tributary.settings.ProblemsException;
import io.tributary.settings.Secrets;
import io.tributary.settings.SecretsManagerStore;
import io.tributary.settings.SettingsFile;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The commands. {@code run} is what a cluster runs; the others are for people and scripts.
 *
 * <p>The only place that reads the environment and that executes the job. What is wrong is thrown, in a {@link ProblemsException}:
 * whoever calls says it.
 */
public final class Main {

    static final String USAGE = String.join(
            System.lineSeparator(),
            "Usage: <command> --settings <path or URI of a YAML file>",
            "  run              check everything, then run the job (the default)",
            "  plan             check everything, and print what is wrong and how to mend it; --from <savepoint> says what becomes",
            "                   of each SQL file and table of a job that is resumed from there, too; --save writes the tables'",
            "                   columns to tables.yaml beside the SQL files, with which --offline does without any system",
            "  test             run the SQL files over the sample rows beside them and compare; without settings, and without any",
            "                   database, --sql <folder> names the files' folder; --table <name> for each that is to be tried",
            "  tables           print the source tables' columns, as test reads them from tables.yaml beside the SQL files",
            "  grants           print the SQL that makes the user in PostgreSQL, for an administrator",
            "  resync           have the running job read tables of PostgreSQL again and mend what differs; --table <name> for each,",
            "                   --show-all to show the targets rows that did not change, too, --for <output> to show them to",
            "                   what a SQL file makes, --for pass-through to the tables as they pass through",
            "  dynamodb export  have DynamoDB export tables to where the job looks for exports: whole the first time, then",
            "                   what was written since; --table <name> for one of them, --full for whole tables again,",
            "                   --every <duration> to go on until stopped",
            "  redshift print   print the SQL that sets the warehouse up",
            "  redshift apply   run it",
            "  redshift merge   merge what has landed, every redshift.merge-interval, until stopped; --metrics <host:port>",
            "                   shows metrics for Prometheus there, at /metrics; --once merges one round, and fails if a table",
            "                   is behind",
            "  redshift reload  fill tables of the warehouse again from their Iceberg tables; --table <name> for each",
            "  redshift status  show how far each table of the warehouse is, and when it is merged; fails if one is behind",
            "  redshift pause   have tables merged no more, whoever runs the rounds, until redshift resume: --table <name> for",
            "  redshift resume  each, --group <name> for all that follow one",
            "  redshift schedule  say when tables are merged: --table <name> for each, or --group <name>, with --every <duration>,",
            "                   --cron '<minute hour day month weekday>' in UTC, or --always; --table with --group alone has the",
            "                   table follow the group",
            "  watch            show the metrics of what the source keeps for the job, at --metrics <host:port>, until stopped",
            "In place of --settings, --application-properties <file> reads the property groups of Managed Service for",
            "Apache Flink; there it is the default.");

    private Main() {}

    public static void main(String[] args) throws Exception {
        Arguments arguments = Arguments.parse(args);
        if (arguments.command() != Arguments.Command.TEST) {
            run(arguments, System.out);
            return;
        }
        int status = SampleCommands.test(arguments, System.out, System.err);
        if (status != 0) {
            System.exit(status);
        }
    }

    private static void run(Arguments arguments, PrintStream out) throws Exception {
        Problems problems = new Problems();
        Configuration given = read(arguments, problems);
        Secrets secrets =
                arguments.isOffline() ? Secrets.standIns() : new Secrets(System::getenv, new SecretsManagerStore());
        Settings settings = arguments.command() == Arguments.Command.REDSHIFT_MERGE
                ? Settings.ofMerges(given, secrets, problems)
                : Settings.of(given, secrets, problems);
        switch (arguments.command()) {
            case RUN:
                assemble(Plan.ofJob(settings, problems), arguments.isManaged()).execute(settings.name());
                return;
            case PLAN:
                plan(arguments, settings, problems, out);
                if (!arguments.isManaged() && !arguments.isOffline()) {
                    resumption(settings).forEach(out::println);
                }
                return;
            case TABLES:
                out.print(SampleCommands.tables(settings, problems));
                return;
            case GRANTS:
                grants(settings, problems).forEach(out::println);
                return;
            case RESYNC:
                resync(arguments, settings, problems, out);
                return;
            case DYNAMODB_EXPORT:
                export(arguments, settings, problems, out);
                return;
            case WATCH:
                Watch.run(arguments, settings, problems);
                return;
            default:
                WarehouseCommands.run(arguments, settings, problems, out);
        }
    }

    private static void plan(Arguments arguments, Settings settings, Problems problems, PrintStream out)
            throws Exception {
        if (arguments.isOffline()) {
            SavedTables saved = SavedTables.read(settings, problems);
            out.print(Plan.offline(settings, saved, problems).describeOffline());
            return;
        }
        String from = arguments.from();
        Inventory before = from == null ? null : SavepointInventory.read(from, problems);
        Plan plan = Plan.of(settings, problems);
        out.print(plan.describe());
        if (arguments.isSaving()) {
            out.println("The columns of its tables are in " + SavedTables.save(plan, problems) + " now.");
        }
        if (before != null) {
            PlannedChanges changes = PlannedChanges.of(before, plan);
            out.print(changes.describe());
            changes.refusals().forEach(problems::add);
            problems.throwIfAny();
        }
    }

    /** What the cluster that this client is configured for lacks, so that a job can be resumed after a failure. */
    private static List<String> resumption(Settings settings) {
        List<String> cautions = FlinkDefaults.cautions(
                StreamExecutionEnvironment.getExecutionEnvironment(settings.flink())
                        .getConfiguration(),
                settings.postgres().stream()
                        .mapToInt(PostgresSettings::confirmDelay)
                        .max()
                        .orElse(1));
        List<String> lines = new ArrayList<>();
        if (!cautions.isEmpty()) {
            lines.add("and, as far as this client's configuration of Flink tells,");
            cautions.forEach(caution -> lines.add("  " + caution));
        }
        return lines;
    }

    private static List<String> grants(Settings settings, Problems problems) throws ProblemsException {
        if (settings.postgres().isEmpty()) {
            problems.add("postgres.hostname is missing: the command grants needs the settings of PostgreSQL");
            throw problems.exception();
        }
        return Grants.of(settings.postgres());
    }

    private static void resync(Arguments arguments, Settings settings, Problems problems, PrintStream out)
            throws ProblemsException {
        if (settings.postgres().isEmpty()) {
            problems.add("postgres.hostname is missing: resync is for tables of PostgreSQL. For tables from Kafka, have"
                    + " Debezium take an incremental snapshot: INSERT INTO <its signal table> VALUES ('resync',"
                    + " 'execute-snapshot', '{\"data-collections\": [\"<schema>.<table>\"]}'). For tables from DynamoDB,"
                    + " run dynamodb export --full --table <name>");
            throw problems.exception();
        }
        problems.throwIfAny();
        Again again = arguments.showsAll()
                ? Again.toEverybody()
                : Again.toSome(arguments.consumers(), consumers(arguments, settings, problems));
        problems.throwIfAny();
        ResyncCommand.run(settings.postgres(), arguments.tables(), again, problems, out);
        problems.throwIfAny();
    }

    /** Who may take a table. Reads the SQL files, if that matters. */
    private static Function<String, Set<String>> consumers(Arguments arguments, Settings settings, Problems problems) {
        Set<String> made =
                arguments.consumers().isEmpty() ? Set.of() : settings.query().made(problems);
        return table -> Readerships.of(made, settings.query().passThrough().contains(table));
    }

    private static void export(Arguments arguments, Settings settings, Problems problems, PrintStream out)
            throws InterruptedException {
        DynamoDbSettings dynamoDb = settings.dynamoDb();
        ExportSettings exports = settings.exports();
        if (dynamoDb == null || exports == null || !exports.isOn()) {
            problems.add(
                    "dynamodb.exports.location is missing: set it to the place in S3 that the tables are exported to");
            throw problems.exception();
        }
        problems.throwIfAny();
        ExportCommand.run(exports, dynamoDb, arguments.tables(), arguments.isFull(), arguments.every(), out)
                .forEach(problems::add);
        problems.throwIfAny();
    }

    static Configuration read(Arguments arguments, Problems problems) {
        Configuration given = new Configuration();
        try {
            given = arguments.isManaged()
                    ? ApplicationProperties.read(arguments.location(), problems)
                    : SettingsFile.read(arguments.location(), problems);
        } catch (IOException | IllegalArgumentException e) {
            problems.add("The settings in " + arguments.location() + " cannot be read: " + e);
        }
        if (given.keySet().isEmpty()) {
            // Else every setting would be missing besides.
            problems.throwIfAny();
        }
        if (arguments.isManaged()) {
            refuseFlink(given, problems);
            CloudWatch.onByDefault(given);
        }
        return given;
    }

    /** What the service configures cannot be set by the job, and what is set in vain is not passed over in silence. */
    private static void refuseFlink(Configuration given, Problems problems) {
        Set<String> keys = new TreeSet<>(given.keySet());
        keys.removeIf(key -> !key.startsWith(Settings.FLINK + "."));
        if (!keys.isEmpty()) {
            problems.add(
                    "On Managed Service for Apache Flink its own configuration holds, and " + String.join(", ", keys)
                            + " would have no effect: take it out of the property groups, and set what the service lets you set"
                            + " in the application's configuration");
        }
    }

    /** The job, ready to be executed; what it needs in the source and in Iceberg is there. */
    static StreamExecutionEnvironment assemble(Plan plan, boolean managed) throws Exception {
        StreamExecutionEnvironment environment = environment(plan.settings(), managed);
        PlannedPipeline.of(plan).assemble(environment);
        Inventory.of(plan).tell(environment);
        return environment;
    }

    /** On Managed Flink nothing is set but what the job's own types need: checkpoints, state and restarts are its matter. */
    private static StreamExecutionEnvironment environment(Settings settings, boolean managed) {
        Configuration flink = managed ? new Configuration() : settings.flink();
        flink.set(PipelineOptions.GENERIC_TYPES, false);
        if (!managed) {
            // What a SQL file's operators had, before the file was changed or removed.
            flink.set(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE, true);
        }
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(flink);
        if (!managed) {
            FlinkDefaults.set(environment, settings.patience());
            LastCheckpoint.tell(environment);
        }
        return environment;
    }
}
