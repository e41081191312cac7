package io.tributary.sink.iceberg;

import io.tributary.settings.LibraryProperties;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file of properties that makes the settings' catalog one of Trino's, which has names of its own for all of them. They are
 * those of Trino's connector for Iceberg, see <a href="https://trino.io/docs/current/object-storage/metastores.html">its
 * documentation</a>; no Trino was started with them.
 */
final class TrinoCatalog {

    private static final String ENVIRONMENT = "env:";

    private final Map<String, String> catalog;
    private final Set<String> secrets;
    private final IcebergSettings settings;
    private final List<String> lines = new ArrayList<>();
    private boolean isRead = true;

    TrinoCatalog(IcebergSettings settings) {
        LibraryProperties properties = settings.catalog();
        this.settings = settings;
        this.catalog = properties.shown();
        this.secrets = properties.secretNames();
        fill(CatalogKind.of(properties));
    }

    List<String> lines() {
        return lines;
    }

    /** False if Trino has no such catalogs: then the lines are sentences. */
    boolean isRead() {
        return isRead;
    }

    private void fill(CatalogKind kind) {
        lines.add("connector.name=iceberg");
        switch (kind) {
            case REST:
                rest();
                break;
            case JDBC:
                jdbc();
                break;
            case GLUE:
                type("glue");
                take("client.region", "hive.metastore.glue.region");
                take("glue.id", "hive.metastore.glue.catalogid");
                take("glue.endpoint", "hive.metastore.glue.endpoint-url");
                take("warehouse", "hive.metastore.glue.default-warehouse-dir");
                break;
            case HIVE:
                type("hive_metastore");
                take("uri", "hive.metastore.uri");
                break;
            case NESSIE:
                type("nessie");
                take("uri", "iceberg.nessie-catalog.uri");
                take("ref", "iceberg.nessie-catalog.ref");
                take("warehouse", "iceberg.nessie-catalog.default-warehouse-dir");
                break;
            case S3_TABLES:
                unread(
                        "S3 Tables are read by their REST endpoint: with iceberg.catalog.type rest both the job and Trino do");
                return;
            case HADOOP:
                unread(
                        "Trino has no Hadoop catalogs. In a catalog of another kind, a table as it is now is shown by CALL"
                                + " <catalog>.system.register_table");
                return;
            case OTHER:
                unread("the catalog's class says whether Trino has such catalogs");
                return;
        }
        if (isRead) {
            files();
        }
    }

    private void unread(String sentence) {
        isRead = false;
        lines.clear();
        lines.add(sentence);
    }

    private void rest() {
        type("rest");
        take("uri", "iceberg.rest-catalog.uri");
        take("prefix", "iceberg.rest-catalog.prefix");
        take("warehouse", "iceberg.rest-catalog.warehouse");
        if ("true".equals(catalog.get("rest.sigv4-enabled"))) {
            add("iceberg.rest-catalog.security", "SIGV4");
            take("rest.signing-name", "iceberg.rest-catalog.signing-name");
        } else if (catalog.containsKey("token") || catalog.containsKey("credential")) {
            add("iceberg.rest-catalog.security", "OAUTH2");
            take("token", "iceberg.rest-catalog.oauth2.token");
            take("credential", "iceberg.rest-catalog.oauth2.credential");
            take("scope", "iceberg.rest-catalog.oauth2.scope");
            take("oauth2-server-uri", "iceberg.rest-catalog.oauth2.server-uri");
        }
        if ("s3tables".equals(catalog.get("rest.signing-name"))) {
            add("iceberg.rest-catalog.view-endpoints-enabled", "false");
        }
        if ("vended-credentials".equals(catalog.get("header.X-Iceberg-Access-Delegation"))) {
            add("iceberg.rest-catalog.vended-credentials-enabled", "true");
        }
        if (settings.namespace().contains(".")) {
            add("iceberg.rest-catalog.nested-namespace-enabled", "true");
        }
    }

    private void jdbc() {
        String driver = driver(catalog.getOrDefault("uri", ""));
        if (driver == null) {
            unread("Trino reads JDBC catalogs in PostgreSQL and MySQL only");
            return;
        }
        type("jdbc");
        // With another name it finds no table.
        add("iceberg.jdbc-catalog.catalog-name", settings.catalogName());
        add("iceberg.jdbc-catalog.driver-class", driver);
        take("uri", "iceberg.jdbc-catalog.connection-url");
        take("jdbc.user", "iceberg.jdbc-catalog.connection-user");
        take("jdbc.password", "iceberg.jdbc-catalog.connection-password");
        add("iceberg.jdbc-catalog.schema-version", catalog.getOrDefault("jdbc.schema-version", "V0"));
        take("warehouse", "iceberg.jdbc-catalog.default-warehouse-dir");
    }

    private static @Nullable String driver(String uri) {
        if (uri.startsWith("jdbc:postgresql:")) {
            return "org.postgresql.Driver";
        }
        return uri.startsWith("jdbc:mysql:") ? "com.mysql.cj.jdbc.Driver" : null;
    }

    private void files() {
        String warehouse = catalog.getOrDefault("warehouse", "");
        if (warehouse.startsWith("gs:")) {
            add("fs.native-gcs.enabled", "true");
        } else if (warehouse.startsWith("abfs") || warehouse.startsWith("wasb")) {
            add("fs.native-azure.enabled", "true");
        } else if (warehouse.startsWith("file:") || warehouse.startsWith("/") || warehouse.startsWith("hdfs:")) {
            add("fs.hadoop.enabled", "true");
        } else {
            add("fs.native-s3.enabled", "true");
            take("client.region", "s3.region");
            take("s3.endpoint", "s3.endpoint");
            take("s3.path-style-access", "s3.path-style-access");
            take("s3.access-key-id", "s3.aws-access-key");
            take("s3.secret-access-key", "s3.aws-secret-key");
        }
    }

    private void type(String type) {
        add("iceberg.catalog.type", type);
    }

    private void take(String iceberg, String trino) {
        String value = catalog.get(iceberg);
        if (value == null) {
            return;
        }
        if (!secrets.contains(iceberg)) {
            add(trino, value);
        } else if (value.startsWith(ENVIRONMENT)) {
            add(trino, "${ENV:" + value.substring(ENVIRONMENT.length()) + "}");
        } else {
            add(trino, "<" + value + ">");
        }
    }

    private void add(String name, String value) {
        lines.add(name + "=" + value);
    }
}
