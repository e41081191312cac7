package io.tributary;

import static java.util.Objects.requireNonNull;

import io.tributary.capture.CapturePlan;
import io.tributary.change.Schema;
import io.tributary.latest.Remade;
import io.tributary.sink.iceberg.Standing;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a start of the job does about targets in Iceberg that may lack rows: of a table that passes through, its source reads it again,
 * or the state has its rows; a table of SQL is written anew. Where neither can be, a job that has committed rows which are not there
 * any more does not go on.
 */
final class Refills {

    private final String start;
    private final long time;
    private final Map<String, Schema> sources;
    private final Set<String> reread = new TreeSet<>();
    private final Set<String> fromState = new TreeSet<>();
    private final Set<String> remade = new TreeSet<>();
    private final Set<String> empty = new TreeSet<>();
    private final Map<String, String> remedies = new HashMap<>();

    private Refills(String start, long time, Map<String, Schema> sources) {
        this.start = start;
        this.time = time;
        this.sources = sources;
    }

    /**
     * @param filled the tables in Iceberg that have rows
     * @param start tells one start of the job from others
     * @param time of the start, in milliseconds
     */
    static Refills of(Plan plan, Set<String> filled, String start, long time) {
        Refills refills = new Refills(start, time, plan.sources());
        for (String table : plan.passThrough()) {
            boolean isOther = plan.writtenAnew().containsKey(table) || plan.standing(table) == Standing.OTHER;
            boolean isWanted = isOther || plan.standing(table) != Standing.WHOLE;
            if (isWanted && plan.isReadAgain(table)) {
                refills.reread.add(table);
            } else if (isWanted && plan.isKeptWhole(table)) {
                refills.fromState.add(table);
            }
            if (isOther || refills.fromState.contains(table)) {
                refills.remade.add(table);
            }
            if (isOther || (isWanted && !filled.contains(table))) {
                refills.empty.add(table);
            }
        }
        refills.remedies(plan, filled);
        return refills;
    }

    private void remedies(Plan plan, Set<String> filled) {
        for (String table : plan.outputs().keySet()) {
            boolean isMadeOfSql = plan.queries().outputs().containsKey(table);
            boolean isFilled = reread.contains(table)
                    || fromState.contains(table)
                    || isWrittenAnew(plan, table)
                    || (isMadeOfSql && !filled.contains(table));
            if (!isFilled) {
                remedies.put(table, remedy(plan, table));
            }
        }
    }

    /** Whether SQL makes the table, and it lacks rows. */
    static boolean isWrittenAnew(Plan plan, String table) {
        Standing standing = plan.standing(table);
        return plan.queries().outputs().containsKey(table)
                && (standing == Standing.LACKING
                        || standing == Standing.OTHER
                        || plan.writtenAnew().containsKey(table));
    }

    private static String remedy(Plan plan, String table) {
        if (plan.queries().outputs().containsKey(table) || plan.isReadAgain(table) || plan.isKeptWhole(table)) {
            return "Drop it, and start the job again: it is filled then";
        }
        String whole = "";
        for (CapturePlan system : plan.systems()) {
            whole = system.tableNames().contains(table) ? ": " + system.wholeAgain(table) : whole;
        }
        return "The job has hashes of its rows alone. Roll it back to the last snapshot that the job committed, or start the job anew,"
                + " without a savepoint" + whole;
    }

    /** The source tables whose targets are to be shown what their source reads again. */
    Set<String> reread() {
        return reread;
    }

    /** The source tables whose targets are to be shown what the state has. */
    Set<String> fromState() {
        return fromState;
    }

    /** Those of them whose targets have nothing of them, or will have nothing ahead of all rows. */
    Set<String> fromNothing() {
        return reread.stream().filter(empty::contains).collect(Collectors.toSet());
    }

    /** The tables whose targets are emptied before they are shown all rows. */
    Remade remade() {
        List<Schema> schemas =
                remade.stream().map(table -> requireNonNull(sources.get(table))).collect(Collectors.toList());
        return Remade.of(schemas, start, time);
    }

    /** What people are to do about tables that nothing is done about, should they lack what the job has committed. */
    Map<String, String> remedies() {
        return remedies;
    }

    String start() {
        return start;
    }
}
