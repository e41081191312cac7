package io.tributary.command.verify;

import java.util.Locale;
import java.util.Map;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * What the warehouse makes of values of types that are the same there. Floating-point numbers, binary values and what is inside
 * SUPER have no text that other systems share, so that tables with these are read row by row.
 */
final class WarehouseForms implements SqlForms {

    private final Map<String, String> types;
    private final boolean isPostgres;

    /**
     * @param types of the table's columns, as the warehouse calls them, numbers with their scale behind a space
     * @param isPostgres whether PostgreSQL stands in for Redshift
     */
    WarehouseForms(Map<String, String> types, boolean isPostgres) {
        this.types = types;
        this.isPostgres = isPostgres;
    }

    @Override
    public @Nullable String of(ColumnForm column) {
        String lower = column.name().toLowerCase(Locale.ROOT);
        String name = SourceTable.quoted(lower);
        String type = types.getOrDefault(lower, "");
        return switch (column.type().typeId()) {
            case STRING -> column.isText() && type.startsWith("character varying") ? name : null;
            case BOOLEAN ->
                type.equals("boolean")
                        ? "CASE WHEN " + name + " THEN 'true' WHEN NOT " + name + " THEN 'false' END"
                        : null;
            case INTEGER, LONG -> type.matches("smallint|integer|bigint") ? "CAST(" + name + " AS varchar(20))" : null;
            case DECIMAL ->
                type.equals("numeric " + ((Types.DecimalType) column.type()).scale())
                        ? "CAST(" + name + " AS varchar(40))"
                        : null;
            case DATE -> type.equals("date") ? "to_char(" + name + ", 'YYYY-MM-DD')" : null;
            case TIMESTAMP -> time(name, type, column.type());
            default -> null;
        };
    }

    private static @Nullable String time(String name, String type, Type column) {
        boolean isZoned = ((Types.TimestampType) column).shouldAdjustToUTC();
        if (!type.equals(isZoned ? "timestamp with time zone" : "timestamp without time zone")) {
            return null;
        }
        String plain = isZoned ? "(" + name + " AT TIME ZONE 'UTC')" : name;
        return "rtrim(rtrim(to_char(" + plain + ", 'YYYY-MM-DD HH24:MI:SS.US'), '0'), '.')";
    }

    @Override
    public String numberOf(String digits, int count) {
        return isPostgres
                ? "CAST(CAST('x' || " + digits + " AS bit(" + count * 4 + ")) AS bigint)"
                : "strtol(" + digits + ", 16)";
    }
}
