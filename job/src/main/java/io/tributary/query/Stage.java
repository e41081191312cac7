package io.tributary.query;

import static java.util.Objects.requireNonNull;

import io.tributary.change.Schema;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import org.apache.flink.table.api.Table;
import org.jspecify.annotations.Nullable;

/**
 * One file as it is planned: alone, with operators and state of its own. What it reads of another file is that file's settled
 * output, as if it were a source table.
 */
final class Stage {

    /** Between the digest of a plan and how often it was begun again. */
    private static final String AGAIN = "-again-";

    private final SqlFile file;
    private final Schema output;
    private final Set<String> neverNull;
    private final Map<String, Input> sources;
    private final Map<String, Input> files;
    private final List<Scan> scans;
    private final String digest;
    private final Way way;

    private Stage(
            SqlFile file,
            Schema output,
            Collection<String> neverNull,
            Map<String, Input> sources,
            Map<String, Input> files,
            List<Scan> scans,
            String digest,
            Way way) {
        this.file = file;
        this.output = output;
        this.neverNull = new TreeSet<>(neverNull);
        this.sources = new TreeMap<>(sources);
        this.files = new TreeMap<>(files);
        this.scans = List.copyOf(scans);
        this.digest = digest;
        this.way = way;
    }

    /**
     * @param neverNull the output's columns that are never NULL
     * @param sources the source tables that it reads, in the shapes that it is planned with
     * @param files the outputs of other files that it reads
     */
    static Stage of(
            SqlFile file,
            Schema output,
            Collection<String> neverNull,
            Map<String, Input> sources,
            Map<String, Input> files) {
        return new Stage(file, output, neverNull, sources, files, List.of(), "", Way.SETTLED);
    }

    /** The same, planned with no more of what its source tables require than these columns. */
    Stage requiring(BiPredicate<String, String> tablesColumns) {
        Map<String, Input> less = new TreeMap<>();
        sources.forEach(
                (table, input) -> less.put(table, input.requiring(column -> tablesColumns.test(table, column))));
        return new Stage(file, output, neverNull, less, files, scans, digest, way);
    }

    /**
     * @param newScans what the plan reads
     * @param newDigest of the plan, of the shapes of what goes in and out, and of the code of the functions it calls
     * @param newWay how its rows are made
     */
    Stage planned(List<Scan> newScans, String newDigest, Way newWay) {
        return new Stage(file, output, neverNull, sources, files, newScans, newDigest, newWay);
    }

    /**
     * The same, or if that was set aside, one whose state is another.
     *
     * @param setAside the digest of the one that was; null if none was
     */
    Stage again(@Nullable String setAside) {
        if (digest.equals(setAside)) {
            return planned(scans, digest + AGAIN + 1, way);
        }
        if (setAside != null && setAside.startsWith(digest + AGAIN)) {
            long count = Long.parseLong(setAside.substring(digest.length() + AGAIN.length()));
            return planned(scans, digest + AGAIN + (count + 1), way);
        }
        return this;
    }

    /** The same file, to which these of the tables that other files make come as source tables do. */
    Stage given(Set<String> tables) {
        Map<String, Input> asSources = new TreeMap<>(sources);
        Map<String, Input> others = new TreeMap<>(files);
        for (String table : filesRead()) {
            if (tables.contains(table)) {
                asSources.put(table, requireNonNull(others.remove(table)));
            }
        }
        return new Stage(file, output, neverNull, asSources, others, scans, digest, way);
    }

    SqlFile file() {
        return file;
    }

    /** The name of the table that it makes. */
    String table() {
        return file.table();
    }

    Schema output() {
        return output;
    }

    Set<String> sourcesRead() {
        return new TreeSet<>(sources.keySet());
    }

    Set<String> filesRead() {
        return new TreeSet<>(files.keySet());
    }

    /** The output, for files that read it. */
    Input asInput() {
        return Input.of(output, neverNull);
    }

    /** Which of the output's columns are never NULL. */
    Set<String> neverNull() {
        return neverNull;
    }

    List<Input> inputs() {
        Map<String, Input> all = new TreeMap<>(sources);
        all.putAll(files);
        return List.copyOf(all.values());
    }

    /** Of source tables, the columns of which it is said that they are never NULL, as {@code table.column}. */
    Set<String> required() {
        Set<String> required = new TreeSet<>();
        sources.forEach(
                (table, input) -> input.required().names().forEach(column -> required.add(table + "." + column)));
        return required;
    }

    /** What its plan reads of these tables. */
    List<Scan> scans(Collection<String> tables) {
        return scans.stream()
                .filter(scan -> tables.contains(scan.table().table()))
                .collect(Collectors.toList());
    }

    /** Tells apart what makes other rows of the same input, or keeps another state. */
    String digest() {
        return digest;
    }

    /** Whether it is computed row by row, for {@link Direct}: then it reads one source table, whose key is its own. */
    boolean isDirect() {
        return way == Way.DIRECT;
    }

    Way way() {
        return way;
    }

    /** The source tables that it reads, as it is planned with them. */
    List<Schema> sourceShapes() {
        return sources.values().stream().map(Input::shape).collect(Collectors.toList());
    }

    /** What of it goes to the targets, in a session that knows its inputs; the output is made known to the session, too. */
    Table rows(SqlSession session) {
        if (way == Way.REPLACED) {
            session.outputByKey(output);
        } else {
            session.output(output);
        }
        return OutputShape.rows(session.query(file.text()));
    }
}
