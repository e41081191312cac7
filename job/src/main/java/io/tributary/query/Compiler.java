package io.tributary.query;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toList;

import io.tributary.change.RequiredColumns;
import io.tributary.change.Schema;
import io.tributary.settings.NamedKey;
import io.tributary.settings.Problems;
import io.tributary.settings.Suggestions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.table.api.Table;
import org.jspecify.annotations.Nullable;

/**
 * Checks all files as a whole and finds the order in which each comes after those it reads.
 *
 * <p>The order is found by trying: a file whose table is not there yet waits until the file that makes it has been taken.
 * So what a file reads is what the planner finds in it, and nothing here has to understand SQL.
 */
final class Compiler {

    private final QuerySettings settings;
    private final Map<String, Schema> sources;
    private final Map<String, RequiredColumns> required;
    private final Set<String> shapeless;
    private final Problems problems;
    private final Functions functions;

    Compiler(
            QuerySettings settings,
            Map<String, Schema> sources,
            Map<String, RequiredColumns> required,
            Set<String> shapeless,
            Problems problems) {
        this.settings = settings;
        this.sources = new TreeMap<>(sources);
        this.required = required;
        this.shapeless = new TreeSet<>(shapeless);
        this.problems = problems;
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        this.functions =
                Functions.find(settings, context == null ? Compiler.class.getClassLoader() : context, problems);
    }

    Queries compile() {
        for (String table : settings.passThrough().names()) {
            if (!sourceNames().contains(table)) {
                problems.add(QuerySettings.PASS_THROUGH.key() + ": there is no source table " + table
                        + Suggestions.near(table, sourceNames()));
            }
        }
        checkLookupNames();
        int before = problems.sentences().size();
        List<SqlFile> files = SqlDirectory.read(settings.directory(), problems);
        boolean allRead = problems.sentences().size() == before;
        checkOutputNames(files);

        SqlSession session = SqlSession.dry(
                sources.values().stream().map(this::input).collect(toList()), settings.lookups(), functions);
        Vocabulary known = vocabulary(session, files);
        List<Stage> inOrder = inOrder(session, files, known);
        Set<String> filesRead = new TreeSet<>();
        inOrder.forEach(stage -> filesRead.addAll(stage.filesRead()));
        List<Stage> planned = new ArrayList<>();
        for (Stage stage : inOrder) {
            checkKeep(stage, filesRead);
            Stage digested = plan(stage, filesRead.contains(stage.table()), known);
            if (digested != null) {
                planned.add(digested);
            }
        }
        Set<String> read = new TreeSet<>();
        inOrder.forEach(stage -> read.addAll(stage.sourcesRead()));
        Set<String> unread = new TreeSet<>(allRead ? sources.keySet() : Set.of());
        unread.removeAll(read);
        unread.removeIf(table -> files.stream()
                .anyMatch(file ->
                        planned.stream().noneMatch(stage -> stage.file().equals(file)) && file.mentions(table)));
        return new Queries(settings, planned.size() == inOrder.size() ? planned : inOrder, functions, read, unread);
    }

    private Input input(Schema source) {
        return Input.of(source, required.getOrDefault(source.table(), RequiredColumns.NONE));
    }

    private Vocabulary vocabulary(SqlSession session, List<SqlFile> files) {
        Set<String> tables = tables();
        files.forEach(file -> tables.add(file.table()));
        Vocabulary known = new Vocabulary(session::query, tables, functions.names(), session.functions());
        sources.values().forEach(known::columns);
        return known;
    }

    private Set<String> sourceNames() {
        Set<String> names = new TreeSet<>(sources.keySet());
        names.addAll(shapeless);
        return names;
    }

    private void checkLookupNames() {
        for (Lookup lookup : settings.lookups()) {
            for (String source : sourceNames()) {
                if (source.equalsIgnoreCase(lookup.name())) {
                    problems.add(NamedKey.of(Lookup.PLACE, lookup.name())
                            + ": a source table has this name; give the lookup another and" + " name its table with "
                            + Lookup.PLACE + ".table");
                }
            }
        }
    }

    private void checkOutputNames(List<SqlFile> files) {
        for (SqlFile file : files) {
            for (String source : sourceNames()) {
                if (source.equalsIgnoreCase(file.table())) {
                    problems.add(
                            file.path() + ": makes a table named as the source table " + source + "; rename the file");
                }
            }
            for (Lookup lookup : settings.lookups()) {
                if (lookup.name().equalsIgnoreCase(file.table())) {
                    problems.add(file.path() + ": makes a table named as the lookup table " + lookup.name()
                            + "; rename one");
                }
            }
        }
    }

    private List<Stage> inOrder(SqlSession session, List<SqlFile> files, Vocabulary known) {
        Map<String, SqlFile> waiting = new TreeMap<>();
        files.forEach(file -> waiting.put(file.table(), file));
        for (SqlFile file : files) {
            checkInputs(file, waiting.keySet());
        }
        Set<String> taken = sourceNames().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(java.util.stream.Collectors.toCollection(HashSet::new));
        waiting.keySet().removeIf(table -> taken.contains(table.toLowerCase(Locale.ROOT)));
        Map<String, Stage> stages = new LinkedHashMap<>();
        Map<String, String> waitsFor = new TreeMap<>();
        Set<String> failed = new TreeSet<>();
        Set<String> unchecked = new TreeSet<>(shapeless);
        boolean progress = true;
        while (progress) {
            progress = false;
            for (SqlFile file : List.copyOf(waiting.values())) {
                if (!OptionsHints.check(file, problems) || !functions.check(file, problems)) {
                    failed.add(file.table());
                    waiting.remove(file.table());
                    progress = true;
                    continue;
                }
                try {
                    Stage stage = stage(session, file, stages);
                    if (stage == null) {
                        failed.add(file.table());
                    } else {
                        stages.put(file.table(), stage);
                        session.source(stage.asInput());
                        known.columns(stage.output());
                    }
                } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
                    String missing = SqlError.missingTable(e);
                    if (missing != null && waiting.containsKey(missing)) {
                        waitsFor.put(file.table(), missing);
                        continue;
                    }
                    if (missing != null && unchecked.contains(missing)) {
                        unchecked.add(file.table());
                    } else {
                        problems.add(
                                missing != null && failed.contains(missing)
                                        ? file.path() + ": not checked, since it reads " + missing
                                                + ", which has problems"
                                        : SqlError.of(file, e, known));
                        failed.add(file.table());
                    }
                }
                waiting.remove(file.table());
                progress = true;
            }
        }
        nameCycles(waiting, waitsFor);
        return List.copyOf(stages.values());
    }

    /** Null, and problems, if what the file selects cannot be a table; what else is wrong is thrown. */
    private @Nullable Stage stage(SqlSession session, SqlFile file, Map<String, Stage> earlier) {
        session.takeTablesRead();
        Table rows = OutputShape.rows(session.query(file.text()));
        Schema output = OutputShape.of(file, rows, problems);
        if (output == null) {
            return null;
        }
        Map<String, Input> ofSources = new TreeMap<>();
        Map<String, Input> ofFiles = new TreeMap<>();
        for (String table : session.takeTablesRead()) {
            Stage made = earlier.get(table);
            if (made == null) {
                ofSources.put(
                        table, input(requireNonNull(sources.get(table), table)).requiring(file::mayRead));
            } else {
                ofFiles.put(table, made.asInput());
            }
        }
        return Stage.of(file, output, OutputShape.neverNull(rows), ofSources, ofFiles);
    }

    private void checkInputs(SqlFile file, Collection<String> made) {
        Set<String> known = new TreeSet<>(tables());
        known.addAll(made);
        for (SqlFile.Word input : file.inputs()) {
            if (!known.contains(input.name())) {
                problems.add(
                        file.at(input) + "there is no table " + input.name() + Suggestions.near(input.name(), known));
            }
        }
    }

    private Set<String> tables() {
        Set<String> tables = sourceNames();
        settings.lookups().forEach(lookup -> tables.add(lookup.name()));
        return tables;
    }

    /** Whatever still waits, waits for a file that waits too: each chain ends in a cycle. */
    private void nameCycles(Map<String, SqlFile> waiting, Map<String, String> waitsFor) {
        Set<String> named = new HashSet<>();
        for (String start : waiting.keySet()) {
            List<String> chain = new ArrayList<>();
            String table = start;
            while (table != null && !chain.contains(table) && !named.contains(table)) {
                chain.add(table);
                table = waitsFor.get(table);
            }
            if (table == null || named.contains(table)) {
                continue;
            }
            List<String> cycle = new ArrayList<>(chain.subList(chain.indexOf(table), chain.size()));
            named.addAll(cycle);
            List<String> paths = cycle.stream()
                    .map(name -> waiting.containsKey(name) ? waiting.get(name).path() : name)
                    .collect(toList());
            problems.add("The files read each other in a circle: " + String.join(" reads ", paths) + " reads "
                    + paths.get(0) + "; break it");
        }
        for (Map.Entry<String, SqlFile> entry : waiting.entrySet()) {
            if (!named.contains(entry.getKey())) {
                problems.add(entry.getValue().path() + ": not checked, since it reads " + waitsFor.get(entry.getKey())
                        + ", which has problems");
            }
        }
    }

    /** Who reads a file's table is filled from what the file has of it. */
    private void checkKeep(Stage stage, Set<String> filesRead) {
        if (stage.file().keep() != null && filesRead.contains(stage.table())) {
            problems.add(stage.file().atKeep() + "other files read " + stage.table()
                    + ", and would miss what is not kept; leave the line out, and give it to those files");
        }
    }

    /** With what its plan reads, and a digest; null, and a problem, if the planner can make none. */
    private @Nullable Stage plan(Stage stage, boolean isRead, Vocabulary known) {
        try {
            Stage planned = Planning.of(stage, isRead, settings.lookups(), functions);
            String changing = Volatile.sentence(stage.file(), functions);
            if (changing != null) {
                problems.add(changing);
                return null;
            }
            return planned;
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
            problems.add(SqlError.of(stage.file(), e, known));
            return null;
        }
    }
}
