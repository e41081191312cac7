package io.tributary.sink.iceberg;

import static io.tributary.sink.iceberg.Fixture.NARROW;
import static io.tributary.sink.iceberg.Fixture.insert;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A reader that is configured by what is printed, and by nothing else, finds the tables. */
class ReaderSettingsTest {

    @TempDir
    private Path directory;

    @Test
    void readersOfAHadoopCatalogFindTheTableAlsoInABranchBelowSeveralLevels() throws Exception {
        IcebergSettings settings = Fixture.settings(
                directory,
                "iceberg.namespace",
                "our.shop",
                "iceberg.branch",
                "audit",
                "iceberg.catalog.io-impl",
                LocalFileIO.class.getName());
        try (SinkHarness job = SinkHarness.start(settings)) {
            job.process(insert(NARROW, 1L, "a"));
            job.checkpoint();
        }
        assertThat(Reader.spark(settings).schema(settings, "people").findField("name"))
                .isNotNull();
        assertThat(Reader.flink(settings, "people")).containsExactly("id", "name");
        assertThat(lines(settings))
                .contains("    and then: SELECT * FROM tributary.our.shop.people VERSION AS OF 'audit'")
                .noneMatch(line -> line.contains("io-impl"))
                .anyMatch(line -> line.contains("Trino has no Hadoop catalogs"));
    }

    @Test
    void secretsAreReferencesAndTrinoTakesThoseOfTheEnvironmentItself() {
        IcebergSettings settings = settings(Map.of(
                "type", "rest",
                "uri", "https://catalog.example.com",
                "warehouse", "lake",
                "credential", "env:PASSWORD",
                "io-impl", "org.apache.iceberg.aws.s3.S3FileIO",
                "s3.endpoint", "http://s3:9090"));
        assertThat(lines(settings))
                .contains(
                        "Readers of the tables set, with the secrets that stand in <> put in,",
                        "    spark.sql.catalog.tributary.credential <env:PASSWORD>",
                        "    spark.sql.catalog.tributary.type rest",
                        "    iceberg.rest-catalog.oauth2.credential=${ENV:PASSWORD}",
                        "    s3.endpoint=http://s3:9090",
                        "      'catalog-type' = 'rest',",
                        "      'credential' = '<env:PASSWORD>',")
                .noneMatch(line -> line.contains("s3cret"));
    }

    @Test
    void trinoIsToldTheNameThatAJdbcCatalogStores() {
        IcebergSettings settings = settings(Map.of(
                "type", "jdbc",
                "uri", "jdbc:postgresql://db/lake",
                "warehouse", "gs://lake"));
        assertThat(lines(settings))
                .contains(
                        "  Trino, in etc/catalog/tributary.properties:",
                        "    iceberg.catalog.type=jdbc",
                        "    iceberg.jdbc-catalog.catalog-name=tributary",
                        "    iceberg.jdbc-catalog.schema-version=V0",
                        "    fs.native-gcs.enabled=true");
    }

    @Test
    void theCatalogsOfAwsAreNamedAsEachReaderNamesThem() {
        IcebergSettings glue = settings(Map.of(
                "type", "glue",
                "glue.id", "123456789012",
                "client.region", "eu-central-1",
                "warehouse", "s3://lake/x"));
        assertThat(lines(glue))
                .contains(
                        "    spark.sql.catalog.tributary.type glue",
                        "    hive.metastore.glue.catalogid=123456789012",
                        "    hive.metastore.glue.region=eu-central-1",
                        "    s3.region=eu-central-1",
                        "      'catalog-impl' = 'org.apache.iceberg.aws.glue.GlueCatalog',");
        IcebergSettings tables = settings(Map.of(
                "type", "rest",
                "uri", "https://s3tables.eu-central-1.amazonaws.com/iceberg",
                "warehouse", "arn:aws:s3tables:eu-central-1:123456789012:bucket/lake",
                "rest.sigv4-enabled", "true",
                "rest.signing-name", "s3tables",
                "rest.signing-region", "eu-central-1"));
        assertThat(lines(tables))
                .contains(
                        "    iceberg.rest-catalog.security=SIGV4",
                        "    iceberg.rest-catalog.signing-name=s3tables",
                        "    iceberg.rest-catalog.view-endpoints-enabled=false",
                        "    fs.native-s3.enabled=true");
        assertThat(lines(settings(Map.of("type", "hive", "uri", "thrift://hive:9083", "warehouse", "hdfs://lake"))))
                .contains("    iceberg.catalog.type=hive_metastore", "    hive.metastore.uri=thrift://hive:9083");
    }

    private static List<String> lines(IcebergSettings settings) {
        return ReaderSettings.of(settings).lines(List.of("people"));
    }

    private static IcebergSettings settings(Map<String, String> catalog) {
        Configuration configuration = new Configuration();
        catalog.forEach((name, value) -> configuration.setString("iceberg.catalog." + name, value));
        return Fixture.settings(configuration);
    }
}
