package io.tributary.sink.iceberg;

import io.tributary.settings.LibraryProperties;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What readers of the tables have to set, from what the job has set: for Spark, Trino and Flink SQL, in the form that each is
 * given it. In place of a secret there is its reference, in angle brackets.
 */
public final class ReaderSettings {

    /** For a table that is not known yet. */
    private static final String ANY = "<table>";

    private final IcebergSettings settings;
    private final CatalogKind kind;

    private ReaderSettings(IcebergSettings settings) {
        this.settings = settings;
        this.kind = CatalogKind.of(settings.catalog());
    }

    public static ReaderSettings of(IcebergSettings settings) {
        return new ReaderSettings(settings);
    }

    /**
     * For people.
     *
     * @param tables one of which is taken as the example
     */
    public List<String> lines(Collection<String> tables) {
        String table = tables.isEmpty() ? ANY : Collections.min(tables);
        List<String> lines = new ArrayList<>();
        lines.add("Readers of the tables set" + (hasSecrets() ? ", with the secrets that stand in <> put in," : ""));
        lines.add("  Spark, in spark-defaults.conf:");
        spark().forEach(line -> lines.add("    " + line));
        lines.add("    and then: " + sparkQuery(table));
        lines.add("  Trino, in etc/catalog/" + settings.catalogName() + ".properties:");
        TrinoCatalog trino = new TrinoCatalog(settings);
        trino.lines().forEach(line -> lines.add("    " + line));
        if (trino.isRead()) {
            lines.add("    and then: " + trinoQuery(table));
        }
        lines.add("  Flink SQL:");
        flink().forEach(line -> lines.add("    " + line));
        lines.add("    and then: " + flinkQuery(table));
        return lines;
    }

    private boolean hasSecrets() {
        return !settings.catalog().secretNames().isEmpty()
                || !settings.hadoopProperties().secretNames().isEmpty();
    }

    /** A line has a key, a space and a value. */
    List<String> spark() {
        String catalog = "spark.sql.catalog." + settings.catalogName();
        List<String> lines = new ArrayList<>();
        lines.add("spark.sql.extensions org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions");
        lines.add(catalog + " org.apache.iceberg.spark.SparkCatalog");
        catalogProperties().forEach((name, value) -> lines.add(catalog + "." + name + " " + value));
        marked(settings.hadoopProperties())
                .forEach((name, value) -> lines.add(catalog + ".hadoop." + name + " " + value));
        return lines;
    }

    private String sparkQuery(String table) {
        String name = quoted("`", settings.catalogName()) + "."
                + levels().stream().map(level -> quoted("`", level)).collect(Collectors.joining(".")) + "."
                + quoted("`", table);
        return "SELECT * FROM " + name + (isMain() ? "" : " VERSION AS OF '" + settings.branch() + "'");
    }

    private String trinoQuery(String table) {
        String name = quoted("\"", settings.catalogName()) + "." + quoted("\"", settings.namespace()) + "."
                + quoted("\"", table);
        return "SELECT * FROM " + name + (isMain() ? "" : " FOR VERSION AS OF '" + settings.branch() + "'");
    }

    /** One statement. */
    List<String> flink() {
        Map<String, String> options = new TreeMap<>(catalogProperties());
        options.remove("type");
        if (kind == CatalogKind.HADOOP || kind == CatalogKind.HIVE || kind == CatalogKind.REST) {
            options.remove("catalog-impl");
            options.put("catalog-type", kind.name().toLowerCase(Locale.ROOT));
        } else if (kind != CatalogKind.OTHER) {
            // Flink's factory knows no other types by their names.
            options.put("catalog-impl", kind.implementation());
        }
        List<String> levels = levels();
        // One that is not there, as 'default', would be made.
        options.put("default-database", levels.get(levels.size() - 1));
        if (levels.size() > 1) {
            options.put("base-namespace", String.join(".", levels.subList(0, levels.size() - 1)));
        }
        List<String> lines = new ArrayList<>();
        lines.add("CREATE CATALOG " + quoted("`", settings.catalogName()) + " WITH (");
        lines.add("  'type' = 'iceberg'");
        options.forEach((name, value) -> {
            lines.set(lines.size() - 1, lines.get(lines.size() - 1) + ",");
            lines.add("  '" + name + "' = '" + value.replace("'", "''") + "'");
        });
        lines.add(");");
        return lines;
    }

    private String flinkQuery(String table) {
        List<String> levels = levels();
        String name = quoted("`", settings.catalogName()) + "." + quoted("`", levels.get(levels.size() - 1)) + "."
                + quoted("`", table);
        return "SELECT * FROM " + name + (isMain() ? "" : " /*+ OPTIONS('branch' = '" + settings.branch() + "') */");
    }

    /** Without what only the job has in its jar: Iceberg's own way reads the same files. */
    private Map<String, String> catalogProperties() {
        Map<String, String> properties = marked(settings.catalog());
        properties.remove("io-impl", LocalFileIO.class.getName());
        return properties;
    }

    private static Map<String, String> marked(LibraryProperties properties) {
        Map<String, String> marked = new TreeMap<>(properties.shown());
        properties.secretNames().forEach(name -> marked.computeIfPresent(name, (key, secret) -> "<" + secret + ">"));
        return marked;
    }

    private boolean isMain() {
        return settings.branch().equals("main");
    }

    private List<String> levels() {
        return List.of(settings.namespace().split("\\.", -1));
    }

    private static String quoted(String quote, String name) {
        return name.matches("[a-z_][a-z0-9_]*") ? name : quote + name.replace(quote, quote + quote) + quote;
    }
}
