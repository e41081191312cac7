package io.tributary;

import static java.util.Objects.requireNonNull;

import io.tributary.capture.CapturePlan;
import io.tributary.change.Audience;
import io.tributary.change.FilledTables;
import io.tributary.change.Schema;
import io.tributary.fill.Consumer;
import io.tributary.latest.Consumers;
import io.tributary.latest.Latest;
import io.tributary.latest.LatestOperator;
import io.tributary.latest.RemovedTables;
import io.tributary.latest.Retention;
import io.tributary.load.LoadSettings;
import io.tributary.query.Queries;
import io.tributary.query.RemovedFiles;
import io.tributary.query.Target;
import io.tributary.settings.NamePatterns;
import io.tributary.settings.Problems;
import io.tributary.sink.iceberg.CommentedTables;
import io.tributary.sink.iceberg.HeldKeys;
import io.tributary.sink.iceberg.IcebergPlan;
import io.tributary.sink.iceberg.IcebergSink;
import io.tributary.sink.iceberg.SourceTables;
import io.tributary.sink.kinesis.KinesisSink;
import io.tributary.sink.load.FilesSink;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/** The pipeline that a plan asks for: real systems at both ends. */
final class PlannedPipeline {

    private PlannedPipeline() {}

    /**
     * Makes what is missing (tables in Iceberg; what each source needs), then puts the pieces together. If that fails, nothing
     * that was made stays behind but publications.
     */
    static Pipeline of(Plan plan) throws Exception {
        try {
            return make(plan);
        } catch (Exception e) {
            plan.systems().forEach(CapturePlan::undo);
            throw e;
        }
    }

    private static Pipeline make(Plan plan) throws Exception {
        Settings settings = plan.settings();
        NamePatterns passThrough = settings.query().passThrough();
        Set<String> filled =
                IcebergPlan.filledTables(settings.iceberg(), plan.outputs().values());
        if (passThrough.isOpen()) {
            filled.addAll(IcebergPlan.filledTables(settings.iceberg(), passThrough));
        }
        Problems whenNew = new Problems();
        Set<String> replaced = replaced(plan, filled);
        IcebergPlan.checkFilled(settings.iceberg(), plan.outputs().values(), replaced, whenNew);
        String start = UUID.randomUUID().toString();
        Refills refills = Refills.of(plan, filled, start, System.currentTimeMillis());
        Set<String> parted = plan.passThrough();
        parted.retainAll(plan.writtenAnew().keySet());
        parted.forEach(table -> requireNonNull(plan.writtenAnew().get(table)).forEach(whenNew::add));
        List<Schema> compared = compared(plan, filled);
        HeldKeys heldKeys = HeldKeys.of(settings.iceberg(), compared, versioned(plan), whenNew);
        IcebergPlan.create(settings.iceberg(), plan.outputs().values(), parted);
        CommentedTables.write(settings.iceberg(), plan.comments());
        Queries queries =
                plan.queries().placing(settings.iceberg().keepsPlaces()).repeating(repeated(plan));
        Set<String> awaited = queries.sources(replaced);

        Pipeline pipeline = new Pipeline(
                new Latest(
                                settings.latest(),
                                retention(plan, parted).refilling(refills.fromNothing()),
                                new FilledTables(
                                                plan.sources().keySet(),
                                                plan.systems().stream()
                                                        .flatMap(system -> system.joining().stream())
                                                        .collect(Collectors.toSet()),
                                                filled,
                                                whenNew.sentences())
                                        .comparing(compared.stream()
                                                .map(Schema::table)
                                                .collect(Collectors.toSet())),
                                plan.systems().stream()
                                        .flatMap(system -> system.declared().stream())
                                        .collect(Collectors.toList()),
                                columnRules(plan),
                                RemovedTables.of(plan.sources().keySet(), filled, start),
                                Consumers.of(
                                                consumers(plan, refills, targets(plan, filled, start)),
                                                plan.sources().keySet(),
                                                passThrough,
                                                targets(plan))
                                        .awaiting(awaited))
                        .remaking(refills.remade())
                        .placing(settings.iceberg().keepsPlaces()),
                new PassThrough(passThrough, plan.sources().keySet()),
                queries.outputs().isEmpty()
                        ? null
                        : (environment, latest, marks, uid) -> queries.attach(
                                environment,
                                latest,
                                marks,
                                LatestOperator.NAME,
                                targets(plan, filled, start),
                                beside(plan),
                                uid),
                settings.rejected(),
                IcebergSink.withoutVersions(settings.iceberg()));
        pipeline.without(new RemovedFiles(
                settings.query(), queries.outputs().values(), plan.outputs().keySet()));
        if (!heldKeys.isEmpty()) {
            pipeline.comparing(heldKeys::open);
        }
        for (CapturePlan system : plan.systems()) {
            outrank(system, plan, filled, awaited);
            system.keepKeys(queries.tablesRead());
            system.readBy(Readerships.of(plan, refills));
            system.admit(plan.newcomers(system));
            pipeline.from(system.system(), system.start());
        }
        pipeline.to(
                "iceberg",
                new IcebergSink(settings.iceberg(), queries.identities())
                        .guarding(refills.remedies(), start)
                        .knowing(plan.passThrough().stream()
                                .filter(plan::isKeptWhole)
                                .collect(Collectors.toSet()))
                        .telling(sources(plan)));
        if (settings.makesRecords()) {
            LoadSettings loads = settings.loads();
            pipeline.to(
                    "kinesis",
                    new KinesisSink(
                                    settings.kinesis(),
                                    plan.outputs().keySet(),
                                    queries.outputs().keySet())
                            .beside(loads, (records, uid) -> FilesSink.write(loads, records, uid)));
        }
        return pipeline;
    }

    /** Who reads source tables: SQL files, and the targets of tables that pass through. */
    private static List<Consumer> consumers(Plan plan, Refills refills, Map<String, Target> targets) {
        List<Consumer> consumers = new ArrayList<>(plan.queries().consumers(targets, beside(plan)));
        for (String table : plan.passThrough()) {
            Consumer iceberg = Consumers.target(Audience.PASS_THROUGH, table);
            consumers.add(refills.fromState().contains(table) ? iceberg.refilling(refills.start()) : iceberg);
            for (String target : beside(plan)) {
                Consumer other = Consumers.target(target, table);
                boolean isShown = plan.isReadAgain(table) || plan.isKeptWhole(table);
                consumers.add(isShown ? other : other.refusing(refusal(plan, table)));
            }
        }
        return consumers;
    }

    private static String refusal(Plan plan, String table) {
        String whole = "";
        for (CapturePlan system : plan.systems()) {
            whole = system.tableNames().contains(table) ? ": " + system.wholeAgain(table) : whole;
        }
        return "Kinesis is new to the state that the job was resumed from, which has hashes alone of the rows of table "
                + table + ": turn Kinesis off again, or start the job anew, without a savepoint" + whole;
    }

    /** Where tables go, as consumers. */
    private static Set<String> targets(Plan plan) {
        Set<String> targets = new TreeSet<>(beside(plan));
        targets.add(Audience.PASS_THROUGH);
        return targets;
    }

    /** Where tables go beside Iceberg, as consumers. */
    private static Set<String> beside(Plan plan) {
        return plan.settings().makesRecords() ? Set.of(Audience.KINESIS) : Set.of();
    }

    /** A table of a SQL file that has no rows may have lost them. */
    private static Map<String, Target> targets(Plan plan, Set<String> filled, String start) {
        Map<String, Target> targets = new HashMap<>();
        for (String table : plan.queries().outputs().keySet()) {
            Target target = filled.contains(table) ? filled(plan) : Target.empty();
            List<String> refusals = plan.writtenAnew().getOrDefault(table, List.of());
            boolean isAsItShouldBe = filled.contains(table) && !Refills.isWrittenAnew(plan, table);
            targets.put(table, isAsItShouldBe ? target : target.writtenAnew(refusals, start));
        }
        return targets;
    }

    private static Target filled(Plan plan) {
        return plan.settings().startsFromTargets() ? Target.replaced() : Target.filled();
    }

    /** The tables of SQL files whose rows a job without state replaces at once. */
    private static Set<String> replaced(Plan plan, Set<String> filled) {
        if (!plan.settings().startsFromTargets()) {
            return Set.of();
        }
        Set<String> replaced = new TreeSet<>(plan.queries().outputs().keySet());
        replaced.retainAll(filled);
        return replaced;
    }

    /** The tables whose keys are read from their targets. */
    private static List<Schema> compared(Plan plan, Set<String> filled) {
        return plan.settings().startsFromTargets()
                ? plan.passThrough().stream()
                        .filter(filled::contains)
                        .map(table -> requireNonNull(plan.sources().get(table)))
                        .collect(Collectors.toList())
                : List.of();
    }

    /**
     * What the targets have of the system's tables that pass through is older than what a job without state makes of them.
     *
     * @param awaited the tables of which the system is to say when they were read
     */
    private static void outrank(CapturePlan system, Plan plan, Set<String> filled, Set<String> awaited)
            throws Exception {
        Set<String> its = plan.passThrough();
        its.retainAll(system.tableNames());
        its.retainAll(filled);
        boolean isAwaited = system.tableNames().stream().anyMatch(awaited::contains);
        if (!its.isEmpty() || isAwaited) {
            system.outrank(
                    IcebergPlan.newest(plan.settings().iceberg(), its),
                    plan.settings().startsFromTargets());
        }
    }

    /** The tables whose systems have no position that all is older than which is gone, where it matters to a target. */
    private static Set<String> versioned(Plan plan) {
        return plan.settings().makesRecords()
                ? plan.systems().stream()
                        .filter(system -> !system.hasOnePosition())
                        .flatMap(system -> system.tableNames().stream())
                        .collect(Collectors.toSet())
                : Set.of();
    }

    private static Set<String> repeated(Plan plan) {
        return plan.systems().stream()
                .filter(CapturePlan::repeatsChanges)
                .flatMap(system -> system.tableNames().stream())
                .collect(Collectors.toSet());
    }

    /** Of which captured tables each table is made. */
    private static SourceTables sources(Plan plan) {
        Map<String, Set<String>> sources = new HashMap<>();
        plan.passThrough().forEach(table -> sources.put(table, Set.of(table)));
        plan.queries()
                .outputs()
                .keySet()
                .forEach(table -> sources.put(table, plan.queries().sourcesInStep(table)));
        Map<String, String> systems = new HashMap<>();
        for (CapturePlan system : plan.systems()) {
            if (system.repeatsChanges()) {
                system.tableNames().forEach(table -> systems.put(table, system.system()));
            }
        }
        return new SourceTables(sources, systems);
    }

    private static Map<String, Long> columnRules(Plan plan) {
        Map<String, Long> rules = new HashMap<>();
        plan.systems().forEach(system -> rules.putAll(system.columnRules()));
        return rules;
    }

    private static Map<String, String> remedies(Plan plan) {
        Map<String, String> remedies = new HashMap<>();
        for (CapturePlan system : plan.systems()) {
            for (String table : system.tableNames()) {
                if (!system.refilled().contains(table)) {
                    remedies.put(table, system.wholeAgain(table));
                }
            }
        }
        return remedies;
    }

    /** A table that no SQL file reads is not kept whole. */
    private static Retention retention(Plan plan, Set<String> parted) throws Exception {
        Map<String, Set<String>> partitionColumns = IcebergPlan.partitionColumns(
                plan.settings().iceberg(), plan.outputs().values(), parted);
        Map<String, Set<String>> kept = new HashMap<>();
        for (String table : plan.passThrough()) {
            if (!plan.queries().tablesRead().contains(table)) {
                kept.put(table, partitionColumns.getOrDefault(table, Set.of()));
            }
        }
        return Retention.of(kept).readBy(plan.queries().audiences(beside(plan)), remedies(plan));
    }
}
