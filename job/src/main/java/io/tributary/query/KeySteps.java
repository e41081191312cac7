package io.tributary.query;

import io.tributary.change.ChangelogRow;
import java.util.List;
import org.apache.flink.types.RowKind;

/** What the planner says of one key's rows in one bundle. */
final class KeySteps {

    private final List<ChangelogRow> steps;

    KeySteps(List<ChangelogRow> steps) {
        this.steps = steps;
    }

    /** How many rows were taken back that are not there. */
    int apply(KeyRows kept) {
        int unknown = 0;
        for (ChangelogRow step : steps) {
            if (step.kind() == RowKind.INSERT || step.kind() == RowKind.UPDATE_AFTER) {
                kept.add(step.row());
            } else if (kept.retract(step.row()) < 0) {
                unknown++;
            }
        }
        return unknown;
    }

    /** The same where each row takes the place of the one before, of which no more may be said than that. */
    int replace(KeyRows kept) {
        int unknown = 0;
        for (ChangelogRow step : steps) {
            boolean isNew = step.kind() == RowKind.INSERT || step.kind() == RowKind.UPDATE_AFTER;
            unknown += !isNew && kept.count() == 0 ? 1 : 0;
            kept.dropOldest(kept.count());
            if (isNew) {
                kept.add(step.row());
            }
        }
        return unknown;
    }

    /**
     * The same where the planner may have forgotten rows of before, and this state others: a row that is taken back and is not there
     * stands for the oldest one, and of several rows the last one counts.
     */
    int applyForgetting(KeyRows kept) {
        int unknown = 0;
        int old = kept.count();
        for (ChangelogRow step : steps) {
            if (step.kind() == RowKind.INSERT || step.kind() == RowKind.UPDATE_AFTER) {
                kept.add(step.row());
                continue;
            }
            int place = kept.retract(step.row());
            unknown += place < 0 ? 1 : 0;
            old -= place >= 0 && place < old ? 1 : 0;
        }
        kept.dropOldest(Math.min(unknown, old));
        kept.dropOldest(Math.max(0, kept.count() - 1));
        return unknown;
    }

    /** Any of the rows: they have the key in common. */
    ChangelogRow last() {
        return steps.get(steps.size() - 1);
    }
}
