package io.tributary.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.ParsedSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the template tells the job is read by the job's own reader. */
class PropertyGroupsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    @Test
    void theJobAcceptsItsPropertyGroups() throws IOException {
        ParsedSettings settings = ParsedSettings.of(groups(Synthesized.whole()));

        assertThat(settings.all())
                .containsEntry("name", "shop")
                .hasEntrySatisfying("kinesis.stream", name -> assertThat(name).startsWith("x-records"))
                .containsEntry("iceberg.catalog.type", "glue")
                .hasEntrySatisfying("dynamodb.stream", name -> assertThat(name).startsWith("x-changes"))
                .doesNotContainKey("iceberg.catalog.uri")
                .doesNotContainKey("flink.execution.checkpointing.interval");
        assertThat(settings.hasWarehouse()).isFalse();
        assertThat(settings.hasExports()).isTrue();
    }

    @Test
    void theJobAcceptsSeveralDatabases() throws IOException {
        ParsedSettings settings = ParsedSettings.of(groups(Synthesized.of(
                "--settings",
                "src/test/resources/sources.yaml",
                "--database",
                "rds",
                "--database-id",
                "stock=db-STOCK1")));

        assertThat(settings.all())
                .containsEntry("sources.crm.postgres.hostname", "crm.example.com")
                .hasEntrySatisfying(
                        "postgres.hostname", name -> assertThat(name).startsWith("x-database"));
    }

    @Test
    void listsAreReadAsTheyWere() throws IOException {
        ParsedSettings settings = ParsedSettings.of(groups(Synthesized.whole()));

        assertThat(settings.list("postgres.tables")).containsExactly("public.customers", "public.orders");
        assertThat(settings.list("tables.orders.iceberg.partition-by"))
                .containsExactly("days(ordered_at)", "bucket(16, customer_id)");
    }

    @Test
    void exportsAcceptWhatTheirFunctionIsGivenAndKnowNoOtherPassword() throws IOException {
        JsonNode definition = JSON.readTree(Synthesized.whole().definition("Exports"));
        Map<String, String> given = new LinkedHashMap<>();
        definition
                .at("/States/Export/Parameters")
                .properties()
                .forEach(entry -> given.put(entry.getKey(), entry.getValue().asText()));

        ParsedSettings settings = ParsedSettings.of(written(given));

        assertThat(settings.hasExports()).isTrue();
        assertThat(given).doesNotContainKey("postgres.password");
        assertThat(given.values()).noneMatch(value -> value.startsWith("secretsmanager:"));
    }

    @Test
    void mergesAreGivenTheWarehouseAlone() throws IOException {
        JsonNode schedule = Synthesized.whole().only("AWS::Scheduler::Schedule", "Merges");
        JsonNode given = JSON.readTree(Synthesized.resolved(schedule.at("/Target/Input")));

        assertThat(given.path("redshift.dialect").asText()).isEqualTo("redshift");
        assertThat(given.path("redshift.password").asText())
                .isEqualTo("secretsmanager:redshift!tributary-administrator#password");
        assertThat(given.path("tables.orders.redshift.distribution-key").asText())
                .isEqualTo("customer_id");
        assertThat(given.path("sql.pass-through").asText()).isEqualTo("big_orders;carts;customers;orders");
        assertThat(given.has("postgres.password")).isFalse();
    }

    private Path groups(Synthesized synthesized) throws IOException {
        JsonNode groups = synthesized
                .only("AWS::KinesisAnalyticsV2::Application")
                .at("/ApplicationConfiguration/EnvironmentProperties/PropertyGroups");
        List<Object> written = new ArrayList<>();
        for (JsonNode group : groups) {
            Map<String, String> map = new LinkedHashMap<>();
            group.get("PropertyMap")
                    .properties()
                    .forEach(entry -> map.put(entry.getKey(), Synthesized.resolved(entry.getValue())));
            written.add(Map.of("PropertyGroupId", group.get("PropertyGroupId").asText(), "PropertyMap", map));
        }
        return Files.write(folder.resolve("properties.json"), JSON.writeValueAsBytes(written));
    }

    private Path written(Map<String, String> properties) throws IOException {
        Object group = Map.of("PropertyGroupId", "tributary", "PropertyMap", properties);
        return Files.write(folder.resolve("given.json"), JSON.writeValueAsBytes(List.of(group)));
    }
}
