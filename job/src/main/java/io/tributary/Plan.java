package io.tributary;

import static java.util.Objects.requireNonNull;

import io.tributary.capture.CapturePlan;
import io.tributary.capture.Newcomers;
import io.tributary.change.Comments;
import io.tributary.change.RequiredColumns;
import io.tributary.change.Schema;
import io.tributary.load.LoadCheck;
import io.tributary.query.Queries;
import io.tributary.settings.NamePatterns;
import io.tributary.settings.NamedKey;
import io.tributary.settings.Problems;
import io.tributary.settings.Suggestions;
import io.tributary.sink.iceberg.IcebergPlan;
import io.tributary.sink.iceberg.ReaderSettings;
import io.tributary.sink.iceberg.Standing;
import io.tributary.sink.kinesis.KinesisSink;
import io.tributary.sink.kinesis.StreamCheck;
import io.tributary.sink.redshift.RedshiftScript;
import io.tributary.sink.rejected.RejectedRows;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What the job would do, after everything that could keep it from doing so was looked for: nothing is changed by it. */
final class Plan {

    private final Settings settings;
    private final List<CapturePlan> systems;
    private final Map<String, Schema> sources;
    private Queries queries;
    private final Map<String, Schema> outputs;
    private final List<String> changes = new ArrayList<>();
    private final List<String> retried = new ArrayList<>();
    private final List<String> unknown = new ArrayList<>();
    private final Map<String, Standing> standings = new TreeMap<>();
    private final Map<String, List<String>> writtenAnew = new TreeMap<>();

    private Plan(
            Settings settings,
            List<CapturePlan> systems,
            Map<String, Schema> sources,
            Queries queries,
            Map<String, Schema> outputs) {
        this.settings = settings;
        this.systems = systems;
        this.sources = sources;
        this.queries = queries;
        this.outputs = outputs;
    }

    /**
     * Checks everything; fails with all that is wrong.
     *
     * @param problems what was found so far
     */
    static Plan of(Settings settings, Problems problems) {
        Plan plan = tables(settings, problems);
        plan.checkTargets(problems);
        if (settings.kinesis().isOn()) {
            StreamCheck.check(settings.kinesis(), plan.outputs.keySet(), problems, plan.unknown);
        }
        if (settings.loads().isByFiles()) {
            LoadCheck.check(settings.loads(), problems);
        }
        if (settings.redshift().isEnabled()) {
            plan.unknown.addAll(
                    new RedshiftScript(settings.redshift()).check(new ArrayList<>(plan.outputs.values()), problems));
        }
        problems.throwIfAny();
        return plan;
    }

    /** Checks what the job itself needs: all but the warehouse. */
    static Plan ofJob(Settings settings, Problems problems) {
        Plan plan = tables(settings, problems);
        plan.systems.forEach(system -> system.checkFree(problems));
        plan.checkTargets(problems);
        problems.throwIfAny();
        return plan;
    }

    /** Checks the source and the SQL only. */
    static Plan ofTables(Settings settings, Problems problems) {
        Plan plan = tables(settings, problems);
        problems.throwIfAny();
        return plan;
    }

    /** Checks the settings and the SQL only, with tables as they were described before: asks no system for anything. */
    static Plan offline(Settings settings, SavedTables saved, Problems problems) {
        Plan plan = tables(settings, List.of(saved), problems);
        if (settings.kinesis().isOn()) {
            plan.outputs.values().forEach(schema -> KinesisSink.check(settings.kinesis(), schema, problems));
        }
        problems.throwIfAny();
        return plan;
    }

    private static Plan tables(Settings settings, Problems problems) {
        Plan plan = tables(settings, settings.systems(), problems);
        Queries.checkLookups(settings.query(), problems);
        return plan;
    }

    private static Plan tables(Settings settings, List<CapturePlan> systems, Problems problems) {
        FlinkKeys.check(settings.flink(), problems);
        Map<String, Schema> sources = new LinkedHashMap<>();
        Map<String, RequiredColumns> required = new LinkedHashMap<>();
        Map<String, String> settingOf = new TreeMap<>();
        int before = problems.sentences().size();
        for (CapturePlan system : systems) {
            system.check(problems);
            if (settings.startsFromTargets()) {
                system.checkComparison(problems);
            }
            sources.putAll(system.schemas());
            required.putAll(system.requiredColumns());
            for (String table : system.tableNames()) {
                String other = settingOf.put(table, system.tablesSetting());
                if (other != null) {
                    problems.add("Table " + table + " is captured by " + other + " and by " + system.tablesSetting()
                            + ": give one of them another name there, as <table>=<name>");
                }
            }
        }
        // A source that does not answer does not tell all of them.
        boolean areTablesKnown = problems.sentences().size() == before;
        checkTreated(settings.treated(), settingOf.keySet(), problems);
        Set<String> shapeless = new TreeSet<>(settingOf.keySet());
        shapeless.removeAll(sources.keySet());
        Queries queries = Queries.compile(settings.query(), sources, required, shapeless, problems);

        Map<String, Schema> outputs = new LinkedHashMap<>();
        // Where one has no schema, that has been said.
        for (String table : settings.query().passThrough().among(sources.keySet())) {
            outputs.put(table, requireNonNull(sources.get(table)));
        }
        outputs.putAll(queries.outputs());
        for (String table : queries.tablesUnread()) {
            if (!outputs.containsKey(table)) {
                problems.add("Table " + table + " is captured, but no SQL file reads it and sql.pass-through does not"
                        + " name it: add it there, or take it out of " + settingOf.get(table));
            }
        }
        Set<String> names = new TreeSet<>(settingOf.keySet());
        names.addAll(outputs.keySet());
        checkCase(names, problems);
        String deadLetters = settings.rejected().table();
        if (areTablesKnown) {
            checkNamed(settings, systems, names, problems);
        }
        if (outputs.keySet().stream().anyMatch(deadLetters::equalsIgnoreCase)) {
            problems.add("Two outputs are named " + deadLetters + ": set rejected.table to another name");
        }
        return new Plan(settings, systems, sources, queries, outputs);
    }

    /** What is misspelled would come through as it is. */
    private static void checkTreated(Set<String> treated, Set<String> captured, Problems problems) {
        for (String table : treated) {
            if (!captured.contains(table)) {
                problems.add(NamedKey.ofTable(table, "columns") + ": no table " + table + " is captured"
                        + Suggestions.near(table, captured));
            }
        }
    }

    /** Settings of a table that there is not have no effect; where a file could not be read, it may be that one's. */
    private static void checkNamed(Settings settings, List<CapturePlan> systems, Set<String> names, Problems problems) {
        Problems ofFiles = new Problems();
        Set<String> known = new TreeSet<>(names);
        known.addAll(settings.query().made(ofFiles));
        known.add(settings.rejected().table());
        for (String table : settings.named()) {
            boolean mayCome = !ofFiles.isEmpty()
                    || systems.stream().anyMatch(system -> system.namesToCome().contains(table));
            if (!known.contains(table) && !mayCome && !settings.treated().contains(table)) {
                problems.add(NamedKey.of("tables.<table>", table)
                        + " has settings of a table that is neither captured nor made by a SQL file"
                        + Suggestions.near(table, known));
            }
        }
    }

    private static void checkCase(Set<String> names, Problems problems) {
        Map<String, String> byLower = new TreeMap<>();
        for (String name : names) {
            String other = byLower.put(name.toLowerCase(Locale.ROOT), name);
            if (other != null) {
                problems.add(
                        "Tables " + other + " and " + name + " differ in upper and lower case only, which the targets"
                                + " do not tell apart: give one of them another name, as <table>=<name> in the setting that names it,"
                                + " or that of its SQL file");
            }
        }
    }

    private void checkTargets(Problems problems) {
        List<Schema> tables = new ArrayList<>(outputs.values());
        tables.add(RejectedRows.schema(settings.rejected().table()));
        Map<String, Schema> passThrough = new TreeMap<>(sources);
        passThrough.keySet().retainAll(passThrough());
        IcebergPlan.checkChanges(
                settings.iceberg(),
                passThrough,
                outputs.keySet(),
                settings.rejected().table(),
                problems);
        List<Schema> refillable = refillable();
        // What else is wrong with them is said with the others.
        writtenAnew.putAll(IcebergPlan.partedOtherwise(settings.iceberg(), refillable));
        Set<String> replaced = new TreeSet<>(queries.outputs().keySet());
        replaced.addAll(writtenAnew.keySet());
        IcebergPlan.check(settings.iceberg(), tables, replaced, problems);
        writtenAnew.forEach((table, sentences) -> changes.add(anew(table, sentences)));
        for (Schema output : queries.outputs().values()) {
            Problems asItIs = new Problems();
            IcebergPlan.check(settings.iceberg(), List.of(output), asItIs);
            if (problems.isEmpty() && !asItIs.isEmpty()) {
                writtenAnew.put(output.table(), asItIs.sentences());
                String who =
                        settings.startsFromTargets() ? "the job writes table " : "a job that is resumed writes table ";
                String why = settings.startsFromTargets() ? ": " : "; one that starts from nothing ends: ";
                changes.add(who + output.table() + " anew, in one commit, when its rows are complete" + why
                        + String.join("; ", asItIs.sentences()));
            }
        }
        if (problems.isEmpty()) {
            changes.addAll(IcebergPlan.changes(settings.iceberg(), outputs.values(), replaced, problems));
        }
        if (problems.isEmpty()) {
            standings.putAll(IcebergPlan.standings(settings.iceberg(), outputs.keySet(), problems));
        }
        if (problems.isEmpty()) {
            tryAgain(problems);
        }
        if (settings.makesRecords()) {
            outputs.values().forEach(schema -> KinesisSink.check(settings.kinesis(), schema, problems));
        }
    }

    private static String anew(String table, List<String> sentences) {
        return "a job that is resumed empties table " + table
                + ", and fills it again while it runs; one that starts from nothing ends: "
                + String.join("; ", sentences);
    }

    /** The tables that pass through whose targets can be given all rows by a job that is resumed. */
    private List<Schema> refillable() {
        return passThrough().stream()
                .filter(table -> isReadAgain(table) || isKeptWhole(table))
                .map(table -> requireNonNull(sources.get(table)))
                .collect(Collectors.toList());
    }

    /** Whether the table's source reads it again for whoever lacks rows. */
    boolean isReadAgain(String table) {
        return systems.stream().anyMatch(system -> system.refilled().contains(table));
    }

    /** Whether the state has all values of the captured table. */
    boolean isKeptWhole(String table) {
        Schema schema = sources.get(table);
        return queries.tablesRead().contains(table) || (schema != null && schema.isInferred());
    }

    /** What became of the table in Iceberg since a job committed to it last. */
    Standing standing(String table) {
        return standings.getOrDefault(table, Standing.WHOLE);
    }

    private List<String> damages() {
        List<String> damages = new ArrayList<>();
        standings.forEach((table, standing) -> {
            if (standing == Standing.LACKING || standing == Standing.OTHER) {
                boolean isFilled = isReadAgain(table)
                        || isKeptWhole(table)
                        || queries.outputs().containsKey(table);
                damages.add("Iceberg table " + table
                        + (standing == Standing.LACKING
                                ? " has lost rows to somebody else since a job wrote to it last"
                                : " does not hold what a job wrote to it last")
                        + (isFilled
                                ? ": a job that is resumed fills it again"
                                : ": a job that is resumed ends, since it has hashes of its rows alone; roll the table back, or"
                                        + " start the job anew, without a savepoint"));
            }
        });
        return damages;
    }

    private void tryAgain(Problems problems) {
        Map<String, String> before = queries.identities();
        queries = queries.again(
                IcebergPlan.setAside(settings.iceberg(), queries.outputs().keySet(), problems));
        queries.identities().forEach((table, identity) -> {
            if (!identity.equals(before.get(table))) {
                retried.add(
                        "the SQL file of table " + table + " was set aside by the job before: it is tried again, and"
                                + " its table stays as it is until the result is complete");
            }
        });
    }

    /** The tables that cannot be as they are, and why: a job that has their rows, or gets them again, makes them anew. */
    Map<String, List<String>> writtenAnew() {
        return writtenAnew;
    }

    Settings settings() {
        return settings;
    }

    /** What is read from. */
    List<CapturePlan> systems() {
        return systems;
    }

    Queries queries() {
        return queries;
    }

    /** The captured tables. */
    Map<String, Schema> sources() {
        return sources;
    }

    /** Every table that the targets get, dead letters apart. */
    Map<String, Schema> outputs() {
        return outputs;
    }

    /** The captured tables that go to the targets as they are. */
    Set<String> passThrough() {
        return settings.query().passThrough().among(sources.keySet());
    }

    /** What sources say of tables that go to the targets as they are. */
    Map<String, Comments> comments() {
        Map<String, Comments> comments = new TreeMap<>();
        systems.forEach(system -> comments.putAll(system.comments()));
        comments.keySet().retainAll(passThrough());
        return comments;
    }

    /** Which tables may join the job while it runs, and only in names that nothing has. */
    Newcomers newcomers(CapturePlan of) {
        Map<String, NamePatterns> elsewhere = new TreeMap<>();
        for (CapturePlan system : systems) {
            if (system != of) {
                elsewhere.put(system.tablesSetting(), system.namesToCome());
            }
        }
        Set<String> taken = new TreeSet<>(sources.keySet());
        taken.addAll(outputs.keySet());
        taken.addAll(settings.query().lookupNames());
        taken.add(settings.rejected().table());
        return new Newcomers(
                settings.query().passThrough(),
                taken,
                elsewhere,
                settings.kinesis().isOn() && settings.kinesis().isStreamPerTable()
                        ? "has no Kinesis stream, since kinesis.stream-per-table is set: make its stream and restart the job"
                                + " to take it, or leave it out"
                        : null);
    }

    /** For people: what is read, and what is made of it, as far as no system was asked. */
    String describeOffline() {
        return flow("Settings and SQL files fit the tables that were saved; nothing else was looked at. The job would read")
                .append(System.lineSeparator())
                .toString();
    }

    private StringBuilder flow(String beginning) {
        StringBuilder text = new StringBuilder(beginning);
        sources.values().forEach(schema -> line(text, schema));
        text.append(System.lineSeparator()).append("and write");
        outputs.values().forEach(schema -> line(text, schema));
        return text;
    }

    /** For people: what is read, what is made of it, and where it goes. */
    String describe() {
        StringBuilder text = flow("Everything is in place. The job will read");
        if (!changes.isEmpty()) {
            text.append(System.lineSeparator()).append("whose columns follow those of the source:");
            changes.forEach(
                    change -> text.append(System.lineSeparator()).append("  ").append(change));
        }
        for (CapturePlan system : systems) {
            if (!system.statements().isEmpty()) {
                text.append(System.lineSeparator())
                        .append("after it has run in ")
                        .append(system.system());
                system.statements()
                        .forEach(statement ->
                                text.append(System.lineSeparator()).append("  ").append(statement));
            }
        }
        List<String> cautions =
                systems.stream().flatMap(system -> system.cautions().stream()).collect(Collectors.toList());
        if (!cautions.isEmpty()) {
            text.append(System.lineSeparator()).append("but, unless it resumes from a savepoint");
            cautions.forEach(
                    caution -> text.append(System.lineSeparator()).append("  ").append(caution));
        }
        List<String> remarks =
                systems.stream().flatMap(system -> system.remarks().stream()).collect(Collectors.toList());
        remarks.addAll(queries.cautions());
        remarks.addAll(FlinkKeys.remarks(settings.flink()));
        remarks.addAll(unknown);
        remarks.addAll(retried);
        remarks.addAll(damages());
        String removal = settings.query().removal();
        if (removal != null) {
            remarks.add(removal);
        }
        if (!remarks.isEmpty()) {
            text.append(System.lineSeparator()).append("and note:");
            remarks.forEach(
                    remark -> text.append(System.lineSeparator()).append("  ").append(remark));
        }
        ReaderSettings readers = ReaderSettings.of(settings.iceberg());
        readers.lines(outputs.keySet())
                .forEach(line -> text.append(System.lineSeparator()).append(line));
        return text.append(System.lineSeparator()).toString();
    }

    private static void line(StringBuilder text, Schema schema) {
        text.append(System.lineSeparator())
                .append("  ")
                .append(schema.table())
                .append(" (key ")
                .append(String.join(", ", schema.keyNames()))
                .append(", ")
                .append(schema.arity())
                .append(" columns)");
    }
}
