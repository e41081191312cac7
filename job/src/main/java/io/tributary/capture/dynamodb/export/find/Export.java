package io.tributary.capture.dynamodb.export.find;

import static java.util.Objects.requireNonNull;

import io.tributary.capture.dynamodb.TableIdentity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A complete export, as its manifest describes it. */
public final class Export {

    private final String id;
    private final String table;
    private final TableIdentity identity;
    private final Window window;
    private final List<DataFile> files;

    private Export(String id, String table, TableIdentity identity, Window window, List<DataFile> files) {
        this.id = requireNonNull(id);
        this.table = requireNonNull(table);
        this.identity = requireNonNull(identity);
        this.window = requireNonNull(window);
        this.files = List.copyOf(files);
    }

    /**
     * @param id the name of its folder: DynamoDB gives each export another one
     * @param table as DynamoDB names it
     */
    public static Export of(String id, String table, Window window, List<DataFile> files) {
        return new Export(id, table, TableIdentity.UNKNOWN, window, files);
    }

    /** The same, of this table of its name. */
    public Export of(TableIdentity newIdentity) {
        return new Export(id, table, newIdentity, window, files);
    }

    public String id() {
        return id;
    }

    public String table() {
        return table;
    }

    /** Which table had the name. */
    public TableIdentity identity() {
        return identity;
    }

    public Window window() {
        return window;
    }

    public List<DataFile> files() {
        return files;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Export && ((Export) other).id.equals(id);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return id + " (" + window + " of " + table + ")";
    }
}
