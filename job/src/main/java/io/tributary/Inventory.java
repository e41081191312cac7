package io.tributary;

import static java.util.Objects.requireNonNull;

import io.tributary.capture.CapturePlan;
import io.tributary.change.JobParameters;
import io.tributary.query.FileVersion;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * The SQL files and the tables that a job was started with, for a later start to be compared with. It goes with the job as one of its
 * parameters, which Flink's REST interface tells, and each savepoint has it, too.
 *
 * <p>As text it has a line for each of them, with tabs between its parts; what later versions add stands behind these, or has a first
 * part of its own.
 */
final class Inventory {

    /** Of the job; and the name of the state that keeps it. */
    static final String PARAMETER = "tributary.inventory";

    private static final String TAB = "\t";
    private static final String FILE = "file";
    private static final String TABLE = "table";
    private static final String KINESIS = "kinesis";
    private static final String WHOLE = "whole";
    private static final String HASHES = "hashes";
    private static final String PASSES = "passes";
    private static final String READ = "read";

    /** How many parts a line has that says all of its file or table. */
    private static final int FILE_PARTS = 5;

    private static final int TABLE_PARTS = 6;

    /** A SQL file. */
    static final class File {
        private final String identity;
        private final String text;
        private final String functions;

        private File(String identity, String text, String functions) {
            this.identity = identity;
            this.text = text;
            this.functions = functions;
        }

        /** As {@link FileVersion} has it, as the others. */
        String identity() {
            return identity;
        }

        String text() {
            return text;
        }

        String functions() {
            return functions;
        }
    }

    /** A captured table. */
    static final class Table {
        private final String system;
        private final boolean isWhole;
        private final boolean passes;
        private final long columnRules;

        private Table(String system, boolean isWhole, boolean passes, long columnRules) {
            this.system = system;
            this.isWhole = isWhole;
            this.passes = passes;
            this.columnRules = columnRules;
        }

        String system() {
            return system;
        }

        /** Whether the state has its rows with all values, and not their hashes alone. */
        boolean isWhole() {
            return isWhole;
        }

        /** Whether it goes to the targets as it is. */
        boolean passes() {
            return passes;
        }

        /** What tells apart the ways in which its columns are left out or hashed. */
        long columnRules() {
            return columnRules;
        }
    }

    private final Map<String, File> files = new TreeMap<>();
    private final Map<String, Table> tables = new TreeMap<>();
    private boolean hasKinesis;

    private Inventory() {}

    static Inventory of(Plan plan) {
        Inventory inventory = new Inventory();
        for (FileVersion file : plan.queries().versions()) {
            inventory.files.put(file.table(), new File(file.identity(), file.text(), file.functions()));
        }
        Set<String> passing = plan.passThrough();
        for (CapturePlan system : plan.systems()) {
            for (String table : system.schemas().keySet()) {
                boolean passes = passing.contains(table);
                inventory.tables.put(
                        table,
                        new Table(
                                system.system(),
                                !passes || plan.isKeptWhole(table),
                                passes,
                                plan.settings().columnRules(table)));
            }
        }
        inventory.hasKinesis = plan.settings().kinesis().isOn();
        return inventory;
    }

    /** What {@link #text} gave, or fails with a sentence. */
    static Inventory parse(String text) {
        Inventory inventory = new Inventory();
        for (String line : (Iterable<String>) text.lines()::iterator) {
            String[] parts = line.split(TAB, -1);
            if (parts[0].equals(FILE) && parts.length >= FILE_PARTS) {
                inventory.files.put(parts[1], new File(parts[2], parts[3], parts[4]));
            } else if (parts[0].equals(TABLE) && parts.length >= TABLE_PARTS) {
                inventory.tables.put(
                        parts[1],
                        new Table(
                                parts[2],
                                parts[3].equals(WHOLE),
                                parts[4].equals(PASSES),
                                Long.parseUnsignedLong(parts[5], 16)));
            } else if (parts[0].equals(KINESIS)) {
                inventory.hasKinesis = true;
            }
        }
        if (inventory.tables.isEmpty()) {
            throw new IllegalArgumentException("There are no tables in it");
        }
        return inventory;
    }

    String text() {
        List<String> lines = new ArrayList<>();
        files.forEach(
                (table, file) -> lines.add(String.join(TAB, FILE, table, file.identity, file.text, file.functions)));
        tables.forEach((name, table) -> lines.add(String.join(
                TAB,
                TABLE,
                name,
                table.system,
                table.isWhole ? WHOLE : HASHES,
                table.passes ? PASSES : READ,
                Long.toHexString(table.columnRules))));
        if (hasKinesis) {
            lines.add(KINESIS);
        }
        return String.join("\n", lines);
    }

    /** The job is to have it among its parameters. */
    void tell(StreamExecutionEnvironment environment) {
        JobParameters.add(environment, PARAMETER, text());
    }

    /** By the tables that they make. */
    Map<String, File> files() {
        return Collections.unmodifiableMap(files);
    }

    /** By their names in the pipeline. */
    Map<String, Table> tables() {
        return Collections.unmodifiableMap(tables);
    }

    @Nullable
    Table table(String name) {
        return tables.get(name);
    }

    boolean hasKinesis() {
        return hasKinesis;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Inventory && requireNonNull(other).toString().equals(toString());
    }

    @Override
    public int hashCode() {
        return text().hashCode();
    }

    @Override
    public String toString() {
        return text();
    }
}
