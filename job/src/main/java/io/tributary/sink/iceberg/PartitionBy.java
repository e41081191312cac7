package io.tributary.sink.iceberg;

import io.tributary.settings.NamedKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.exceptions.ValidationException;

/** The partition fields of a table as the settings write them: {@code days(created_at)}, {@code bucket(16, id)}, {@code region}. */
final class PartitionBy {

    private static final Pattern TRANSFORM = Pattern.compile("(\\w+)\\s*\\(\\s*(?:(\\d+)\\s*,\\s*)?([^(),]+?)\\s*\\)");
    private static final String FORMS =
            "column, years(column), months(column), days(column), hours(column), bucket(16, column) or truncate(4, column)";

    private PartitionBy() {}

    /** Fields that stand in one text with commas between them, apart; a comma in brackets does not part. */
    static List<String> split(List<String> texts) {
        List<String> fields = new ArrayList<>();
        for (String text : texts) {
            int depth = 0;
            int start = 0;
            for (int i = 0; i <= text.length(); i++) {
                char c = i == text.length() ? ',' : text.charAt(i);
                depth += c == '(' ? 1 : c == ')' ? -1 : 0;
                if (c == ',' && (depth <= 0 || i == text.length())) {
                    String field = text.substring(start, i).strip();
                    if (!field.isEmpty()) {
                        fields.add(field);
                    }
                    start = i + 1;
                }
            }
        }
        return fields;
    }

    /** Throws if the table is to be partitioned by a column whose type may become another. */
    static void checkDeclared(io.tributary.change.Schema rows, PartitionSpec spec) throws UnwritableException {
        for (PartitionField field : spec.fields()) {
            String name = spec.schema().findColumnName(field.sourceId());
            int index = rows.indexOf(name);
            if (index >= 0 && rows.columns().get(index).isInferred()) {
                throw new UnwritableException("Iceberg table " + rows.table() + " is partitioned by column " + name
                        + ", whose type was found from data and may become another: declare the type of the column, or"
                        + " partition the table by another");
            }
        }
    }

    static PartitionSpec spec(String table, Schema schema, List<String> fields) throws UnwritableException {
        PartitionSpec.Builder builder = PartitionSpec.builderFor(schema);
        for (String field : fields) {
            String known = NamedKey.ofTable(table, "iceberg.partition-by") + ": '" + field + "' ";
            try {
                PartitionSpec.Builder alone = PartitionSpec.builderFor(schema);
                boolean understood = add(alone, schema, field) && add(builder, schema, field);
                alone.build();
                if (!understood) {
                    throw new UnwritableException(known + "is not understood: write " + FORMS
                            + ", with a column of the table: " + schema.columns());
                }
            } catch (ValidationException | IllegalArgumentException e) {
                throw new UnwritableException(known + "is refused by Iceberg: " + e.getMessage());
            }
        }
        return builder.build();
    }

    private static boolean add(PartitionSpec.Builder builder, Schema schema, String field) {
        Matcher matcher = TRANSFORM.matcher(field);
        boolean transformed = matcher.matches();
        String column = transformed ? matcher.group(3) : field;
        if (schema.findField(column) == null) {
            return false;
        }
        if (!transformed) {
            builder.identity(column);
            return true;
        }
        String number = matcher.group(2);
        switch ((number == null ? "" : "n ") + matcher.group(1).toLowerCase(Locale.ROOT)) {
            case "identity":
                builder.identity(column);
                return true;
            case "year":
            case "years":
                builder.year(column);
                return true;
            case "month":
            case "months":
                builder.month(column);
                return true;
            case "day":
            case "days":
                builder.day(column);
                return true;
            case "hour":
            case "hours":
                builder.hour(column);
                return true;
            case "n bucket":
                builder.bucket(column, Integer.parseInt(number));
                return true;
            case "n truncate":
                builder.truncate(column, Integer.parseInt(number));
                return true;
            default:
                return false;
        }
    }
}
