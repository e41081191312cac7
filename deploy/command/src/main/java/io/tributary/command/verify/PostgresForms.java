package io.tributary.command.verify;

import java.util.Set;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** What PostgreSQL makes of values, in a session as {@link SourceDatabase} opens it. */
final class PostgresForms implements SqlForms {

    private final Set<String> integers;

    /** @param integers the columns whose text has no point in it */
    PostgresForms(Set<String> integers) {
        this.integers = integers;
    }

    @Override
    public @Nullable String of(ColumnForm column) {
        String name = SourceTable.quoted(column.name());
        return switch (column.type().typeId()) {
            case STRING -> column.isText() ? name + "::text" : null;
            case BOOLEAN -> name + "::boolean::text";
            case INTEGER, LONG -> integers.contains(column.name()) ? name + "::text" : rounded(name, 0);
            case DECIMAL -> rounded(name, ((Types.DecimalType) column.type()).scale());
            case FLOAT -> "encode(float4send(" + name + "::float4), 'hex')";
            case DOUBLE -> "encode(float8send(" + name + "::float8), 'hex')";
            case BINARY -> "encode(" + name + ", 'hex')";
            case DATE -> finite(name + "::date", "9999-12-31", "0001-01-01", name + "::date::text");
            case TIMESTAMP ->
                ((Types.TimestampType) column.type()).shouldAdjustToUTC()
                        ? time(name + "::timestamptz", "(" + name + "::timestamptz AT TIME ZONE 'UTC')::text")
                        : time(name + "::timestamp", name + "::timestamp::text");
            default -> null;
        };
    }

    private static String rounded(String name, int scale) {
        return "round(" + name + "::numeric, " + scale + ")::text";
    }

    private static String time(String value, String text) {
        return finite(value, "9999-12-31 23:59:59.999999", "0001-01-01 00:00:00", text);
    }

    private static String finite(String value, String last, String first, String text) {
        return "CASE WHEN " + value + " = 'infinity' THEN '" + last + "' WHEN " + value + " = '-infinity' THEN '"
                + first + "' ELSE " + text + " END";
    }

    @Override
    public String numberOf(String digits, int count) {
        return "('x' || " + digits + ")::bit(" + count * 4 + ")::bigint";
    }
}
