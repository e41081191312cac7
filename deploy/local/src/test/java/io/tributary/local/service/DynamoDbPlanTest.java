package io.tributary.local.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.dynamodb.DynamoDbSettings;
import io.tributary.capture.dynamodb.stream.DynamoDbPlan;
import io.tributary.change.Column;
import io.tributary.local.service.dynamodb.Dynamo.KeyAttribute;
import io.tributary.local.service.dynamodb.DynamoServer;
import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DynamoDbPlanTest {

    private static final Path HOME = Path.of(System.getProperty("tributary.home"));

    static {
        System.setProperty("aws.cborEnabled", "false");
        System.setProperty("org.apache.flink.kinesis.shaded.com.amazonaws.sdk.disableCbor", "true");
    }

    @Test
    void keysAreAskedForAndWhatIsMissingIsSaid(@TempDir Path folder) throws Exception {
        String classpath = Built.dynamodb(HOME);
        try (Guard guard = Guard.start();
                KinesisServer kinesis = KinesisServer.start(guard, HOME.resolve("deploy/local/kinesis"), folder);
                DynamoServer dynamo = DynamoServer.start(guard, folder, classpath)) {
            kinesis.createStream("changes", 1);
            dynamo.dynamo()
                    .createTable(
                            "prod-orders",
                            List.of(new KeyAttribute("customer", "S"), new KeyAttribute("number", "N")),
                            "ttl");
            dynamo.dynamo()
                    .createTable("blobs", List.of(new KeyAttribute("hash", "B"), new KeyAttribute("size", "N")), "ttl");
            Map<String, String> settings = settings(kinesis.endpoint(), dynamo.endpoint());
            settings.put("dynamodb.tables", "prod-orders=orders;blobs");
            settings.put("tables.blobs.dynamodb.columns.size", "DECIMAL(38, 0)");
            settings.put("tables.blobs.dynamodb.columns.note", "JSON");
            Problems problems = new Problems();
            DynamoDbPlan plan = plan(settings, problems);

            plan.check(problems);

            assertThat(problems.sentences()).isEmpty();
            assertThat(plan.schemas()).containsOnlyKeys("orders", "blobs");
            assertThat(plan.schemas().get("orders").columns())
                    .extracting(Column::toString)
                    .containsExactly("customer STRING NOT NULL", "number BIGINT NOT NULL");
            assertThat(plan.schemas().get("blobs").columns())
                    .extracting(Column::toString)
                    .containsExactly("hash BYTES NOT NULL", "size DECIMAL(38, 0) NOT NULL", "note STRING (JSON)");

            settings.put("dynamodb.stream", "others");
            settings.put("dynamodb.tables", "prod-orders;nowhere");
            Problems found = new Problems();
            plan(settings, found).check(found);

            assertThat(found.sentences()).hasSize(2);
            assertThat(found.sentences().get(0)).startsWith("dynamodb.stream: the stream others does not exist");
            assertThat(found.sentences().get(1)).startsWith("dynamodb.tables: DynamoDB has no table nowhere");
        }
    }

    @Test
    void serversThatDoNotAnswerAreNamedByTheirSettings() {
        URI nobody = URI.create("http://127.0.0.1:" + Waiting.freePort());
        Map<String, String> settings = settings(nobody, nobody);
        settings.put("dynamodb.tables", "orders");
        Problems problems = new Problems();

        plan(settings, problems).check(problems);

        assertThat(problems.sentences()).hasSize(2);
        assertThat(problems.sentences().get(0)).contains("dynamodb.kinesis-client");
        assertThat(problems.sentences().get(1))
                .contains("dynamodb.client")
                .contains("tables.orders.dynamodb.key")
                .doesNotContain("local-secret");
    }

    private static DynamoDbPlan plan(Map<String, String> settings, Problems problems) {
        return DynamoDbPlan.of(DynamoDbSettings.from(Given.of(
                Configuration.fromMap(settings), new Secrets(name -> "local-secret", name -> null), problems)));
    }

    private static Map<String, String> settings(URI kinesis, URI dynamo) {
        Map<String, String> settings = new HashMap<>();
        settings.put("dynamodb.stream", "changes");
        settings.put("dynamodb.kinesis-client.aws.region", "us-east-1");
        settings.put("dynamodb.kinesis-client.aws.endpoint", kinesis.toString());
        settings.put("dynamodb.kinesis-client.aws.credentials.provider", "BASIC");
        settings.put("dynamodb.kinesis-client.aws.credentials.provider.basic.accesskeyid", "local");
        settings.put("dynamodb.kinesis-client.aws.credentials.provider.basic.secretkey", "env:ANY");
        settings.put("dynamodb.client.aws.endpoint", dynamo.toString());
        return settings;
    }
}
