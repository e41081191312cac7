package io.tributary.sink.iceberg;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;

/** A reader who knows what {@link ReaderSettings} prints, and the secret of the {@link Fixture}. */
record Reader(Catalog catalog) {

    /** As Spark's catalog is made of its properties: by name, and what begins with that. */
    static Reader spark(IcebergSettings settings) {
        String prefix = "spark.sql.catalog.";
        String name = null;
        Map<String, String> properties = new TreeMap<>();
        Configuration hadoop = new Configuration();
        for (String line : ReaderSettings.of(settings).spark()) {
            String key = line.substring(0, line.indexOf(' '));
            String value = put(line.substring(line.indexOf(' ') + 1));
            if (!key.startsWith(prefix)) {
                continue;
            }
            if (value.equals("org.apache.iceberg.spark.SparkCatalog")) {
                name = key.substring(prefix.length());
                continue;
            }
            String property = key.substring((prefix + name + ".").length());
            if (property.startsWith("hadoop.")) {
                hadoop.set(property.substring("hadoop.".length()), value);
            } else {
                properties.put(property, value);
            }
        }
        return new Reader(CatalogUtil.buildIcebergCatalog(name, properties, hadoop));
    }

    Schema schema(IcebergSettings settings, String table) {
        Namespace namespace = Namespace.of(settings.namespace().split("\\."));
        return catalog.loadTable(TableIdentifier.of(namespace, table)).schema();
    }

    /** The columns that Flink SQL finds by the query that is printed with the statement that makes the catalog. */
    static List<String> flink(IcebergSettings settings, String table) {
        TableEnvironment environment = TableEnvironment.create(EnvironmentSettings.inBatchMode());
        ReaderSettings readers = ReaderSettings.of(settings);
        environment.executeSql(put(String.join("\n", readers.flink())).replace(");", ")"));
        List<String> lines = readers.lines(List.of(table));
        String query = lines.get(lines.size() - 1).replace("    and then: ", "");
        return environment.sqlQuery(query).getResolvedSchema().getColumnNames();
    }

    private static String put(String text) {
        return text.replace("<env:PASSWORD>", "s3cret").replace("<env:USER_NAME>", "local");
    }
}
