package io.tributary.capture.postgres.server;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.Sql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What updates and deletes carry of the rows of a table as they were. Where that is nothing, the server refuses every UPDATE and
 * DELETE as soon as the table is published: so it is asked before, of each partition by itself.
 */
public final class ReplicaIdentity {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String QUERY = Sql.statement(ReplicaIdentity.class, "replica_identity.sql");

    /** Of partitions with the same fault so many are named. */
    private static final int MOST_NAMED = 5;

    private final PostgresTable table;
    private final List<String> key;
    private final List<String> problems = new ArrayList<>();

    private ReplicaIdentity(PostgresTable table, List<String> key) {
        this.table = table;
        this.key = key;
    }

    /**
     * Why the table may not be published, or its changes could not be taken, each with what mends it.
     *
     * @param key the columns by which its rows are to be known
     */
    public static List<String> problems(PostgresTable table, List<String> key, Server server) throws SQLException {
        ReplicaIdentity identity = new ReplicaIdentity(table, key);
        boolean isFirst = true;
        for (List<@Nullable String> row : server.rows(QUERY, table.quoted(), table.quoted())) {
            identity.check(row, isFirst);
            isFirst = false;
        }
        return identity.named();
    }

    private List<String> named() {
        if (problems.size() <= MOST_NAMED) {
            return problems;
        }
        List<String> named = new ArrayList<>(problems.subList(0, MOST_NAMED));
        named.add("So it is with " + (problems.size() - MOST_NAMED) + " more partitions of table " + table);
        return named;
    }

    private void check(List<@Nullable String> row, boolean isTable) throws SQLException {
        String schema = requireNonNull(row.get(0));
        String relation = Sql.identifier(schema, requireNonNull(row.get(1)));
        String name = isTable ? "table " + table : "partition " + schema + "." + row.get(1) + " of table " + table;
        String kind = requireNonNull(row.get(2));
        if (kind.equals("f")) {
            problems.add(capital(name) + " is a foreign table, whose rows are not in the WAL; detach it");
            return;
        }
        if (!"p".equals(row.get(3))) {
            problems.add(capital(name) + " is not logged in the WAL; run ALTER TABLE " + relation + " SET LOGGED");
            return;
        }
        String identity = requireNonNull(row.get(4));
        if (identity.equals("f")) {
            return;
        }
        boolean isDeferrable = "t".equals(row.get(6));
        String full = "run ALTER TABLE " + relation + " REPLICA IDENTITY FULL";
        if (identity.equals("n")) {
            problems.add(capital(name)
                    + " has REPLICA IDENTITY NOTHING, so updates and deletes cannot be told; run ALTER TABLE "
                    + relation + " REPLICA IDENTITY " + (isDeferrable ? "FULL" : "DEFAULT"));
            return;
        }
        List<String> carried = columns(row.get(5));
        if (carried == null && identity.equals("d") && isDeferrable) {
            problems.add(
                    "The primary key of " + name + " is DEFERRABLE, so PostgreSQL would refuse every UPDATE and DELETE"
                            + " as soon as it is published; " + full + ", or make the key NOT DEFERRABLE");
        } else if (carried == null && identity.equals("i")) {
            problems.add(
                    "The index that is the REPLICA IDENTITY of " + name + " is gone or cannot be used, so updates and"
                            + " deletes cannot be told; run ALTER TABLE " + relation + " REPLICA IDENTITY DEFAULT");
        } else if (carried == null || !carried.containsAll(key)) {
            problems.add(
                    "Updates and deletes of " + name + " do not carry its key " + String.join(", ", key) + "; " + full);
        }
    }

    private static String capital(String name) {
        return Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    private static @Nullable List<String> columns(@Nullable String json) throws SQLException {
        if (json == null) {
            return null;
        }
        try {
            List<String> columns = new ArrayList<>();
            for (JsonNode column : JSON.readTree(json)) {
                columns.add(column.asText());
            }
            return columns;
        } catch (JsonProcessingException e) {
            throw new SQLException("The catalog's answer cannot be read: " + json, e);
        }
    }
}
