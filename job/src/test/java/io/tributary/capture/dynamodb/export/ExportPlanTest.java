package io.tributary.capture.dynamodb.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.dynamodb.DynamoDbPlan;
import io.tributary.capture.dynamodb.DynamoDbSettings;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportPlanTest {

    @TempDir
    Path folder;

    private final Configuration given = new Configuration();

    @BeforeEach
    void settings() {
        given.setString("dynamodb.tables", "Orders=orders");
        given.setString("tables.orders.dynamodb.key", "id");
        given.setString("tables.orders.dynamodb.columns.id", "STRING");
        given.setString("dynamodb.exports.location", folder.toString());
    }

    @Test
    void aTableMayHaveExportsAlone() {
        assertThat(problems()).isEmpty();
    }

    @Test
    void aTableNeedsAStreamOrExports() {
        given.setString("dynamodb.tables", "Orders=orders;Other=other");
        given.setString("tables.other.dynamodb.key", "id");
        given.setString("tables.other.dynamodb.columns.id", "STRING");
        given.removeKey("dynamodb.exports.location");
        given.setString("tables.orders.dynamodb.exports", folder.toString());

        assertThat(problems()).singleElement().asString().contains("Table other has neither a stream nor exports");
    }

    @Test
    void aStreamThatBeginsAfterTheExportLeavesAGap() throws Exception {
        given.setString("dynamodb.stream", "changes");
        given.setString("dynamodb.kinesis-client.aws.region", "us-east-1");
        given.setString("dynamodb.kinesis-client.aws.endpoint", "http://127.0.0.1:1");
        given.setString("dynamodb.start", "LATEST");
        assertThat(problems()).anyMatch(problem -> problem.contains("dynamodb.start is LATEST"));

        ExportWriter.of(folder.toString(), "Orders").file(Orders.items(0, 1)).full(Orders.NOON);
        given.setString("dynamodb.start", "AT_TIMESTAMP");
        given.setString("dynamodb.start-timestamp", Orders.NOON.plusSeconds(1).toString());
        assertThat(problems())
                .anyMatch(problem -> problem.contains("the last export of table orders ends at " + Orders.NOON));

        given.setString("dynamodb.start-timestamp", Orders.NOON.toString());
        assertThat(problems()).noneMatch(problem -> problem.contains("would be missing"));
    }

    private List<String> problems() {
        Problems problems = new Problems();
        DynamoDbSettings dynamoDb = DynamoDbSettings.from(given, new Secrets(name -> null, name -> null), problems);
        ExportSettings exports = ExportSettings.from(given, dynamoDb.sources(), dynamoDb.isStreamed(), problems);
        ExportPlan.of(DynamoDbPlan.of(dynamoDb), dynamoDb, exports).check(problems);
        return problems.sentences();
    }
}
