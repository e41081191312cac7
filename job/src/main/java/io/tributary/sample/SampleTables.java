package io.tributary.sample;

import io.tributary.change.Column;
import io.tributary.change.JsonText;
import io.tributary.change.RequiredColumns;
import io.tributary.change.Schema;
import io.tributary.settings.Problems;
import io.tributary.settings.Suggestions;
import io.tributary.settings.Yaml;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;
import org.jspecify.annotations.Nullable;

/** The columns of the source tables, in {@code tables.yaml} beside the SQL files: by table a key, and the types of the columns. */
final class SampleTables {

    static final String FILE = "tables.yaml";

    private static final String KEY = "key";
    private static final String COLUMNS = "columns";

    private final String path;
    private final Problems problems;

    private SampleTables(String path, Problems problems) {
        this.path = path;
        this.problems = problems;
    }

    /**
     * @param path how messages call the file
     * @return by name; without those that something is wrong with
     */
    static Map<String, SampleTable> parse(String path, String text, Problems problems) {
        Map<String, SampleTable> tables = new TreeMap<>();
        SampleTables reader = new SampleTables(path, problems);
        Yaml.mapping(path, "tables", text, problems).forEach((name, table) -> {
            SampleTable read = reader.table(String.valueOf(name), table);
            if (read != null) {
                tables.put(read.name(), read);
            }
        });
        return tables;
    }

    /** The inverse of {@link #parse}. */
    static String describe(Map<String, Schema> shapes, Map<String, RequiredColumns> required) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(shapes).forEach((table, shape) -> {
            Set<String> neverNull = new TreeSet<>(
                    required.getOrDefault(table, RequiredColumns.NONE).names());
            neverNull.addAll(shape.keyNames());
            text.append(name(table)).append(":\n  ").append(KEY).append(": [");
            text.append(shape.keyNames().stream().map(SampleTables::name).collect(Collectors.joining(", ")));
            text.append("]\n  ").append(COLUMNS).append(":\n");
            for (Column column : shape.columns()) {
                LogicalType type = column.type().copy(!neverNull.contains(column.name()));
                text.append("    ")
                        .append(name(column.name()))
                        .append(": ")
                        .append(type.asSummaryString()
                                .replace("VARCHAR(2147483647)", "STRING")
                                .replace("VARBINARY(2147483647)", "BYTES"))
                        .append('\n');
            }
        });
        return text.toString();
    }

    private static String name(String name) {
        return name.matches("[A-Za-z_][A-Za-z0-9_]*") ? name : JsonText.quoted(name);
    }

    /** Null, and a problem, if it is none. */
    private @Nullable SampleTable table(String name, @Nullable Object table) {
        Object key = table instanceof Map ? ((Map<?, ?>) table).get(KEY) : null;
        Object columns = table instanceof Map ? ((Map<?, ?>) table).get(COLUMNS) : null;
        if (!(key instanceof List) || ((List<?>) key).isEmpty() || !(columns instanceof Map)) {
            problems.add(
                    path + ": " + name
                            + " needs a key, as key: [id], and columns, each a name and a type of Flink's SQL, as id: BIGINT NOT NULL");
            return null;
        }
        List<Column> all = new ArrayList<>();
        List<String> names = new ArrayList<>();
        Set<String> neverNull = new TreeSet<>();
        int before = problems.sentences().size();
        ((Map<?, ?>) columns).forEach((column, type) -> {
            names.add(String.valueOf(column));
            add(name + "." + column, String.valueOf(column), String.valueOf(type), all, neverNull);
        });
        List<String> keyNames = new ArrayList<>();
        for (Object column : (List<?>) key) {
            keyNames.add(String.valueOf(column));
            if (!names.contains(String.valueOf(column))) {
                problems.add(path + ": the key of " + name + " names " + column + ", which is none of its columns"
                        + Suggestions.near(String.valueOf(column), names));
            }
        }
        if (problems.sentences().size() > before) {
            return null;
        }
        // Those of the key are NOT NULL, and of the others a shape does not say it.
        List<Column> shape = new ArrayList<>();
        for (Column column : all) {
            shape.add(column.typed(column.type().copy(!keyNames.contains(column.name()))));
        }
        return SampleTable.of(Schema.of(name, shape, keyNames), neverNull);
    }

    private void add(String place, String name, String text, List<Column> columns, Set<String> neverNull) {
        LogicalType type;
        try {
            type = LogicalTypeParser.parse(text, SampleTables.class.getClassLoader());
        } catch (ValidationException e) {
            problems.add(path + ": " + place + " has the type " + text + ", which is none of Flink's SQL");
            return;
        }
        if (type.is(LogicalTypeRoot.UNRESOLVED) || !SampleValue.isSupported(type)) {
            problems.add(path + ": " + place + " has the type " + text + ", which no column of a source table has");
            return;
        }
        columns.add(Column.of(name, type));
        if (!type.isNullable()) {
            neverNull.add(name);
        }
    }
}
