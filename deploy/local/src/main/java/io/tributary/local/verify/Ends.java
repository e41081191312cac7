package io.tributary.local.verify;

import io.tributary.settings.Problems;
import io.tributary.settings.Secret;
import io.tributary.settings.Secrets;
import io.tributary.settings.SettingsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;

/**
 * The two ends of a pipeline, source and targets, as its settings file names them.
 *
 * <p>Reads the very file that the job reads, and knows of it only what is needed to reach the ends. SQL files have to be in
 * a local folder.
 */
public final class Ends {

    private final Configuration settings;
    private final Configuration database;
    private final Secrets secrets = new Secrets(System::getenv, name -> null);

    private Ends(Configuration settings, Configuration database) {
        this.settings = settings;
        this.database = database;
    }

    /**
     * @param database where the tables are that the job reads by way of topics: a file with a {@code postgres} section that
     *     names all of the pipeline's tables; null if the settings have that section
     */
    public static Ends of(Path file, @Nullable Path database) throws IOException {
        Configuration settings = read(file);
        Configuration source = database == null ? settings : read(database);
        if (source.keySet().stream().anyMatch(key -> key.startsWith("sources."))) {
            throw new IllegalArgumentException("Several databases are named by sources.*, and outputs are compared with"
                    + " one: name a file with --database whose postgres section has all tables");
        }
        return new Ends(settings, source);
    }

    private static Configuration read(Path file) throws IOException {
        Problems problems = new Problems();
        Configuration settings = SettingsFile.read(file.toString(), problems);
        problems.throwIfAny();
        return settings;
    }

    /** The tables of the database, with their schemas, by their names in the pipeline. */
    public Map<String, String> tables() {
        Map<String, String> tables = new LinkedHashMap<>();
        named(database, "postgres.tables", table -> table.substring(table.lastIndexOf('.') + 1), tables);
        return tables;
    }

    /** The tables of DynamoDB by their names in the pipeline. */
    public Map<String, String> itemTables() {
        Map<String, String> tables = new LinkedHashMap<>();
        named(settings, "dynamodb.tables", table -> table, tables);
        return tables;
    }

    /**
     * The names in the pipeline of the tables that come by topics. Where the settings give a pattern of topics these are all tables
     * of the database that the job does not read from there.
     */
    public Set<String> topicTables() {
        Map<String, String> tables = new LinkedHashMap<>();
        UnaryOperator<String> nameOf = table -> table.substring(table.lastIndexOf('.') + 1);
        if (settings.containsKey("kafka.tables")) {
            named(settings, "kafka.tables", nameOf, tables);
        } else if (settings.containsKey("kafka.topic-pattern")) {
            Map<String, String> direct = new LinkedHashMap<>();
            named(settings, "postgres.tables", nameOf, direct);
            tables.putAll(tables());
            tables.keySet().removeAll(direct.keySet());
        } else {
            named(settings, "kafka.topics", nameOf, tables);
        }
        return tables.keySet();
    }

    /** Each entry is a table, or a table with a name behind an equals sign. */
    private static void named(
            Configuration from, String key, UnaryOperator<String> nameOf, Map<String, String> tables) {
        for (String entry : list(from, key)) {
            int alias = entry.indexOf('=');
            String table = alias < 0 ? entry : entry.substring(0, alias);
            tables.put(alias < 0 ? nameOf.apply(table) : entry.substring(alias + 1), table);
        }
    }

    public List<String> passThrough() {
        return list(settings, "sql.pass-through");
    }

    /** The SELECTs by the names of what they make, in the order of the names. */
    public Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        String directory = text(settings, "sql.directory", "");
        if (directory.isEmpty()) {
            return files;
        }
        try (Stream<Path> paths = Files.list(Path.of(directory.replaceFirst("^file:(//)?", "")))) {
            for (Path path : paths.filter(p -> p.toString().endsWith(".sql")).toList()) {
                String name = path.getFileName().toString().replaceFirst("\\.sql$", "");
                files.put(name, Files.readString(path).strip().replaceFirst(";$", ""));
            }
        }
        return files;
    }

    public Connection source() throws SQLException {
        String url = "jdbc:postgresql://" + text(database, "postgres.hostname") + ":"
                + text(database, "postgres.port", "5432") + "/" + text(database, "postgres.database");
        return connect(database, url, "postgres", new Properties());
    }

    /** Through the Redshift driver, also where PostgreSQL stands in. Not in auto-commit mode. */
    public Connection warehouse() throws SQLException {
        Properties properties = new Properties();
        if (text(settings, "redshift.dialect", "redshift")
                .toLowerCase(Locale.ROOT)
                .equals("postgres")) {
            properties.setProperty("socketFactory", "io.tributary.sink.redshift.StandInSocketFactory");
            properties.setProperty("ssl", "false");
        }
        Connection connection = connect(settings, text(settings, "redshift.url"), "redshift", properties);
        connection.setAutoCommit(false);
        return connection;
    }

    private Connection connect(Configuration from, String url, String prefix, Properties properties)
            throws SQLException {
        properties.setProperty("user", text(from, prefix + ".username"));
        properties.setProperty("password", secret(from, prefix + ".password"));
        return DriverManager.getConnection(url, properties);
    }

    public Catalog catalog() {
        return CatalogUtil.buildIcebergCatalog(
                text(settings, "iceberg.catalog-name", "tributary"),
                catalogProperties(),
                new org.apache.hadoop.conf.Configuration());
    }

    /** Where the catalog's files are, and how they are reached. */
    public FileIO files(String type) {
        return CatalogUtil.loadFileIO(type, catalogProperties(), new org.apache.hadoop.conf.Configuration());
    }

    /** As the job has them, secrets as they are. */
    Map<String, String> catalogProperties() {
        String prefix = "iceberg.catalog.";
        Map<String, String> properties = new HashMap<>();
        for (String key : settings.keySet()) {
            if (key.startsWith(prefix)) {
                String value = text(settings, key);
                boolean isSecret = value.matches("(env|secretsmanager):.*") || key.matches(".*(password|secret|token)");
                properties.put(key.substring(prefix.length()), isSecret ? secret(settings, key) : value);
            }
        }
        return properties;
    }

    public TableIdentifier identifier(String table) {
        Namespace namespace =
                Namespace.of(text(settings, "iceberg.namespace", "tributary").split("\\."));
        return TableIdentifier.of(namespace, table);
    }

    private String secret(Configuration from, String key) {
        Problems problems = new Problems();
        Secret secret = secrets.resolve(key, text(from, key), problems);
        problems.throwIfAny();
        return secret == null ? "" : secret.value();
    }

    /** A setting that has to be there. */
    public String text(String key) {
        return text(settings, key);
    }

    private static List<String> list(Configuration from, String key) {
        return from.get(ConfigOptions.key(key).stringType().asList().defaultValues());
    }

    private static String text(Configuration from, String key, String otherwise) {
        return from.get(ConfigOptions.key(key).stringType().defaultValue(otherwise));
    }

    private static String text(Configuration from, String key) {
        return from.getOptional(ConfigOptions.key(key).stringType().noDefaultValue())
                .orElseThrow(() -> new IllegalArgumentException("The settings file does not set " + key));
    }
}
