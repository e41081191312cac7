package io.tributary.capture.dynamodb.export.read;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.tributary.capture.dynamodb.DynamoDbSettings;
import io.tributary.capture.dynamodb.export.ExportSettings;
import io.tributary.capture.dynamodb.export.ExportWriter;
import io.tributary.capture.dynamodb.export.Orders;
import io.tributary.capture.dynamodb.stream.DynamoDbPlan;
import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportPlanTest {

    private static final String DISABLE_CBOR = "org.apache.flink.kinesis.shaded.com.amazonaws.sdk.disableCbor";

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
                .anyMatch(problem ->
                        problem.contains("the last export of table orders that leaves no gap ends at " + Orders.NOON));

        given.setString("dynamodb.start-timestamp", Orders.NOON.toString());
        assertThat(problems()).noneMatch(problem -> problem.contains("would be missing"));
    }

    @Test
    void aGapBetweenTheExportsIsOneToTheStream() throws Exception {
        stream("http://127.0.0.1:1");
        Instant later = Orders.NOON.plusSeconds(7200);
        writer().full(Orders.NOON);
        writer().incremental(Orders.NOON.plusSeconds(3600), later);
        given.setString("dynamodb.start", "AT_TIMESTAMP");
        given.setString("dynamodb.start-timestamp", later.toString());
        assertThat(problems())
                .anyMatch(problem -> problem.contains("of table orders that leaves no gap ends at " + Orders.NOON));

        writer().incremental(Orders.NOON, Orders.NOON.plusSeconds(3600));
        assertThat(problems()).noneMatch(problem -> problem.contains("would be missing"));
    }

    @Test
    void incrementalExportsWithoutAFullOneAreSaid() throws Exception {
        stream("http://127.0.0.1:1");
        writer().incremental(Orders.NOON, Orders.NOON.plusSeconds(3600));
        given.setString("dynamodb.start", "AT_TIMESTAMP");
        given.setString("dynamodb.start-timestamp", Orders.NOON.toString());

        assertThat(cautions())
                .singleElement()
                .asString()
                .contains("Table orders has incremental exports in ")
                .endsWith(
                        "and no full one, so rows that were not written since would be missing: export the whole table");
    }

    @Test
    void anExportFromBeforeTheStreamsOldestRecordLeavesAGap() throws Exception {
        Instant now = Instant.now();
        writer().full(now.minus(Duration.ofHours(30)).truncatedTo(ChronoUnit.SECONDS));
        for (String[] kept : new String[][] {
            {"24", "1000000000"}, {"48", "" + now.minusSeconds(60).getEpochSecond()}
        }) {
            assertThat(cautionsOf(kept[0], kept[1]))
                    .singleElement()
                    .asString()
                    .contains("of table orders that leaves no gap ends at ")
                    .contains("the stream has nothing from before ")
                    .endsWith("export the table again");
        }
        assertThat(cautionsOf("48", "1000000000")).isEmpty();
    }

    @Test
    void exportsOfATableThatWasDroppedAreMentioned() throws Exception {
        given.removeKey("tables.orders.dynamodb.key");
        given.setString("dynamodb.client.aws.region", "us-east-1");
        given.setString("dynamodb.client.aws.credentials.provider", "BASIC");
        given.setString("dynamodb.client.aws.credentials.provider.basic.accesskeyid", "id");
        given.setString("dynamodb.client.aws.credentials.provider.basic.secretkey", "env:KEY");
        writer().tableId("before").full(Orders.NOON);
        HttpServer server = answering("{\"Table\":{\"TableName\":\"Orders\",\"TableArn\":\""
                + ExportWriter.arn("Orders") + "\",\"TableId\":\"now\",\"KeySchema\":[{\"AttributeName\":\"id\","
                + "\"KeyType\":\"HASH\"}],\"AttributeDefinitions\":[]}}");
        try {
            given.setString(
                    "dynamodb.client.aws.endpoint",
                    "http://127.0.0.1:" + server.getAddress().getPort());
            Problems problems = new Problems();
            ExportPlan plan = plan(problems);
            plan.check(problems);

            assertThat(problems.sentences()).isEmpty();
            assertThat(plan.remarks())
                    .singleElement()
                    .asString()
                    .startsWith("the exports of table orders in ")
                    .endsWith(
                            "are of a table that was dropped, with the id before, and the one that has its name now has the"
                                    + " id now. Export the whole table");
            writer().tableId("now").full(Orders.NOON.plusSeconds(60));
            plan.check(problems);
            assertThat(plan.remarks()).isEmpty();
        } finally {
            server.stop(0);
        }
    }

    private static HttpServer answering(String json) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", exchange -> {
            byte[] answer = json.getBytes(UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        return server;
    }

    private List<String> cautionsOf(String hours, String made) throws Exception {
        HttpServer server = answering("{\"StreamDescriptionSummary\":{\"StreamName\":\"changes\","
                + "\"StreamStatus\":\"ACTIVE\",\"RetentionPeriodHours\":" + hours + ",\"StreamCreationTimestamp\":"
                + made + "}}");
        System.setProperty(DISABLE_CBOR, "true");
        try {
            stream("http://127.0.0.1:" + server.getAddress().getPort());
            return cautions();
        } finally {
            System.clearProperty(DISABLE_CBOR);
            server.stop(0);
        }
    }

    private void stream(String endpoint) {
        given.setString("dynamodb.stream", "changes");
        given.setString("dynamodb.kinesis-client.aws.region", "us-east-1");
        given.setString("dynamodb.kinesis-client.aws.endpoint", endpoint);
        given.setString("dynamodb.kinesis-client.aws.credentials.provider", "BASIC");
        given.setString("dynamodb.kinesis-client.aws.credentials.provider.basic.accesskeyid", "id");
        given.setString("dynamodb.kinesis-client.aws.credentials.provider.basic.secretkey", "env:KEY");
    }

    private ExportWriter writer() {
        return ExportWriter.of(folder.toString(), "Orders").file(List.of());
    }

    private List<String> cautions() {
        Problems problems = new Problems();
        ExportPlan plan = plan(problems);
        plan.check(problems);
        return plan.cautions();
    }

    private List<String> problems() {
        Problems problems = new Problems();
        plan(problems).check(problems);
        return problems.sentences();
    }

    private ExportPlan plan(Problems problems) {
        Given read = Given.of(given, new Secrets(name -> "secret", name -> null), problems);
        DynamoDbSettings dynamoDb = DynamoDbSettings.from(read);
        ExportSettings exports = ExportSettings.from(read, dynamoDb);
        return ExportPlan.of(DynamoDbPlan.of(dynamoDb), dynamoDb, exports);
    }
}
