package io.tributary.local.benchmark.contender;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Enough of tables to tell whether rows were lost, doubled or are old: sums of their columns. */
public record Checksum(long rows, long ids, BigDecimal amounts, long touched) {

    static final Checksum NONE = new Checksum(0, 0, new BigDecimal("0.00"), 0);

    /** Of a table, or of a SELECT in parentheses. */
    public static Checksum of(Connection connection, String from) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet sums = statement.executeQuery("SELECT count(*), coalesce(sum(id), 0)::bigint,"
                        + " coalesce(sum(amount), 0.00), coalesce(sum(touched), 0)::bigint FROM " + from
                        + " AS rows")) {
            sums.next();
            return new Checksum(sums.getLong(1), sums.getLong(2), sums.getBigDecimal(3), sums.getLong(4));
        }
    }

    Checksum plus(Checksum other) {
        return new Checksum(rows + other.rows, ids + other.ids, amounts.add(other.amounts), touched + other.touched);
    }

    @Override
    public String toString() {
        return rows + " rows, ids " + ids + ", amounts " + amounts.toPlainString() + ", touched " + touched;
    }
}
