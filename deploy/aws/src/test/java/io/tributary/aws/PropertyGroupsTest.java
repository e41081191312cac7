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
}
