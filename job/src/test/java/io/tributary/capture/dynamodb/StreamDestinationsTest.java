package io.tributary.capture.dynamodb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class StreamDestinationsTest {

    private static final String ARN = "arn:aws:kinesis:us-east-1:123456789012:stream/changes";
    private static final String OTHER = "arn:aws:kinesis:us-east-1:123456789012:stream/other-changes";

    private final HttpServer dynamo;
    private final Map<String, String> answers = new HashMap<>();
    private final Map<String, String> given = new HashMap<>();
    private final Problems problems = new Problems();
    private final List<String> remarks = new ArrayList<>();

    StreamDestinationsTest() throws IOException {
        dynamo = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        dynamo.createContext("/", this::answer);
        dynamo.start();
        given.put("dynamodb.stream", "changes");
        given.put("dynamodb.tables", "prod-orders=orders");
        given.put("dynamodb.kinesis-client.aws.region", "us-east-1");
        given.put("dynamodb.kinesis-client.aws.credentials.provider", "BASIC");
        given.put("dynamodb.kinesis-client.aws.credentials.provider.basic.accesskeyid", "id");
        given.put("dynamodb.kinesis-client.aws.credentials.provider.basic.secretkey", "env:KEY");
        given.put(
                "dynamodb.client.aws.endpoint",
                "http://127.0.0.1:" + dynamo.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        dynamo.stop(0);
    }

    @Test
    void aTableThatStreamsInMicrosecondsIsNotMentioned() {
        destination("prod-orders", ARN, "ACTIVE", ",\"ApproximateCreationDateTimePrecision\":\"MICROSECOND\"");

        check(ARN);

        assertThat(problems.sentences()).isEmpty();
        assertThat(remarks).isEmpty();
    }

    @Test
    void millisecondsAreMentionedWithWhatMakesThemMicroseconds() {
        destination("prod-orders", ARN, "ACTIVE", ",\"ApproximateCreationDateTimePrecision\":\"MILLISECOND\"");

        check(ARN);

        assertThat(problems.sentences()).isEmpty();
        assertThat(remarks)
                .singleElement()
                .asString()
                .startsWith("the table prod-orders tells the time of its writes in milliseconds")
                .endsWith(
                        "aws dynamodb update-kinesis-streaming-destination --table-name prod-orders --stream-arn " + ARN
                                + " --update-kinesis-streaming-configuration ApproximateCreationDateTimePrecision=MICROSECOND");
    }

    @Test
    void aTableThatStreamsElsewhereOrNowhereIsAProblem() {
        given.put("dynamodb.tables", "prod-orders=orders;customers");
        destination("prod-orders", OTHER, "ACTIVE", "");
        answers.put("customers", "{\"TableName\":\"customers\",\"KinesisDataStreamDestinations\":[]}");

        check(ARN);

        String command = " --stream-arn " + ARN
                + " --enable-kinesis-streaming-configuration ApproximateCreationDateTimePrecision=MICROSECOND";
        assertThat(problems.sentences())
                .containsExactly(
                        "dynamodb.tables: the table prod-orders does not stream into changes, but into " + OTHER
                                + ": run aws"
                                + " dynamodb enable-kinesis-streaming-destination --table-name prod-orders" + command,
                        "dynamodb.tables: the table customers does not stream into changes: run aws"
                                + " dynamodb enable-kinesis-streaming-destination --table-name customers" + command);
        assertThat(remarks).isEmpty();
    }

    @Test
    void whatHasStoppedToStreamIsAProblemAndWhatBeginsIsMentioned() {
        for (String status : List.of("DISABLED", "DISABLING", "ENABLE_FAILED")) {
            destination("prod-orders", ARN, status, ",\"DestinationStatusDescription\":\"No leave\"");
            check(null);
        }

        assertThat(problems.sentences())
                .hasSize(3)
                .allSatisfy(problem -> assertThat(problem)
                        .contains("the table prod-orders does not stream into changes, its status is ")
                        .contains(" (No leave): run aws dynamodb enable-kinesis-streaming-destination"));
        assertThat(remarks).isEmpty();

        destination("prod-orders", ARN, "ENABLING", "");
        check(null);

        assertThat(problems.sentences()).hasSize(3);
        assertThat(remarks).singleElement().asString().contains("an export that is made afterwards");
    }

    @Test
    void whereItMayNotBeAskedTheTablesAreMentioned() {
        given.put("dynamodb.tables", "prod-orders=orders;customers");
        answers.put("prod-orders", error("AccessDeniedException", "User x is not authorized"));
        destination("customers", ARN, "ACTIVE", "");

        check(ARN);

        assertThat(problems.sentences()).isEmpty();
        assertThat(remarks)
                .singleElement()
                .asString()
                .startsWith("whether orders stream into changes is not known: User x is not authorized")
                .endsWith("Allow dynamodb:DescribeKinesisStreamingDestination for their tables");
    }

    /** The tables of another account may stream into ours; of a key that is asked for it has been said. */
    @Test
    void aTableThatIsNotThereIsMentionedIfItsKeyIsDeclared() {
        answers.put("prod-orders", error("ResourceNotFoundException", "No such table"));
        check(ARN);
        assertThat(remarks).isEmpty();

        given.put("tables.orders.dynamodb.key", "pk");
        given.put("tables.orders.dynamodb.columns.pk", "STRING");
        check(ARN);
        assertThat(remarks).singleElement().asString().contains("No such table");
        assertThat(problems.sentences()).isEmpty();
    }

    @Test
    void aDynamoDbThatDoesNotKnowTheQuestionIsNotMentioned() {
        answers.put("prod-orders", error("UnknownOperationException", "Not here"));

        check(ARN);

        assertThat(problems.sentences()).isEmpty();
        assertThat(remarks).isEmpty();
    }

    @Test
    void besideAStandInForKinesisNothingIsAsked() {
        given.put("dynamodb.kinesis-client.aws.endpoint", "http://127.0.0.1:1");
        given.remove("dynamodb.client.aws.endpoint");

        check(ARN);

        assertThat(problems.sentences()).isEmpty();
        assertThat(remarks).isEmpty();
    }

    private void check(@Nullable String arn) {
        Problems ofSettings = new Problems();
        DynamoDbSettings settings = DynamoDbSettings.from(
                Given.of(Configuration.fromMap(given), new Secrets(name -> "secret", name -> null), ofSettings));
        assertThat(ofSettings.sentences()).isEmpty();
        StreamDestinations.check(settings, arn, problems, remarks);
    }

    private void destination(String table, String arn, String status, String more) {
        answers.put(
                table,
                "{\"TableName\":\"" + table + "\",\"KinesisDataStreamDestinations\":[{\"StreamArn\":\"" + arn
                        + "\",\"DestinationStatus\":\"" + status + "\"" + more + "}]}");
    }

    private static String error(String type, String message) {
        return "{\"__type\":\"com.amazonaws.dynamodb.v20120810#" + type + "\",\"message\":\"" + message + "\"}";
    }

    private void answer(HttpExchange exchange) throws IOException {
        String table = new ObjectMapper()
                .readTree(exchange.getRequestBody())
                .path("TableName")
                .asText();
        byte[] body = answers.get(table).getBytes(UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.0");
        exchange.sendResponseHeaders(answers.get(table).contains("__type") ? 400 : 200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
