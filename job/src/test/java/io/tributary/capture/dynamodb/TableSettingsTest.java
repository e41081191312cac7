package io.tributary.capture.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.ColumnRules;
import io.tributary.capture.dynamodb.item.ItemTable;
import io.tributary.change.Column;
import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

final class TableSettingsTest {

    private static final Map<String, String> STREAM = Map.of(
            "dynamodb.stream", "changes",
            "dynamodb.tables", "prod-orders=orders;customers",
            "dynamodb.kinesis-client.aws.region", "eu-central-1");

    @Test
    void aTableHasItsKeyThenItsDeclaredColumns() {
        ItemTable table = DeclaredTable.of(Map.of(
                "tables.t.dynamodb.key", "pk;sk",
                "tables.t.dynamodb.columns.pk", "string",
                "tables.t.dynamodb.columns.sk", "decimal(38, 0)",
                "tables.t.dynamodb.columns.price", "DECIMAL(10,2)",
                "tables.t.dynamodb.columns.a.b", "Json"));

        assertThat(table.schema().keyNames()).containsExactly("pk", "sk");
        assertThat(table.schema().columns())
                .extracting(Column::toString)
                .containsExactly(
                        "pk STRING NOT NULL",
                        "sk DECIMAL(38, 0) NOT NULL",
                        "a.b STRING (JSON)",
                        "price DECIMAL(10, 2)");
    }

    @Test
    void tablesGoByTheirAlias() {
        Problems problems = new Problems();

        DynamoDbSettings settings = settings(STREAM, problems);

        assertThat(problems.sentences()).isEmpty();
        assertThat(settings.sources()).isEqualTo(Map.of("orders", "prod-orders", "customers", "customers"));
    }

    @Test
    void everythingThatIsWrongIsSaidWithItsSetting() {
        Map<String, String> given = new HashMap<>(STREAM);
        given.remove("dynamodb.kinesis-client.aws.region");
        given.put("dynamodb.tables", "a=x;b=x;a;=;c=a/../b");
        given.put("dynamodb.start", "AT_TIMESTAMP");
        given.put("dynamodb.start-timestamp", "yesterday");
        given.put("dynamodb.kinesis-client.aws.credentials.provider.basic.secretkey", "plain");
        given.put("tables.x.dynamodb.key", "pk");
        given.put("tables.x.dynamodb.columns.price", "DECIMAL(39,2)");
        given.put("tables.x.dynamodb.columns.when", "MONEY");
        given.put("tables.x.dynamodb.max-columns", "0");
        Problems problems = new Problems();

        settings(given, problems);

        assertThat(String.join("\n", problems.sentences()))
                .contains("dynamodb.tables names the table a twice")
                .contains("two tables go by the name x")
                .contains("'=' is neither")
                .contains("dynamodb.tables: no table can be named 'a/../b', which holds a separator of paths")
                .contains("dynamodb.start-timestamp: 'yesterday'")
                .contains("dynamodb.kinesis-client.aws.credentials.provider.basic.secretkey has to be a reference")
                .contains("dynamodb.kinesis-client.aws.region is missing")
                .contains("tables.x.dynamodb.columns.pk is missing")
                .contains("tables.x.dynamodb.columns.price: 'DECIMAL(39,2)'")
                .contains("tables.x.dynamodb.columns.when: 'MONEY'")
                .contains("tables.x.dynamodb.max-columns is 0");
    }

    @Test
    void aStartTimestampThatHasNoEffectIsAProblem() {
        Map<String, String> given = new HashMap<>(STREAM);
        given.put("dynamodb.start-timestamp", "2030-01-31T12:00:00Z");
        Problems problems = new Problems();

        settings(given, problems);

        assertThat(problems.sentences())
                .containsExactly("dynamodb.start-timestamp is set in vain: set dynamodb.start to AT_TIMESTAMP");
    }

    @Test
    void aKeyIsNeitherJsonNorDouble() {
        Problems problems = new Problems();

        TableSettings.from(
                        "t",
                        "t",
                        Given.of(
                                        Configuration.fromMap(Map.of(
                                                "tables.t.dynamodb.columns.pk",
                                                "DOUBLE",
                                                "tables.t.dynamodb.columns.sk",
                                                "JSON")),
                                        new Secrets(name -> null, name -> null),
                                        problems)
                                .table("t"),
                        ColumnRules.NONE)
                .captured(List.of("pk", "sk"), Map.of(), problems);

        assertThat(problems.sentences())
                .hasSize(2)
                .allMatch(sentence -> sentence.contains("is part of the key and cannot be JSON or DOUBLE"));
    }

    private static DynamoDbSettings settings(Map<String, String> given, Problems problems) {
        return DynamoDbSettings.from(
                Given.of(Configuration.fromMap(given), new Secrets(name -> null, name -> null), problems));
    }
}
