package io.tributary.query;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A SQL file, as far as it is told apart from an earlier one of its name. By the {@link #identity} it is the same one; the others tell
 * why it is not.
 */
public final class FileVersion {

    private final String table;
    private final String identity;
    private final String text;
    private final String functions;
    private final TreeSet<String> sources;
    private final TreeSet<String> files;

    private FileVersion(
            String table, String identity, String text, String functions, Set<String> sources, Set<String> files) {
        this.table = table;
        this.identity = identity;
        this.text = text;
        this.functions = functions;
        this.sources = new TreeSet<>(sources);
        this.files = new TreeSet<>(files);
    }

    /** @param functions those that it may call, with what tells their code apart */
    static FileVersion of(Stage stage, Map<String, String> functions) {
        return new FileVersion(
                stage.table(),
                stage.digest(),
                Digest.of(stage.file().text()),
                Digest.of(functions.toString()),
                stage.sourcesRead(),
                stage.filesRead());
    }

    /** The table that it makes. */
    public String table() {
        return table;
    }

    /** Of its plan, the shapes of what goes in and out, and the code of its functions; and how often it was begun again. */
    public String identity() {
        return identity;
    }

    /** Of what is written in the file. */
    public String text() {
        return text;
    }

    /** Of the code and the arguments of the functions that it may call. */
    public String functions() {
        return functions;
    }

    /** The source tables that it reads. */
    public Set<String> sources() {
        return new TreeSet<>(sources);
    }

    /** What it reads of what other files make. */
    public Set<String> files() {
        return new TreeSet<>(files);
    }
}
