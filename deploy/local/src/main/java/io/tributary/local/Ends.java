package io.tributary.local;

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
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * The two ends of a pipeline, source and targets, as its settings file names them.
 *
 * <p>Reads the very file that the job reads, and knows of it only what is needed to reach the ends. SQL files have to be in
 * a local folder.
 */
final class Ends {

    private final Configuration settings;
    private final Secrets secrets = new Secrets(System::getenv, name -> null);

    private Ends(Configuration settings) {
        this.settings = settings;
    }

    static Ends of(Path file) throws IOException {
        Problems problems = new Problems();
        Configuration settings = SettingsFile.read(file.toString(), problems);
        problems.throwIfAny();
        return new Ends(settings);
    }

    /** The source's tables, with their schemas, by their names in the pipeline. */
    Map<String, String> tables() {
        Map<String, String> tables = new LinkedHashMap<>();
        for (String entry : list("postgres.tables")) {
            int alias = entry.indexOf('=');
            String table = alias < 0 ? entry : entry.substring(0, alias);
            tables.put(alias < 0 ? table.substring(table.lastIndexOf('.') + 1) : entry.substring(alias + 1), table);
        }
        return tables;
    }

    List<String> passThrough() {
        return list("sql.pass-through");
    }

    /** The SELECTs by the names of what they make, in the order of the names. */
    Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        String directory = text("sql.directory", "");
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

    Connection source() throws SQLException {
        String url = "jdbc:postgresql://" + text("postgres.hostname") + ":" + text("postgres.port", "5432") + "/"
                + text("postgres.database");
        return connect(url, "postgres", new Properties());
    }

    boolean hasWarehouse() {
        return !text("redshift.url", "").isEmpty();
    }

    /** Through the Redshift driver, also where PostgreSQL stands in. Not in auto-commit mode. */
    Connection warehouse() throws SQLException {
        Properties properties = new Properties();
        if (text("redshift.dialect", "redshift").toLowerCase(Locale.ROOT).equals("postgres")) {
            properties.setProperty("socketFactory", "io.tributary.sink.redshift.StandInSocketFactory");
            properties.setProperty("ssl", "false");
        }
        Connection connection = connect(text("redshift.url"), "redshift", properties);
        connection.setAutoCommit(false);
        return connection;
    }

    String warehouseSchema() {
        return text("redshift.schema", "public");
    }

    private Connection connect(String url, String prefix, Properties properties) throws SQLException {
        properties.setProperty("user", text(prefix + ".username"));
        properties.setProperty("password", secret(prefix + ".password"));
        return DriverManager.getConnection(url, properties);
    }

    Catalog catalog() {
        String prefix = "iceberg.catalog.";
        Map<String, String> properties = new HashMap<>();
        for (String key : settings.keySet()) {
            if (key.startsWith(prefix)) {
                String value = text(key);
                boolean isSecret = value.matches("(env|secretsmanager):.*") || key.matches(".*(password|secret|token)");
                properties.put(key.substring(prefix.length()), isSecret ? secret(key) : value);
            }
        }
        return CatalogUtil.buildIcebergCatalog(
                text("iceberg.catalog-name", "tributary"), properties, new org.apache.hadoop.conf.Configuration());
    }

    TableIdentifier identifier(String table) {
        Namespace namespace =
                Namespace.of(text("iceberg.namespace", "tributary").split("\\."));
        return TableIdentifier.of(namespace, table);
    }

    private String secret(String key) {
        Problems problems = new Problems();
        Secret secret = secrets.resolve(key, text(key), problems);
        problems.throwIfAny();
        return secret == null ? "" : secret.value();
    }

    private List<String> list(String key) {
        return settings.get(ConfigOptions.key(key).stringType().asList().defaultValues());
    }

    private String text(String key, String otherwise) {
        return settings.get(ConfigOptions.key(key).stringType().defaultValue(otherwise));
    }

    private String text(String key) {
        return settings.getOptional(ConfigOptions.key(key).stringType().noDefaultValue())
                .orElseThrow(() -> new IllegalArgumentException("The settings file does not set " + key));
    }
}
