package io.tributary;

import io.tributary.capture.Capture;
import io.tributary.capture.CapturePlan;
import io.tributary.change.RequiredColumns;
import io.tributary.change.Schema;
import io.tributary.sample.Samples;
import io.tributary.settings.Problems;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The tables of all systems as they were saved, in the place of these: nothing is asked, and no job can be made of it. */
final class SavedTables implements CapturePlan {

    private final String file;
    private final Map<String, String> wanted;
    private final Map<String, Schema> schemas = new TreeMap<>();
    private final Map<String, RequiredColumns> required = new TreeMap<>();

    private SavedTables(
            String file, Map<String, String> wanted, Map<String, Map.Entry<Schema, RequiredColumns>> saved) {
        this.file = file;
        this.wanted = wanted;
        saved.forEach((name, table) -> {
            schemas.put(name, table.getKey());
            required.put(name, table.getValue());
        });
    }

    /** From {@code tables.yaml} beside the SQL files; fails with all that is wrong with it. */
    static SavedTables read(Settings settings, Problems problems) throws IOException {
        String directory = directory(settings.query().directory(), problems);
        Map<String, String> wanted = new TreeMap<>();
        for (CapturePlan system : settings.systems()) {
            system.tableNames().forEach(table -> wanted.put(table, system.tablesSetting()));
        }
        return new SavedTables(Samples.tablesFile(directory), wanted, Samples.saved(directory, problems));
    }

    /** Gives what the file is called. */
    static String save(Plan plan, Problems problems) throws IOException {
        String directory = directory(plan.settings().query().directory(), problems);
        Map<String, RequiredColumns> neverNull = new TreeMap<>();
        plan.systems().forEach(system -> neverNull.putAll(system.requiredColumns()));
        Samples.save(directory, Samples.describe(plan.sources(), neverNull));
        return Samples.tablesFile(directory);
    }

    private static String directory(@Nullable String directory, Problems problems) {
        if (directory == null) {
            problems.add("sql.directory is missing: the columns of the tables are saved in tables.yaml there");
            throw problems.exception();
        }
        return directory;
    }

    @Override
    public String system() {
        return file;
    }

    @Override
    public String tablesSetting() {
        return file;
    }

    /** A table that is named in the settings is in the file; of patterns nobody knows what they take. */
    @Override
    public void check(Problems problems) {
        wanted.forEach((table, setting) -> {
            if (!schemas.containsKey(table)) {
                problems.add(setting + " names table " + table + ", which " + file
                        + " does not have: write it again with plan --save, where the systems can be reached");
            }
        });
    }

    @Override
    public Set<String> tableNames() {
        return schemas.keySet();
    }

    @Override
    public Map<String, Schema> schemas() {
        return schemas;
    }

    @Override
    public Map<String, RequiredColumns> requiredColumns() {
        return required;
    }

    @Override
    public List<String> statements() {
        return List.of();
    }

    @Override
    public Capture start() {
        throw new IllegalStateException("Tables that were saved can be planned with, and not be read");
    }
}
