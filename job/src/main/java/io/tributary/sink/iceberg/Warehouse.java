package io.tributary.sink.iceberg;

import io.tributary.change.Schema;
import java.io.Closeable;
import java.io.IOException;
import java.sql.Driver;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.rest.RESTCatalog;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The catalog of the settings, opened: tables by their name in the pipeline. */
public final class Warehouse implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Warehouse.class);

    /**
     * With its first file system Hadoop's cache registers a shutdown hook of the JVM (FileSystem.Cache, 3.4.2), which outlives the
     * job: it keeps the job's classes in memory, and fails when their class loader has been closed. A local file system costs
     * nothing to make.
     */
    private static final String LOCAL_FILE_SYSTEM_UNCACHED = "fs.file.impl.disable.cache";

    private final IcebergSettings settings;
    private final Catalog catalog;
    private final Namespace namespace;

    private Warehouse(IcebergSettings settings, Catalog catalog) {
        this.settings = settings;
        this.catalog = catalog;
        this.namespace = Namespace.of(settings.namespace().split("\\.", -1));
    }

    public static Warehouse open(IcebergSettings settings) {
        loadDrivers();
        Configuration hadoop = new Configuration();
        hadoop.setBoolean(LOCAL_FILE_SYSTEM_UNCACHED, true);
        settings.hadoop().forEach(hadoop::set);
        return new Warehouse(
                settings,
                CatalogUtil.buildIcebergCatalog(
                        settings.catalogName(), withTimeouts(settings.catalogProperties()), hadoop));
    }

    /**
     * Drivers register themselves when they are loaded. {@link java.sql.DriverManager} looks for them once a JVM, with the class
     * loader of whoever comes first: in a task manager that is another job's, or Flink's.
     */
    private static void loadDrivers() {
        Iterator<Driver> drivers = ServiceLoader.load(Driver.class, Warehouse.class.getClassLoader())
                .iterator();
        while (true) {
            try {
                if (!drivers.hasNext()) {
                    return;
                }
                drivers.next();
            } catch (ServiceConfigurationError e) {
                // Not the one that is needed, or its absence is said when it is.
            }
        }
    }

    /** A connection that died in silence is given up; without these it is waited for as long as the kernel likes. */
    private static Map<String, String> withTimeouts(Map<String, String> properties) {
        Map<String, String> bounded = new HashMap<>(properties);
        if (properties.getOrDefault("uri", "").startsWith("jdbc:postgresql:")) {
            bounded.putIfAbsent("jdbc.connectTimeout", "10");
            bounded.putIfAbsent("jdbc.socketTimeout", "60");
            bounded.putIfAbsent("jdbc.tcpKeepAlive", "true");
        } else if (properties.getOrDefault("uri", "").startsWith("http")) {
            bounded.putIfAbsent("rest.client.connection-timeout-ms", "10000");
            bounded.putIfAbsent("rest.client.socket-timeout-ms", "60000");
        }
        return bounded;
    }

    /** The names of all tables in the namespace. */
    List<String> tables() {
        try {
            return catalog.listTables(namespace).stream()
                    .map(TableIdentifier::name)
                    .collect(Collectors.toList());
        } catch (NoSuchNamespaceException e) {
            return List.of();
        }
    }

    /** Null if there is no such table. */
    public @Nullable Table find(String table) {
        try {
            return catalog.loadTable(identifier(table));
        } catch (NoSuchTableException | NoSuchNamespaceException e) {
            return null;
        }
    }

    public Table load(String table) {
        return catalog.loadTable(identifier(table));
    }

    IcebergSettings settings() {
        return settings;
    }

    /** The catalog, which has to be of that kind. */
    RESTCatalog rest() {
        return (RESTCatalog) catalog;
    }

    TableIdentifier identifier(String table) {
        return TableIdentifier.of(namespace, table);
    }

    /** The table, made from the schema if it is not there. Another writer may make it at the same time. */
    Table findOrCreate(Schema schema) throws UnwritableException {
        Table found = find(schema.table());
        return found == null ? create(schema) : found;
    }

    /** A table of which nobody has seen anything. */
    void drop(String table) {
        try {
            catalog.dropTable(identifier(table), true);
        } catch (RuntimeException e) {
            LOG.warn("Table {} was made, and cannot be dropped again: {}", identifier(table), e.getMessage());
        }
    }

    private Table create(Schema schema) throws UnwritableException {
        String table = schema.table();
        org.apache.iceberg.Schema columns = TypeMapping.schema(schema);
        List<String> partitionBy = settings.partitionBy(table);
        PartitionSpec spec =
                partitionBy == null ? PartitionSpec.unpartitioned() : PartitionBy.spec(table, columns, partitionBy);
        PartitionBy.checkDeclared(schema, spec);
        createNamespace();
        Map<String, String> properties = properties(schema);
        if (schema.relation() > 0) {
            properties.put(ColumnIds.PROPERTY, ColumnIds.byName(schema, columns).toText());
        }
        try {
            Table made = catalog.buildTable(identifier(table), columns)
                    .withPartitionSpec(spec)
                    .withProperties(properties)
                    .create();
            if (schema.relation() > 0 && !made.schema().sameSchema(columns)) {
                // Catalogs may number the fields otherwise.
                made.updateProperties()
                        .set(
                                ColumnIds.PROPERTY,
                                ColumnIds.byName(schema, made.schema()).toText())
                        .commit();
            }
            return made;
        } catch (RuntimeException e) {
            Table made = find(table);
            if (made == null) {
                throw e;
            }
            return made;
        }
    }

    private Map<String, String> properties(Schema schema) {
        Map<String, String> properties = new HashMap<>();
        int measured = Arrays.stream(schema.key()).max().orElse(0) + 1;
        if (measured > TableProperties.METRICS_MAX_INFERRED_COLUMN_DEFAULTS_DEFAULT) {
            // Files are passed over by the bounds of their keys.
            properties.put(TableProperties.METRICS_MAX_INFERRED_COLUMN_DEFAULTS, Integer.toString(measured));
        }
        properties.put(TableProperties.FORMAT_VERSION, settings.deletes() == Deletes.VECTORS ? "3" : "2");
        properties.put(TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED, "true");
        properties.put(TableProperties.COMMIT_NUM_RETRIES, "10");
        properties.putAll(settings.tableProperties(schema.table()));
        return properties;
    }

    private void createNamespace() {
        if (!(catalog instanceof SupportsNamespaces)) {
            return;
        }
        SupportsNamespaces namespaces = (SupportsNamespaces) catalog;
        for (int levels = 1; levels <= namespace.length(); levels++) {
            Namespace part = Namespace.of(Arrays.copyOf(namespace.levels(), levels));
            try {
                if (!namespaces.namespaceExists(part)) {
                    namespaces.createNamespace(part);
                }
            } catch (RuntimeException e) {
                // Another writer may have made it meanwhile, which each catalog reports in its own way.
                if (!namespaces.namespaceExists(part)) {
                    throw e;
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (catalog instanceof Closeable) {
            ((Closeable) catalog).close();
        }
    }
}
