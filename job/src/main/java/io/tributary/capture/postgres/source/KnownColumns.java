package io.tributary.capture.postgres.source;

import io.tributary.capture.ColumnRules;
import io.tributary.capture.Treatment;
import io.tributary.capture.postgres.row.TableColumns;
import io.tributary.capture.postgres.value.Attribute;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What becomes of the columns of one relation, by their numbers. The settings name columns, and names change: so a column is
 * treated as its name was when it was first met, or as its present name, whichever lets less through. Immutable.
 */
final class KnownColumns implements Serializable {

    private static final long serialVersionUID = 1L;

    /** The settings say nothing of the columns. */
    static final KnownColumns ALL = new KnownColumns(0, 0, Map.of(), List.of());

    private final long rules;
    private final long hashKey;
    private final TreeMap<Integer, Treatment> treatments;
    private final ArrayList<String> unfound;

    /**
     * @param rules the fingerprint of the settings that it follows from
     * @param hashKey the fingerprint of the key of hashes
     * @param treatments of every column that the relation ever had, as far as that is known
     * @param unfound names of the settings that no column had when it was looked for them
     */
    private KnownColumns(long rules, long hashKey, Map<Integer, Treatment> treatments, List<String> unfound) {
        this.rules = rules;
        this.hashKey = hashKey;
        this.treatments = new TreeMap<>(treatments);
        this.unfound = new ArrayList<>(unfound);
    }

    /** By their names. */
    static KnownColumns of(ColumnRules rules, List<ColumnState> columns) {
        if (!rules.isAny()) {
            return ALL;
        }
        List<String> names = columns.stream().map(ColumnState::name).collect(Collectors.toList());
        KnownColumns named =
                new KnownColumns(rules.fingerprint(), rules.keyFingerprint(), Map.of(), rules.unfound(names));
        return named.with(rules, columns);
    }

    /** Of the same relation, which has these columns by now; {@code rules} are those that this follows from. */
    KnownColumns with(ColumnRules rules, List<ColumnState> columns) {
        if (isAll()) {
            return this;
        }
        Map<Integer, Treatment> all = new TreeMap<>(treatments);
        columns.forEach(column -> all.put(column.number(), of(rules, column.name(), column.number())));
        return all.equals(treatments) ? this : new KnownColumns(this.rules, hashKey, all, unfound);
    }

    private Treatment of(ColumnRules rules, String name, int number) {
        Treatment before = treatments.get(number);
        return before == null ? rules.of(name) : rules.of(name, before);
    }

    boolean isOf(ColumnRules other) {
        return rules == other.fingerprint();
    }

    boolean isOfRulesOf(KnownColumns other) {
        return rules == other.rules;
    }

    /** Names of the settings that no column has: what they are meant for might come through under another name. */
    List<String> unfound() {
        return unfound;
    }

    boolean isLeftOut(int number) {
        return treatments.get(number) == Treatment.LEFT_OUT;
    }

    /** Columns as the log tells of them, with the names that they had then. */
    Attribute treat(ColumnRules rules, Attribute attribute) {
        return attribute.treated(of(rules, attribute.name(), attribute.number()));
    }

    /** As the catalog has the columns now. Those that are not known yet are left out, as if they were not there yet. */
    TableColumns treat(ColumnRules rules, TableColumns columns) {
        if (isAll() || !isOf(rules)) {
            return columns;
        }
        boolean isAnyNew =
                columns.attributes().stream().anyMatch(attribute -> !treatments.containsKey(attribute.number()));
        TableColumns treated = columns.treated(attribute -> treatments.containsKey(attribute.number())
                ? of(rules, attribute.name(), attribute.number())
                : Treatment.LEFT_OUT);
        return isAnyNew ? treated.before() : treated;
    }

    /** By which rows with this key are told from those that have other hashes in it, or none; 0 if none of it is hashed. */
    long hashing(List<Integer> key) {
        boolean isHashed = false;
        long places = hashKey;
        for (int number : key) {
            boolean isHashedHere = treatments.get(number) == Treatment.HASHED;
            isHashed |= isHashedHere;
            places = places * 31 + (isHashedHere ? 1 : 0);
        }
        // 0 is for no hash.
        return isHashed ? places | 1 : 0;
    }

    boolean isAll() {
        return rules == 0;
    }

    void write(DataOutputStream out) throws IOException {
        out.writeLong(rules);
        out.writeLong(hashKey);
        out.writeInt(treatments.size());
        for (Map.Entry<Integer, Treatment> column : treatments.entrySet()) {
            out.writeInt(column.getKey());
            out.writeUTF(column.getValue().name());
        }
        out.writeInt(unfound.size());
        for (String name : unfound) {
            out.writeUTF(name);
        }
    }

    static KnownColumns read(DataInputStream in) throws IOException {
        long rules = in.readLong();
        long hashKey = in.readLong();
        Map<Integer, Treatment> treatments = new TreeMap<>();
        for (int i = in.readInt(); i > 0; i--) {
            treatments.put(in.readInt(), Treatment.valueOf(in.readUTF()));
        }
        List<String> unfound = new ArrayList<>();
        for (int i = in.readInt(); i > 0; i--) {
            unfound.add(in.readUTF());
        }
        return new KnownColumns(rules, hashKey, treatments, unfound);
    }
}
