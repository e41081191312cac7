package io.tributary.command;

import io.tributary.settings.Suggestions;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.flink.CatalogLoader;

/** The Iceberg tables that the settings' job makes. */
final class Lake implements CatalogLoader, Serializable {

    private static final long serialVersionUID = 1L;

    private final String name;
    private final String namespace;
    private final TreeMap<String, String> properties;
    private final TreeMap<String, String> hadoop;

    private Lake(String name, String namespace, Map<String, String> properties, Map<String, String> hadoop) {
        this.name = name;
        this.namespace = namespace;
        this.properties = new TreeMap<>(properties);
        this.hadoop = new TreeMap<>(hadoop);
    }

    /** Fails with a sentence if the settings name no catalog. */
    static Lake of(GivenSettings settings) {
        Map<String, String> properties = settings.properties("iceberg.catalog");
        if (properties.isEmpty()) {
            throw Problem.of(settings.location()
                    + " has no iceberg.catalog: it says where the tables are that this command reads");
        }
        return new Lake(
                settings.text("iceberg.catalog-name", "tributary"),
                settings.text("iceberg.namespace", "tributary"),
                properties,
                settings.properties("iceberg.hadoop"));
    }

    String name() {
        return name;
    }

    /** Its levels from the top. */
    Namespace namespace() {
        return Namespace.of(namespace.split("\\."));
    }

    /** In the order of their names; none while nothing was made. */
    List<String> tables(Catalog catalog) {
        List<String> tables = new ArrayList<>();
        try {
            catalog.listTables(namespace()).stream()
                    .map(TableIdentifier::name)
                    .sorted()
                    .forEach(tables::add);
        } catch (NoSuchNamespaceException e) {
            return tables;
        }
        return tables;
    }

    /** The end of a sentence about a table that is not there. */
    String near(String wrong) {
        List<String> tables = tables(loadCatalog());
        return tables.isEmpty() ? "; the job has made none yet" : Suggestions.near(wrong, tables);
    }

    @Override
    public Catalog loadCatalog() {
        Configuration configuration = new Configuration();
        hadoop.forEach(configuration::set);
        return CatalogUtil.buildIcebergCatalog(name, properties, configuration);
    }

    @Override
    @SuppressWarnings({"checkstyle:NoClone", "MethodDoesNotReturnSuper"})
    public CatalogLoader clone() {
        return new Lake(name, namespace, properties, hadoop);
    }

    @Override
    public String toString() {
        return "the Iceberg catalog " + name + ", namespace " + namespace;
    }
}
