package io.tributary.local.verify;

import io.tributary.command.verify.ColumnForm;
import io.tributary.local.service.Built;
import io.tributary.local.service.Child;
import io.tributary.local.service.Guard;
import io.tributary.local.service.JavaProcess;
import io.tributary.local.verify.Comparison.Outcome;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** An engine that is not ours, which reads the job's tables in a process of its own, from the job's catalog. */
public enum ForeignReader {
    SPARK("spark", "io.tributary.local.spark.SparkQueries") {
        @Override
        String text(Type type, String column) {
            return switch (type.typeId()) {
                case BINARY -> "hex(" + column + ")";
                case LIST -> "to_json(" + column + ")";
                case TIMESTAMP -> withZone(type, "CAST(" + column + " AS STRING)");
                default -> "CAST(" + column + " AS STRING)";
            };
        }

        @Override
        String quote(String name) {
            return "`" + name + "`";
        }
    },

    TRINO("trino", "io.tributary.local.trino.TrinoQueries") {
        @Override
        String text(Type type, String column) {
            return switch (type.typeId()) {
                case BINARY -> "to_hex(" + column + ")";
                // It prints fewer digits of a real than tell it from its neighbours.
                case FLOAT -> "CAST(CAST(" + column + " AS double) AS VARCHAR)";
                case LIST -> "json_format(CAST(" + column + " AS JSON))";
                case TIMESTAMP -> withZone(type, "CAST(CAST(" + column + " AS timestamp(6)) AS VARCHAR)");
                default -> "CAST(" + column + " AS VARCHAR)";
            };
        }

        @Override
        String quote(String name) {
            return '"' + name + '"';
        }
    };

    private static final Duration PATIENCE = Duration.ofMinutes(20);

    /** Spark and Trino use what the JDK of 17 closes. */
    private static final List<String> OPENED = List.of(
            "java.base/java.lang",
            "java.base/java.lang.invoke",
            "java.base/java.io",
            "java.base/java.net",
            "java.base/java.nio",
            "java.base/java.util",
            "java.base/java.util.concurrent",
            "java.base/sun.nio.ch",
            "java.base/sun.security.action");

    private final String module;
    private final String program;

    ForeignReader(String module, String program) {
        this.module = module;
        this.program = program;
    }

    /** As text that {@link ColumnForm#ofText} takes, in UTC. */
    abstract String text(Type type, String column);

    abstract String quote(String name);

    private static String withZone(Type type, String text) {
        return ((Types.TimestampType) type).shouldAdjustToUTC() ? text + " || '+00'" : text;
    }

    /**
     * Compares all outputs with the source, row by row.
     *
     * @param home the project's folder
     * @param folder takes what is written
     */
    public Map<String, String> differences(Ends ends, Path home, Path folder) throws Exception {
        Catalog catalog = ends.catalog();
        Map<String, String> queries = new LinkedHashMap<>();
        ends.tables().forEach((name, table) -> queries.put(name, "SELECT * FROM " + table));
        queries.putAll(ends.files());
        Map<String, List<ColumnForm>> columns = new TreeMap<>();
        Map<String, String> differences = new TreeMap<>();
        try (Connection source = ends.source()) {
            SourceTable.prepare(source);
            for (String output : queries.keySet()) {
                Schema schema = catalog.loadTable(ends.identifier(output)).schema();
                columns.put(
                        output, forms(SourceTable.of(source, output, queries).columns(), schema));
            }
            run(ends, columns, home, Files.createDirectories(folder));
            for (String output : queries.keySet()) {
                List<ColumnForm> forms = columns.get(output);
                Schema schema = catalog.loadTable(ends.identifier(output)).schema();
                Comparison comparison = Comparison.of(
                        forms.stream().map(ColumnForm::name).toList(),
                        schema.identifierFieldIds().stream()
                                .map(schema::findColumnName)
                                .toList(),
                        rows -> SourceTable.of(source, output, queries).read(forms, rows));
                Outcome outcome = comparison.with(rows -> read(folder.resolve(output + ".rows"), forms, rows));
                System.out.printf("%s reads %,d rows of %s%n", this, outcome.rows(), output);
                if (!outcome.isClean()) {
                    differences.put(output, outcome.toString());
                }
            }
        }
        return differences;
    }

    private static List<ColumnForm> forms(List<String> names, Schema schema) {
        return names.stream()
                .map(name -> new ColumnForm(name, schema.findType(name)))
                .toList();
    }

    private void run(Ends ends, Map<String, List<ColumnForm>> columns, Path home, Path folder) throws Exception {
        for (Map.Entry<String, List<ColumnForm>> table : columns.entrySet()) {
            String texts = table.getValue().stream()
                    .map(column -> text(column.type(), quote(column.name())))
                    .collect(Collectors.joining(", "));
            String from = String.join(".", List.of("tributary", "shop", quote(table.getKey())));
            Files.writeString(folder.resolve(table.getKey() + ".sql"), "SELECT " + texts + " FROM " + from);
        }
        List<String> options = new ArrayList<>(List.of("-Xmx1500m", "-XX:+UseSerialGC", "-Duser.timezone=UTC"));
        OPENED.forEach(opened -> options.add("--add-opens=" + opened + "=ALL-UNNAMED"));
        options.addAll(List.of("-Djdk.attach.allowAttachSelf=true", "-Djava.security.manager=allow"));
        Map<String, String> lake = ends.catalogProperties();
        String catalog = lake.get("uri") + "?user=" + encoded(lake.get("jdbc.user")) + "&password="
                + encoded(lake.get("jdbc.password"));
        List<String> arguments = List.of(catalog, lake.get("warehouse"), folder.toString());
        try (Guard guard = Guard.start();
                Child process = Child.start(
                        guard,
                        module,
                        folder.resolve("log"),
                        Map.of(),
                        JavaProcess.command(options, Built.reader(home, module), program, arguments))) {
            if (process.await(PATIENCE) != 0) {
                process.checkAlive();
            }
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static void read(Path file, List<ColumnForm> columns, Comparison.Rows rows) throws Exception {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            while (in.available() > 0) {
                @Nullable String[] values = new String[columns.size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = columns.get(i).ofText(value(in));
                }
                rows.next(values);
            }
        }
    }

    private static @Nullable String value(DataInputStream in) throws IOException {
        int length = in.readInt();
        return length < 0 ? null : new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }
}
