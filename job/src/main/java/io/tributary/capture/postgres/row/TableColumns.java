package io.tributary.capture.postgres.row;

import io.tributary.capture.Treatment;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.Sql;
import io.tributary.capture.postgres.server.Connected;
import io.tributary.capture.postgres.server.Era;
import io.tributary.capture.postgres.value.Attribute;
import io.tributary.change.Schema;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The columns of a table that a publication carries, in their order, and which relation has them. */
public final class TableColumns {

    private static final String COLUMNS = Sql.statement(TableColumns.class, "columns.sql");

    private final List<Attribute> attributes;
    private final long relation;
    private final long revision;
    private final List<Integer> primaryKey;
    private final List<Integer> knownBy;
    private final long begun;

    private TableColumns(
            List<Attribute> attributes,
            long relation,
            long revision,
            List<Integer> primaryKey,
            List<Integer> knownBy,
            long begun) {
        this.attributes = List.copyOf(attributes);
        this.primaryKey = List.copyOf(primaryKey);
        this.knownBy = List.copyOf(knownBy);
        this.begun = begun;
        this.relation = relation;
        this.revision = revision;
    }

    /** Columns that are known by their names alone. */
    public static TableColumns named(List<Attribute> attributes) {
        return new TableColumns(attributes, 0, 0, List.of(), List.of(), 0);
    }

    /** Columns that are known by their names alone, and treated as the table's settings say of these. */
    public static TableColumns named(PostgresTable table, List<Attribute> attributes) {
        return named(attributes).treated(attribute -> table.rules().of(attribute.name()));
    }

    /**
     * @param relation as {@link Schema#relation}
     * @param revision as {@link Schema#revision}
     */
    public static TableColumns numbered(List<Attribute> attributes, long relation, long revision) {
        return new TableColumns(attributes, relation, revision, List.of(), List.of(), 0);
    }

    /**
     * @param key the numbers of the columns by which rows are known, in their order; empty if the table's settings say it
     * @param from where in the log they began to be known by it: transactions that were committed before are not taken
     */
    public TableColumns keyedBy(List<Integer> key, long from) {
        return new TableColumns(attributes, relation, revision, primaryKey, key, from);
    }

    /**
     * All but the generated ones, as they are now, treated as the settings say of their names. There are none if there is no such
     * table.
     */
    public static TableColumns of(PostgresTable table, Connected database) throws SQLException {
        List<Attribute> attributes = new ArrayList<>();
        long relation = 0;
        long revision = 0;
        List<Integer> key = new ArrayList<>();
        try (PreparedStatement statement = database.connection().prepareStatement(COLUMNS)) {
            statement.setString(1, table.quoted());
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    attributes.add(new Attribute(result.getString(1), result.getLong(2), result.getInt(3))
                            .numbered(result.getInt(4)));
                    relation = result.getLong(5);
                    revision = result.getLong(6);
                    key = numbers(result.getString(7));
                }
            }
        }
        return new TableColumns(attributes, relation, revision, key, List.of(), 0)
                .treated(attribute -> table.rules().of(attribute.name()));
    }

    /** The same columns, each of them treated so. */
    public TableColumns treated(Function<Attribute, Treatment> treatment) {
        List<Attribute> treated = attributes.stream()
                .map(attribute -> attribute.treated(treatment.apply(attribute)))
                .collect(Collectors.toList());
        return new TableColumns(treated, relation, revision, primaryKey, knownBy, begun);
    }

    /** The same columns as they were before the newest of them were there: these are left out. */
    public TableColumns before() {
        return relation == 0 ? this : new TableColumns(attributes, relation, revision - 1, primaryKey, knownBy, begun);
    }

    /** As the catalog prints them. */
    private static List<Integer> numbers(@Nullable String printed) {
        List<Integer> numbers = new ArrayList<>();
        if (printed != null && !printed.isEmpty()) {
            for (String number : printed.split(" ")) {
                numbers.add(Integer.valueOf(number));
            }
        }
        return numbers;
    }

    /** The table with the names that the columns of its key have here: they may be others than when the job began. */
    public PostgresTable keyed(PostgresTable table) {
        Map<Integer, String> names = new HashMap<>();
        attributes.forEach(attribute -> names.put(attribute.number(), attribute.name()));
        List<String> given = table.key();
        if (knownBy.isEmpty() && given != null && names.values().containsAll(given)) {
            return table;
        }
        List<String> now = new ArrayList<>();
        (knownBy.isEmpty() ? primaryKey : knownBy).forEach(number -> now.add(names.getOrDefault(number, "")));
        return now.isEmpty() || now.contains("") ? table : table.withKey(now);
    }

    /** The same columns, of no lower revision than that. */
    public TableColumns since(long floor) {
        return relation == 0
                ? this
                : new TableColumns(attributes, relation, Math.max(revision, floor), primaryKey, knownBy, begun);
    }

    /** The same columns, of a relation that the job knows by another number than its server does. */
    public TableColumns in(Era era) {
        return new TableColumns(attributes, era.relation(relation), revision, primaryKey, knownBy, begun);
    }

    /** The numbers of the primary key's columns, in its order; empty if it is not known. */
    public List<Integer> primaryKey() {
        return primaryKey;
    }

    /** Where in the log rows began to be known by their key; 0 if they always were. */
    public long begun() {
        return begun;
    }

    public List<Attribute> attributes() {
        return attributes;
    }

    public List<String> names() {
        return attributes.stream().map(Attribute::name).collect(Collectors.toList());
    }

    /** 0 if they are known by their names alone. */
    public long relation() {
        return relation;
    }

    public long revision() {
        return revision;
    }
}
