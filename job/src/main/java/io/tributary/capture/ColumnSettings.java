package io.tributary.capture;

import io.tributary.settings.Given;
import io.tributary.settings.NamedKey;
import io.tributary.settings.Secret;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.jspecify.annotations.Nullable;

/** Which columns of the tables are left out or hashed: what the settings say, by the tables' names in the pipeline. */
public final class ColumnSettings {

    static final String EXCLUDED = "columns.exclude";
    static final String INCLUDED = "columns.include";
    static final String HASHED = "columns.hash";

    /** As many as the hash has bytes, or as 128 bits have hexadecimal digits. */
    private static final int SHORTEST_KEY = 32;

    static final ConfigOption<List<String>> EXCLUDE = ConfigOptions.key("tables.<table>.columns.exclude")
            .stringType()
            .asList()
            .noDefaultValue()
            .withDescription("Columns of a table that are left out before anything of the job meets them: neither SQL,"
                    + " nor state, targets or dead letters have them. None of them can be of the key.");

    static final ConfigOption<List<String>> INCLUDE = ConfigOptions.key("tables.<table>.columns.include")
            .stringType()
            .asList()
            .noDefaultValue()
            .withDescription(
                    "In place of columns.exclude: all columns but these are left out, those that the table gets"
                            + " later included. The columns of the key have to be among them.");

    static final ConfigOption<List<String>> HASH = ConfigOptions.key("tables.<table>.columns.hash")
            .stringType()
            .asList()
            .noDefaultValue()
            .withDescription(
                    "Columns of a table whose values become keyed hashes before anything of the job meets them: text"
                            + " of 64 hexadecimal digits, HMAC-SHA-256 by columns.hash-key of the value as text. Equal values have"
                            + " equal hashes, in all tables; NULL stays NULL.");

    static final ConfigOption<String> HASH_KEY = ConfigOptions.key("columns.hash-key")
            .stringType()
            .noDefaultValue()
            .withDescription(
                    "A reference to the key of the hashes, of 32 characters or more: env:NAME, file:/path or"
                            + " secretsmanager:id#key. It is read when the job is submitted. With another key every hash is another.");

    private final TreeMap<String, ColumnRules> rules = new TreeMap<>();

    private ColumnSettings() {}

    /** To be read once: what is wrong is said each time. */
    public static ColumnSettings from(Given given) {
        ColumnSettings settings = new ColumnSettings();
        TreeSet<String> hashing = new TreeSet<>();
        for (String table : given.tables()) {
            if (given.table(table).find(HASH) != null) {
                hashing.add(table);
            }
        }
        HashKey key = hashing.isEmpty() ? null : key(given, hashing.first());
        for (String table : given.tables()) {
            Given ofTable = given.table(table);
            if (Stream.of(EXCLUDE, INCLUDE, HASH).anyMatch(ofTable::has)) {
                settings.rules.put(table, rules(ofTable, table, key));
            }
        }
        return settings;
    }

    public static List<ConfigOption<?>> options() {
        return List.of(EXCLUDE, INCLUDE, HASH, HASH_KEY);
    }

    public ColumnRules of(String table) {
        return rules.getOrDefault(table, ColumnRules.NONE);
    }

    /** By table, those of which anything is said. */
    public Map<String, ColumnRules> all() {
        return Collections.unmodifiableMap(rules);
    }

    private static ColumnRules rules(Given given, String table, @Nullable HashKey key) {
        Set<String> excluded = names(given.find(EXCLUDE));
        List<String> listed = given.find(INCLUDE);
        Set<String> included = listed == null ? null : names(listed);
        Set<String> hashed = names(given.find(HASH));
        if (included != null && !excluded.isEmpty()) {
            given.problem(
                    INCLUDE,
                    " and " + NamedKey.ofTable(table, EXCLUDED)
                            + " cannot both be set: include leaves out all that it does not name, so take the other out");
            return ColumnRules.NONE;
        }
        for (String column : hashed) {
            if (excluded.contains(column)) {
                given.problem(
                        HASH, " names " + column + ", which " + NamedKey.ofTable(table, EXCLUDED) + " leaves out");
            } else if (included != null && !included.contains(column)) {
                given.problem(
                        HASH,
                        " names " + column + ", which " + NamedKey.ofTable(table, INCLUDED)
                                + " leaves out: name it there, too");
            }
        }
        return new ColumnRules(excluded, included, hashed, hashed.isEmpty() ? null : key);
    }

    private static Set<String> names(@Nullable Collection<String> listed) {
        return listed == null ? new TreeSet<>() : new TreeSet<>(listed);
    }

    /**
     * Null, and a problem, if there is none that can be used.
     *
     * @param table one that needs it
     */
    private static @Nullable HashKey key(Given given, String table) {
        Secret secret = given.secret(HASH_KEY);
        if (secret == null) {
            if (!given.has(HASH_KEY)) {
                given.problem(
                        HASH_KEY,
                        " is missing, and " + NamedKey.ofTable(table, HASHED)
                                + " needs it: write env:NAME, file:/path or secretsmanager:id#key");
            }
            return null;
        }
        if (secret.value().length() < SHORTEST_KEY) {
            given.problem(
                    HASH_KEY,
                    ": the key has fewer than " + SHORTEST_KEY
                            + " characters, so it might be guessed: take what openssl rand -hex 32 prints");
            return null;
        }
        return new HashKey(secret);
    }
}
