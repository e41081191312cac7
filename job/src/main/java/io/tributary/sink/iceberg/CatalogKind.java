package io.tributary.sink.iceberg;

import io.tributary.settings.LibraryProperties;
import java.util.Locale;
import java.util.Map;

/** What kind of catalog Iceberg's properties name. */
enum CatalogKind {
    HADOOP("org.apache.iceberg.hadoop.HadoopCatalog"),
    HIVE("org.apache.iceberg.hive.HiveCatalog"),
    REST("org.apache.iceberg.rest.RESTCatalog"),
    JDBC("org.apache.iceberg.jdbc.JdbcCatalog"),
    GLUE("org.apache.iceberg.aws.glue.GlueCatalog"),
    NESSIE("org.apache.iceberg.nessie.NessieCatalog"),
    /** By the class of AWS, which is no part of Iceberg. */
    S3_TABLES("software.amazon.s3tables.iceberg.S3TablesCatalog"),
    /** Any other class. */
    OTHER("");

    private final String implementation;

    CatalogKind(String implementation) {
        this.implementation = implementation;
    }

    static CatalogKind of(LibraryProperties catalog) {
        Map<String, String> shown = catalog.shown();
        String type = shown.getOrDefault("type", "");
        String implementation = shown.getOrDefault("catalog-impl", "");
        for (CatalogKind kind : values()) {
            if (kind != OTHER
                    && (kind.implementation.equals(implementation)
                            || kind.name().equals(type.toUpperCase(Locale.ROOT)))) {
                return kind;
            }
        }
        return OTHER;
    }

    /** The name of Iceberg's class. */
    String implementation() {
        return implementation;
    }
}
