package io.tributary.capture.postgres.server;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The database server, asked in SQL. Every value comes as the text that it prints. */
public final class Server implements Connected {

    private final Connection connection;

    public Server(Connection connection) {
        this.connection = connection;
    }

    @Override
    public Connection connection() {
        return connection;
    }

    /** As a number: 140000 is version 14. */
    public int version() throws SQLException {
        return Integer.parseInt(text("SHOW server_version_num"));
    }

    /** Whether it follows another server. */
    public boolean isStandby() throws SQLException {
        return is("SELECT pg_catalog.pg_is_in_recovery()");
    }

    public boolean is(String query, Object... parameters) throws SQLException {
        return "t".equals(find(query, parameters));
    }

    /** The first column of the first row, a number. */
    public long number(String query, Object... parameters) throws SQLException {
        return Long.parseLong(text(query, parameters));
    }

    /** As {@link #number}, for what waits until others have ended, however long that takes. */
    public long numberAtLast(String query, Object... parameters) throws SQLException {
        int timeout = connection.getNetworkTimeout();
        run("SET lock_timeout = 0");
        connection.setNetworkTimeout(Runnable::run, 0);
        try {
            return number(query, parameters);
        } finally {
            connection.setNetworkTimeout(Runnable::run, timeout);
            run("RESET lock_timeout");
        }
    }

    /** The first column of the first row. */
    public String text(String query, Object... parameters) throws SQLException {
        String text = find(query, parameters);
        if (text == null) {
            throw new SQLException("PostgreSQL has no answer to: " + query);
        }
        return text;
    }

    /** The first column of the first row that has it; null if there is none. */
    public @Nullable String find(String query, Object... parameters) throws SQLException {
        List<String> texts = texts(query, parameters);
        return texts.isEmpty() ? null : texts.get(0);
    }

    /** The first column of all rows, without the NULLs. */
    public List<String> texts(String query, Object... parameters) throws SQLException {
        return rows(query, parameters).stream()
                .map(row -> row.get(0))
                .filter(Objects::nonNull)
                .collect(Collectors.toList());
    }

    public List<List<@Nullable String>> rows(String query, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            List<List<@Nullable String>> rows = new ArrayList<>();
            try (ResultSet result = statement.executeQuery()) {
                int columns = result.getMetaData().getColumnCount();
                while (result.next()) {
                    @Nullable String[] row = new @Nullable String[columns];
                    for (int i = 0; i < columns; i++) {
                        row[i] = result.getString(i + 1);
                    }
                    rows.add(Arrays.asList(row));
                }
            }
            return rows;
        }
    }

    /**
     * Whether texts may be of any encoding: the database does not know theirs. A session that asks for UTF-8 then fails with the
     * first text that is none.
     */
    public boolean hasAnyBytes() throws SQLException {
        return text("SHOW server_encoding").equals("SQL_ASCII");
    }

    /**
     * Has a session sent texts as they are, for whoever reads them to check.
     *
     * @param scope LOCAL for this transaction, SESSION for all
     */
    public static void showBytes(Connection session, String scope) throws SQLException {
        try (Statement statement = session.createStatement()) {
            statement.execute("SET " + scope + " client_encoding = 'SQL_ASCII'");
        }
    }

    public void run(String statement) throws SQLException {
        try (Statement executed = connection.createStatement()) {
            executed.execute(statement);
        }
    }
}
