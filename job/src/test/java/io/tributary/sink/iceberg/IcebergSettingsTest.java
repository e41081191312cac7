package io.tributary.sink.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;

class IcebergSettingsTest {

    @Test
    void keysAndDefaults() {
        Map<String, Object> defaults = new HashMap<>();
        for (ConfigOption<?> option : IcebergSettings.options()) {
            assertThat(defaults).doesNotContainKey(option.key());
            defaults.put(option.key(), option.defaultValue());
        }
        assertThat(defaults)
                .containsOnly(
                        entry("iceberg.catalog", null),
                        entry("iceberg.catalog-name", "tributary"),
                        entry("iceberg.namespace", "tributary"),
                        entry("iceberg.branch", "main"),
                        entry("iceberg.table-properties", Map.of()),
                        entry("iceberg.hadoop", Map.of()),
                        entry("iceberg.write-parallelism", null),
                        entry("iceberg.commit-threads", 4),
                        entry("iceberg.commit-together", true),
                        entry("iceberg.keys-in-memory", 1_000_000),
                        entry("iceberg.open-files", 64),
                        entry("iceberg.small-rows", new MemorySize(16 << 10)),
                        entry("iceberg.deletes", Deletes.POSITIONS),
                        entry("iceberg.on-lost-rows", IcebergSettings.LostRows.FILL),
                        entry("iceberg.version-column", null),
                        entry("iceberg.maintenance.interval", null),
                        entry("iceberg.maintenance.snapshot-age", Duration.ofHours(6)),
                        entry("iceberg.maintenance.round-size", MemorySize.ofMebiBytes(64)),
                        entry("tables.<table>.iceberg.partition-by", List.of()),
                        entry("tables.<table>.iceberg.properties", Map.of()),
                        entry("tables.<table>.iceberg.keep-changes", null));
    }

    @Test
    void secretsAreReferencesAndNotPrinted() {
        Problems problems = new Problems();
        IcebergSettings settings = read(
                problems,
                Map.of(
                        "iceberg.catalog.type", "jdbc",
                        "iceberg.catalog.warehouse", "file:/somewhere",
                        "iceberg.catalog.jdbc.user", "env:USER_NAME",
                        "iceberg.catalog.jdbc.password", "env:PASSWORD",
                        "iceberg.catalog.token-refresh-enabled", "true"));
        assertThat(problems.sentences()).isEmpty();
        assertThat(settings.catalogProperties())
                .containsEntry("jdbc.user", "scott")
                .containsEntry("jdbc.password", "tiger")
                .containsEntry("warehouse", "file:/somewhere")
                .containsEntry("token-refresh-enabled", "true");
        assertThat(settings.toString()).doesNotContain("tiger").contains("jdbc.password");
    }

    @Test
    void secretInPlaceOfAReferenceAndOtherMistakesAreProblems() {
        Problems problems = new Problems();
        read(problems, Map.of("iceberg.catalog.s3.secret-access-key", "tiger", "iceberg.commit-threads", "0"));
        assertThat(problems.sentences())
                .hasSize(3)
                .anySatisfy(problem -> assertThat(problem).contains("iceberg.catalog.type is not set"))
                .anySatisfy(problem -> assertThat(problem).contains("iceberg.catalog.s3.secret-access-key"))
                .anySatisfy(problem -> assertThat(problem).contains("iceberg.commit-threads is 0"))
                .noneSatisfy(problem -> assertThat(problem).contains("tiger"));
    }

    @Test
    void aMapThatIsGivenAsOneTextIsAProblem() {
        Problems problems = new Problems();
        read(
                problems,
                Map.of(
                        "iceberg.catalog.type", "hadoop",
                        "iceberg.table-properties", "write.format.default:orc",
                        "tables.orders.iceberg.properties", "write.format.default:orc"));
        assertThat(problems.sentences())
                .containsExactly(
                        "iceberg.table-properties has no value of its own: write each property under it, as"
                                + " iceberg.table-properties.<name>",
                        "tables.orders.iceberg.properties has no value of its own: write each property under it, as"
                                + " tables.orders.iceberg.properties.<name>");
    }

    @Test
    void placesNeedWritersThatAreChained() {
        Problems problems = new Problems();
        read(
                problems,
                Map.of(
                        "iceberg.catalog.type", "hadoop",
                        "iceberg.deletes", "vectors",
                        "iceberg.write-parallelism", "2",
                        "iceberg.table-properties.format-version", "2"));
        assertThat(problems.sentences())
                .hasSize(2)
                .anySatisfy(problem -> assertThat(problem)
                        .contains("iceberg.deletes is vectors")
                        .contains("leave out iceberg.write-parallelism"))
                .anySatisfy(problem -> assertThat(problem).contains("format-version is 2"));
    }

    /** A job of before there were places goes on. */
    @Test
    void writersThatAreNotChainedDeleteByKeysUnlessToldOtherwise() {
        Problems problems = new Problems();
        Map<String, String> settings = Map.of("iceberg.catalog.type", "hadoop", "iceberg.write-parallelism", "2");
        assertThat(read(problems, settings).deletes()).isEqualTo(Deletes.EQUALITY);
        assertThat(read(problems, Map.of("iceberg.catalog.type", "hadoop")).deletes())
                .isEqualTo(Deletes.POSITIONS);
        assertThat(problems.sentences()).isEmpty();
    }

    private static IcebergSettings read(Problems problems, Map<String, String> values) {
        Map<String, String> environment = Map.of("USER_NAME", "scott", "PASSWORD", "tiger");
        return IcebergSettings.from(
                Given.of(Configuration.fromMap(values), new Secrets(environment::get, name -> null), problems));
    }
}
