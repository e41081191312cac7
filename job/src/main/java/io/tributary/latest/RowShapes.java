package io.tributary.latest;

import io.tributary.change.Change;
import io.tributary.change.Column;
import io.tributary.change.Projection;
import io.tributary.change.Schema;
import io.tributary.change.SchemaConflictException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.jspecify.annotations.Nullable;

/** The dictionary of schemas of one subtask, and what is worked out for each once. Not safe for several threads. */
final class RowShapes {

    private static final String START_ANEW =
            ", and the rows in state cannot be found by it: start the job anew, without a savepoint";

    private final Retention retention;
    /** In the order in which they came, also after a restart: of two spellings of a column the first one stays. */
    private final Map<Long, RowShape> byFingerprint = new LinkedHashMap<>();

    private final Map<Long, Map<Long, Projection>> projections = new HashMap<>();
    private final Map<Long, Schema> widest = new HashMap<>();
    private final Map<Long, Admitted> admitted = new HashMap<>();
    private @Nullable RowShape last;

    RowShapes(Retention retention) {
        this.retention = retention;
    }

    RowShape of(Schema schema) {
        RowShape hit = last;
        if (hit != null && hit.schema().fingerprint() == schema.fingerprint()) {
            return hit;
        }
        hit = byFingerprint.get(schema.fingerprint());
        if (hit == null) {
            hit = new RowShape(schema, kept(schema));
            byFingerprint.put(schema.fingerprint(), hit);
            if (schema.isInferred()) {
                widen(admitted(schema).schema());
            }
        }
        last = hit;
        return hit;
    }

    /** A column that is kept stays so when it gets another name. */
    private int @Nullable [] kept(Schema schema) {
        int[] named = retention.kept(schema);
        if (named == null || schema.relation() == 0) {
            return named;
        }
        return IntStream.range(0, schema.arity())
                .filter(column -> Arrays.binarySearch(named, column) >= 0 || wasNeeded(schema, column))
                .toArray();
    }

    private boolean wasNeeded(Schema schema, int column) {
        for (RowShape known : byFingerprint.values()) {
            int index = known.schema().isOfSameRelation(schema)
                    ? known.schema().indexOfNumber(schema.columns().get(column).number())
                    : -1;
            if (index >= 0 && known.isNeeded(index)) {
                return true;
            }
        }
        return false;
    }

    /** A shape of which the state may have rows that were trimmed to these columns; in whichever order they come. */
    RowShape restored(Schema schema, List<String> keptNames) {
        if (schema.relation() == 0 || !haveWhatIsNeeded(schema, keptNames)) {
            return of(schema);
        }
        return trimmed(schema, keptNames);
    }

    private boolean haveWhatIsNeeded(Schema schema, List<String> keptNames) {
        int[] needed = retention.kept(schema);
        return needed != null
                && IntStream.of(needed)
                        .allMatch(column ->
                                keptNames.contains(schema.columns().get(column).name()));
    }

    /** A shape of which the state has rows that were trimmed to these columns, whatever is needed now. */
    RowShape trimmed(Schema schema, List<String> keptNames) {
        int[] kept = columns(schema, keptNames);
        return byFingerprint.computeIfAbsent(schema.fingerprint(), unknown -> new RowShape(schema, kept));
    }

    /** A shape of which the state has rows that were trimmed to these columns, but keeps whole rows from now on. */
    RowShape trimmedOnce(Schema schema, List<String> keptNames) {
        int[] kept = columns(schema, keptNames);
        return byFingerprint.computeIfAbsent(schema.fingerprint(), unknown -> new RowShape(schema, kept, false));
    }

    boolean keepsWhole(Schema schema) {
        return retention.kept(schema) == null;
    }

    /** Whether rows that were trimmed to these columns will do. */
    boolean fits(Schema schema, List<String> keptNames) {
        return (schema.relation() != 0 && haveWhatIsNeeded(schema, keptNames))
                || Arrays.equals(kept(schema), columns(schema, keptNames));
    }

    /** Whether the targets of the schema's table have nothing, and are shown all of it by its source. */
    boolean isRefilledFromNothing(Schema schema) {
        return retention.isRefilledFromNothing(schema.table());
    }

    private static int[] columns(Schema schema, List<String> names) {
        return IntStream.range(0, schema.arity())
                .filter(column -> names.contains(schema.columns().get(column).name()))
                .toArray();
    }

    /** Nothing of these tables is known any more. */
    void forget(Set<Long> tables) {
        Set<Long> gone = byFingerprint.values().stream()
                .filter(shape -> tables.contains(shape.schema().tableId()))
                .map(shape -> shape.schema().fingerprint())
                .collect(Collectors.toSet());
        byFingerprint.keySet().removeAll(gone);
        projections.keySet().removeAll(gone);
        projections.values().forEach(targets -> targets.keySet().removeAll(gone));
        widest.keySet().removeAll(tables);
        admitted.values().removeIf(each -> tables.contains(each.schema().tableId()));
        last = null;
    }

    private void widen(Schema schema) {
        Schema known = widest.get(schema.tableId());
        try {
            Schema now = known == null ? schema : known.merge(schema);
            widest.put(schema.tableId(), now);
            if (known != null && !now.equals(known)) {
                // No row is written in that any more, and a table may get its columns one by one.
                projections.values().forEach(targets -> targets.remove(known.fingerprint()));
            }
        } catch (SchemaConflictException e) {
            // A declared type is another than it was: rows go on in the schema they come in, and the targets say what
            // is wrong.
        }
    }

    /** What is taken of an inferred schema. It stays that, whatever comes later. */
    Admitted admitted(Schema schema) {
        return admitted.computeIfAbsent(
                schema.fingerprint(), unknown -> Admitted.of(schema, widest.get(schema.tableId())));
    }

    /** Why rows of columns that are declared so cannot stand beside those in state; null if they can. */
    @Nullable
    String contradiction(Schema declared) {
        Schema found = widest.get(declared.tableId());
        try {
            if (found != null) {
                declared.checkHolds(found);
                return null;
            }
            for (RowShape known : byFingerprint.values()) {
                if (known.schema().tableId() == declared.tableId()) {
                    declared.checkHolds(known.schema());
                }
            }
            return null;
        } catch (SchemaConflictException e) {
            return e.getMessage();
        }
    }

    /** The shape that holds all rows of an inferred schema's table that came so far. */
    RowShape widest(Schema schema) {
        return of(widest.getOrDefault(schema.tableId(), schema));
    }

    /** The change of a row of an inferred schema, in the widest shape of its table. */
    Change widened(Change arrived) {
        Change change = admitted(arrived.schema()).of(arrived);
        of(change.schema());
        Schema wide = widest(change.schema()).schema();
        if (wide.fingerprint() == change.schema().fingerprint()) {
            return change;
        }
        Projection projection = between(change.schema(), wide);
        return projection.keepsAllColumns() ? change.in(projection) : change;
    }

    /** The shape in which a row of the state leaves. */
    RowShape shown(LatestRow row) {
        RowShape own = of(row);
        return own.schema().isInferred() ? widest(own.schema()) : own;
    }

    /**
     * Null for a schema whose keys can stand beside those in state, else why they cannot: a key is found by its bytes, and
     * a value of another type has other bytes. A schema that is refused must not become part of the dictionary.
     */
    @Nullable
    String refusal(Schema schema) {
        RowShape hit = last;
        if ((hit != null && hit.schema().fingerprint() == schema.fingerprint())
                || byFingerprint.containsKey(schema.fingerprint())
                || admitted.containsKey(schema.fingerprint())) {
            return null;
        }
        for (RowShape known : byFingerprint.values()) {
            if (known.schema().tableId() == schema.tableId()) {
                String refusal = refusal(known.schema(), schema);
                if (refusal != null) {
                    return refusal;
                }
            }
        }
        return null;
    }

    private static @Nullable String refusal(Schema known, Schema schema) {
        if (known.relation() != 0 && schema.relation() != 0) {
            // Where rows come to be known by another key, the source has all that were known by the one before deleted.
            return null;
        }
        if (known.keyArity() != schema.keyArity()) {
            return "The key of table " + schema.table() + " was " + known.keyNames() + " and is now "
                    + schema.keyNames() + START_ANEW;
        }
        for (int i = 0; i < known.keyArity(); i++) {
            Column before = known.columns().get(known.key()[i]);
            Column now = schema.columns().get(schema.key()[i]);
            if (!before.type().copy(true).equals(now.type().copy(true))) {
                return "The key column " + now.name() + " of table " + schema.table() + " was "
                        + before.type().asSummaryString() + " and is now "
                        + now.type().asSummaryString() + START_ANEW;
            }
        }
        return null;
    }

    /** Of a row in state; the dictionary is kept beside the rows, so it is there. */
    RowShape of(LatestRow row) {
        RowShape hit = last;
        if (hit != null && hit.schema().fingerprint() == row.fingerprint()) {
            return hit;
        }
        hit = byFingerprint.get(row.fingerprint());
        if (hit == null) {
            throw new IllegalStateException(
                    "The state has a row of schema " + Long.toHexString(row.fingerprint()) + " but not the schema");
        }
        return hit;
    }

    Projection between(Schema from, Schema to) {
        return projections
                .computeIfAbsent(from.fingerprint(), unknown -> new HashMap<>())
                .computeIfAbsent(to.fingerprint(), unknown -> Projection.of(from.spelledAs(to), to));
    }

    /** Of the schemas that its relation has had since a revision, the one that came first. */
    Schema firstOfRelation(Schema schema, long revision) {
        for (RowShape known : byFingerprint.values()) {
            Schema first = known.schema();
            if (first.isOfSameRelation(schema)
                    && first.tableId() == schema.tableId()
                    && Long.compareUnsigned(first.revision(), revision) > 0) {
                return first;
            }
        }
        return schema;
    }

    /**
     * Whether a column of another relation has a name that the table had once, and has not now: targets may have values under it that
     * were dropped.
     */
    boolean isAnyBack(Schema own, Schema now) {
        return now.columns().stream()
                .map(Column::name)
                .filter(name -> own.indexOf(name) < 0)
                .anyMatch(name -> byFingerprint.values().stream()
                        .map(RowShape::schema)
                        .anyMatch(known -> known.tableId() == now.tableId()
                                && !known.isOfSameRelation(now)
                                && known.indexOf(name) >= 0));
    }

    /** The state's row in all the columns of a schema; what the state does not keep is null. */
    BinaryRowData expanded(LatestRow row, BinaryRowData key, Schema schema) {
        RowShape shape = of(row);
        BinaryRowData expanded = shape.expanded(row, key);
        return shape.schema().fingerprint() == schema.fingerprint()
                ? expanded
                : between(shape.schema(), schema).apply(expanded);
    }

    /** The key in all columns of a schema that does not become part of the dictionary. */
    BinaryRowData keyOnly(Schema schema, BinaryRowData key) {
        return new RowShape(schema, null).keyOnly(key);
    }

    Collection<RowShape> all() {
        return Collections.unmodifiableCollection(byFingerprint.values());
    }
}
