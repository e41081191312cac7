package io.tributary.query;

import static java.util.Objects.requireNonNull;

import io.tributary.change.RequiredColumns;
import io.tributary.change.Schema;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.flink.table.api.Table;

/**
 * One file as it is planned: alone, with operators and state of its own. What it reads of another file is that file's settled
 * output, as if it were a source table.
 */
final class Stage {

    private final SqlFile file;
    private final Schema output;
    private final Set<String> neverNull;
    private final Map<String, Input> sources;
    private final Map<String, Input> files;
    private final String digest;

    private Stage(
            SqlFile file,
            Schema output,
            Collection<String> neverNull,
            Map<String, Input> sources,
            Map<String, Input> files,
            String digest) {
        this.file = file;
        this.output = output;
        this.neverNull = new TreeSet<>(neverNull);
        this.sources = new TreeMap<>(sources);
        this.files = new TreeMap<>(files);
        this.digest = digest;
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
        return new Stage(file, output, neverNull, sources, files, "");
    }

    /** @param newDigest of its plan, of the shapes of what goes in and out, and of the code of the functions it calls */
    Stage digested(String newDigest) {
        return new Stage(file, output, neverNull, sources, files, newDigest);
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

    /** The shape of the output of a file that it reads. */
    Schema shapeOfFile(String table) {
        return requireNonNull(files.get(table), table).shape();
    }

    List<Input> inputs() {
        Map<String, Input> all = new TreeMap<>(sources);
        all.putAll(files);
        return List.copyOf(all.values());
    }

    List<Schema> sourceShapes() {
        return sources.values().stream().map(Input::shape).collect(Collectors.toList());
    }

    /** Of the source tables that it reads, by name. */
    Map<String, RequiredColumns> required() {
        Map<String, RequiredColumns> required = new TreeMap<>();
        sources.forEach((table, input) -> required.put(table, input.required()));
        return required;
    }

    /** Tells apart what makes other rows of the same input, or keeps another state. */
    String digest() {
        return digest;
    }

    /** What of it goes to the targets, in a session that knows its inputs; the output is made known to the session, too. */
    Table rows(SqlSession session) {
        session.output(output);
        return OutputShape.rows(session.query(file.text()));
    }
}
