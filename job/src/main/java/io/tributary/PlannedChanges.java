package io.tributary;

import io.tributary.capture.CapturePlan;
import io.tributary.latest.LatestSettings;
import io.tributary.query.FileVersion;
import io.tributary.query.QuerySettings;
import io.tributary.sink.iceberg.IcebergPlan;
import io.tributary.sink.iceberg.Standing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of each SQL file and table when a job is resumed with a plan, compared with what the job was started with: it goes on,
 * is filled again, is added, is removed, or keeps the job from being resumed.
 *
 * <p>It says ahead what operators decide when they are restored. What became of files and tables since the job was started it does
 * not know, but for what Iceberg tells: tables that joined the job while it ran count as new.
 */
final class PlannedChanges {

    private static final String NEW_LINE = System.lineSeparator();

    /** What becomes of one, and how the line of it begins. */
    private enum Mark {
        KEPT("=", "go on as they are"),
        CHANGED("~", "change"),
        ADDED("+", "are new"),
        REMOVED("-", "are removed"),
        REFUSED("!", "are refused");

        private final String sign;
        private final String count;

        Mark(String sign, String count) {
            this.sign = sign;
            this.count = count;
        }
    }

    private final Inventory before;
    private final Plan plan;
    private final Refills refills;
    private final Set<String> filled;
    private final Map<String, Long> rows = new HashMap<>();
    private final Map<Mark, Integer> counts = new TreeMap<>();
    private final List<String> lines = new ArrayList<>();
    private final List<String> refusals = new ArrayList<>();
    /** Source tables of which whole rows are read again, so that files wait for them. */
    private final Set<String> reread = new TreeSet<>();

    private PlannedChanges(Inventory before, Plan plan, Refills refills, Set<String> filled) {
        this.before = before;
        this.plan = plan;
        this.refills = refills;
        this.filled = filled;
        plan.systems().forEach(system -> rows.putAll(system.rows()));
    }

    static PlannedChanges of(Inventory before, Plan plan) throws Exception {
        Set<String> filled = IcebergPlan.filledTables(
                plan.settings().iceberg(), plan.outputs().values());
        PlannedChanges changes = new PlannedChanges(before, plan, Refills.of(plan, filled, "", 0), filled);
        plan.sources().keySet().forEach(changes::table);
        changes.removedTables();
        plan.queries().versions().forEach(changes::file);
        changes.removedFiles();
        return changes;
    }

    private void line(Mark mark, String what, String sentence) {
        counts.merge(mark, 1, Integer::sum);
        lines.add("  " + mark.sign + " " + what + " " + sentence);
        if (mark == Mark.REFUSED) {
            refusals.add("The job cannot be resumed: " + what + " " + sentence);
        }
    }

    private void table(String table) {
        String what = "table " + table;
        Inventory.Table was = before.table(table);
        boolean isReadAgain = plan.isReadAgain(table);
        if (was == null) {
            if (isReadAgain) {
                reread.add(table);
                line(Mark.ADDED, what, "is read whole, beside the stream: " + about(Set.of(table)));
            } else {
                line(
                        Mark.REFUSED,
                        what,
                        "is new, and its source does not read it for a job that is resumed: leave it out of the"
                                + " settings, or start the job anew, without a savepoint; " + whole(table));
            }
            return;
        }
        boolean passes = plan.passThrough().contains(table);
        boolean isWhole = !passes || plan.isKeptWhole(table);
        List<String> reasons = new ArrayList<>();
        if (isWhole && !was.isWhole()) {
            reasons.add("the state has hashes of its rows alone, and " + readers(table) + " read it whole");
        }
        if (was.columnRules() != plan.settings().columnRules(table)) {
            reasons.add("its columns are left out or hashed otherwise");
        }
        boolean isTold = passes
                && was.passes()
                && !before.hasKinesis()
                && plan.settings().kinesis().isOn();
        if (isTold && !plan.isKeptWhole(table)) {
            reasons.add("Kinesis is new, and the state has hashes of its rows alone");
        }
        if (!reasons.isEmpty() && !isReadAgain) {
            line(
                    Mark.REFUSED,
                    what,
                    "cannot go on, as " + String.join(", and ", reasons)
                            + ", and its source does not read it again: undo the"
                            + " change, or start the job anew, without a savepoint; " + whole(table));
            return;
        }
        if (refills.reread().contains(table)) {
            reasons.add("its table in Iceberg " + lacks(table));
        }
        if (!reasons.isEmpty()) {
            reread.add(table);
            line(
                    Mark.CHANGED,
                    what,
                    "is read again, beside the stream, as " + String.join(", and ", reasons) + ": "
                            + about(Set.of(table)));
        } else if (refills.fromState().contains(table)) {
            line(
                    Mark.CHANGED,
                    what,
                    "is filled from the state, as its table in Iceberg " + lacks(table) + ": " + about(Set.of(table)));
        } else if (passes && !was.passes()) {
            line(
                    Mark.CHANGED,
                    what,
                    "goes to the targets as it is from now on: " + about(Set.of(table)) + " from the state");
        } else if (!passes && was.passes()) {
            line(Mark.CHANGED, what, "goes to the targets no longer: what they have of it stays as it is");
        } else if (isTold) {
            line(Mark.CHANGED, what, "goes to Kinesis from now on: " + about(Set.of(table)) + " from the state");
        } else {
            line(Mark.KEPT, what, "goes on as it is");
        }
    }

    private String readers(String table) {
        Set<String> readers = plan.queries().readers().getOrDefault(table, Set.of());
        return readers.isEmpty() ? "its targets" : "SQL files (" + String.join(", ", readers) + ")";
    }

    private String lacks(String table) {
        List<String> anew = plan.writtenAnew().getOrDefault(table, List.of());
        if (!anew.isEmpty()) {
            return "cannot stay as it is (" + String.join("; ", anew) + ")";
        }
        return plan.standing(table) == Standing.UNWRITTEN ? "has nothing of a job" : "lacks what the job wrote";
    }

    /** How its source gives all rows to a job that starts anew. */
    private String whole(String table) {
        for (CapturePlan system : plan.systems()) {
            if (system.tableNames().contains(table)) {
                return system.wholeAgain(table);
            }
        }
        return "it is read whole then";
    }

    private void removedTables() {
        LatestSettings.RemovedTable then = plan.settings().latest().onRemovedTable();
        for (String table : before.tables().keySet()) {
            if (plan.sources().containsKey(table)) {
                continue;
            }
            String what = "table " + table;
            String setting = " (latest.on-removed-table: " + then + ")";
            switch (then) {
                case DELETE:
                    line(Mark.REMOVED, what, "is captured no longer: its rows are deleted in the targets" + setting);
                    break;
                case FAIL:
                    line(
                            Mark.REFUSED,
                            what,
                            "is captured no longer: put it back, or set latest.on-removed-table to keep or delete");
                    break;
                case KEEP:
                default:
                    line(
                            Mark.REMOVED,
                            what,
                            "is captured no longer: the state gives it up, and its rows stay in the targets" + setting);
                    break;
            }
        }
    }

    private void file(FileVersion file) {
        String table = file.table();
        String what = "SQL file of " + table;
        Inventory.File was = before.files().get(table);
        Set<String> inputs = file.sources();
        inputs.addAll(file.files());
        Set<String> waits = plan.queries().sources(Set.of(table));
        waits.retainAll(reread);
        String from = about(inputs)
                + (waits.isEmpty() ? " from the state" : ", when " + String.join(", ", waits) + " was read");
        String replaced =
                filled.contains(table) ? "; its table stays as it is until then, and is replaced in one commit" : "";
        if (was == null) {
            line(Mark.ADDED, what, "is new, and is filled: " + from + replaced);
            return;
        }
        String reason = was.identity().equals(file.identity()) ? unlike(table) : reason(was, file);
        if (reason != null) {
            line(Mark.CHANGED, what, "is filled again, as " + reason + ": " + from + replaced);
        } else if (!before.hasKinesis() && plan.settings().kinesis().isOn()) {
            line(Mark.CHANGED, what, "goes on, and to Kinesis, too, which is given all its rows");
        } else {
            line(Mark.KEPT, what, "goes on as it is");
        }
    }

    private static String reason(Inventory.File was, FileVersion file) {
        String again = "-again-";
        if (file.identity().contains(again)
                && file.identity()
                        .replaceFirst(again + ".*", "")
                        .equals(was.identity().replaceFirst(again + ".*", ""))) {
            return "it was set aside";
        }
        if (!was.text().equals(file.text())) {
            return "its SQL is another";
        }
        return was.functions().equals(file.functions())
                ? "the shape of what it reads is another, or this version plans it otherwise"
                : "the code, or the arguments, of a function that it calls are others";
    }

    /** Why the table in Iceberg is written anew although its file is the same; null if it is not. */
    private @Nullable String unlike(String table) {
        boolean isLost = !filled.contains(table) && plan.standing(table) != Standing.WHOLE;
        return isLost || Refills.isWrittenAnew(plan, table) ? "its table in Iceberg " + lacks(table) : null;
    }

    private void removedFiles() {
        QuerySettings.RemovedFile then = plan.settings().query().onRemovedFile();
        for (String table : before.files().keySet()) {
            if (plan.queries().outputs().containsKey(table)) {
                continue;
            }
            String what = "SQL file of " + table;
            String setting = " (sql.on-removed-file: " + then + ")";
            if (plan.outputs().containsKey(table)) {
                line(Mark.REMOVED, what, "is gone, and a table of that name passes through from now on");
            } else if (then == QuerySettings.RemovedFile.FAIL) {
                line(Mark.REFUSED, what, "is gone: put it back, or set sql.on-removed-file to keep or delete");
            } else if (then == QuerySettings.RemovedFile.DELETE) {
                line(Mark.REMOVED, what, "is gone: its table is emptied" + setting);
            } else {
                line(Mark.REMOVED, what, "is gone: its table stays as it is" + setting);
            }
        }
    }

    /** How many rows these tables have, as far as it is known. */
    private String about(Set<String> tables) {
        String names = String.join(", ", tables);
        if (!rows.keySet().containsAll(tables)) {
            return "all rows of " + names;
        }
        long sum =
                tables.stream().mapToLong(table -> rows.getOrDefault(table, 0L)).sum();
        return "about " + String.format(Locale.ROOT, "%,d", sum) + " rows of " + names;
    }

    /** What keeps the job from being resumed, each in a sentence. */
    List<String> refusals() {
        return refusals;
    }

    /** For people. */
    String describe() {
        String all = counts.entrySet().stream()
                .map(count -> count.getValue() + " " + count.getKey().count)
                .collect(Collectors.joining(", "));
        return "Resumed from there," + NEW_LINE + String.join(NEW_LINE, lines) + NEW_LINE + "In all, " + all + "."
                + NEW_LINE;
    }
}
