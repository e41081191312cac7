package io.tributary.query;

import io.tributary.change.Column;
import io.tributary.change.RecordFields;
import io.tributary.change.Schema;
import io.tributary.settings.Problems;
import io.tributary.settings.Suggestions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.table.api.Expressions;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.expressions.Expression;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.SmallIntType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;
import org.jspecify.annotations.Nullable;

/** The shape of the table that a file makes: its SELECT's columns, in types that all targets have, and the header's key. */
final class OutputShape {

    private OutputShape() {}

    /** What of the SELECT goes to the targets: all but processing times, which are for joins. */
    static Table rows(Table select) {
        List<org.apache.flink.table.catalog.Column> columns =
                select.getResolvedSchema().getColumns();
        Expression[] kept = columns.stream()
                .filter(OutputShape::isData)
                .map(column -> Expressions.$(column.getName()))
                .toArray(Expression[]::new);
        return kept.length == columns.size() ? select : select.select(kept);
    }

    private static boolean isData(org.apache.flink.table.catalog.Column column) {
        return !LogicalTypeChecks.isProctimeAttribute(column.getDataType().getLogicalType());
    }

    /** The columns that are never NULL, whatever comes in. */
    static List<String> neverNull(Table rows) {
        return rows.getResolvedSchema().getColumns().stream()
                .filter(column -> !column.getDataType().getLogicalType().isNullable())
                .map(org.apache.flink.table.catalog.Column::getName)
                .collect(Collectors.toList());
    }

    /** Null, and problems, if a column cannot be had in a target, or the key is not in the columns or may be NULL. */
    static @Nullable Schema of(SqlFile file, Table rows, Problems problems) {
        int before = problems.sentences().size();
        Map<String, LogicalType> types = new HashMap<>();
        Map<String, String> lower = new HashMap<>();
        List<Column> columns = new ArrayList<>();
        List<String> keyNames = file.key().stream().map(SqlFile.Word::name).collect(Collectors.toList());
        for (org.apache.flink.table.catalog.Column column :
                rows.getResolvedSchema().getColumns()) {
            String name = column.getName();
            LogicalType type = column.getDataType().getLogicalType();
            String same = lower.putIfAbsent(name.toLowerCase(Locale.ROOT), name);
            if (name.startsWith("EXPR$")) {
                problems.add(
                        file.atStatement() + "column " + (columns.size() + 1) + " has no name; give it one with AS");
            } else if (same != null) {
                problems.add(file.atStatement() + "the columns " + same + " and " + name
                        + " differ in capitals only, which the targets do not tell apart; rename one with AS");
            } else if (RecordFields.isReserved(name)) {
                problems.add(file.atStatement() + "the column " + name
                        + " has a name that the emitted records keep for themselves; rename it with AS");
            }
            LogicalType target = target(type);
            if (target == null) {
                problems.add(file.atStatement() + "the column " + name + " has the type " + type.asSummaryString()
                        + ", which not every target has; CAST it, for instance to STRING");
                target = new VarCharType(VarCharType.MAX_LENGTH);
            }
            types.put(name, type);
            columns.add(Column.of(name, target.copy(!keyNames.contains(name))));
        }
        for (SqlFile.Word word : file.key()) {
            LogicalType type = types.get(word.name());
            if (type == null) {
                problems.add(file.at(word) + "the key column " + word.name() + " is not one of the SELECT's"
                        + Suggestions.near(word.name(), types.keySet()));
            } else if (type.isNullable()) {
                problems.add(file.at(word) + "the key column " + word.name()
                        + " may be NULL; take it from a key column of a table that is not outer-joined, or wrap it as"
                        + " COALESCE(" + word.name() + ", ...)");
            }
        }
        return problems.sentences().size() == before ? Schema.of(file.table(), columns, keyNames) : null;
    }

    private static @Nullable LogicalType target(LogicalType type) {
        switch (type.getTypeRoot()) {
            case BOOLEAN:
            case SMALLINT:
            case INTEGER:
            case BIGINT:
            case FLOAT:
            case DOUBLE:
            case DECIMAL:
            case DATE:
                return type;
            case TINYINT:
                return new SmallIntType();
            case CHAR:
            case VARCHAR:
                return new VarCharType(VarCharType.MAX_LENGTH);
            case BINARY:
            case VARBINARY:
                return new VarBinaryType(VarBinaryType.MAX_LENGTH);
            case TIMESTAMP_WITHOUT_TIME_ZONE:
                return new TimestampType(6);
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE:
                return new LocalZonedTimestampType(6);
            case ARRAY:
                LogicalType element = target(((ArrayType) type).getElementType());
                return element == null ? null : new ArrayType(element.copy(true));
            default:
                return null;
        }
    }
}
