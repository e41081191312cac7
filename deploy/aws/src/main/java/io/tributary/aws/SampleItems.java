package io.tributary.aws;

import io.tributary.settings.Problems;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/** Puts sample items into a table in DynamoDB, from where they go all the way. The same items each time, so that it may be repeated. */
final class SampleItems {

    private static final String MARK = "sample-";

    private SampleItems() {}

    static int put(Parameters parameters, GivenSettings settings, PrintStream out) {
        String table = table(parameters, settings);
        DynamoDbClientBuilder builder = DynamoDbClient.builder().httpClientBuilder(ApacheHttpClient.builder());
        if (parameters.isGiven("--region")) {
            builder.region(Region.of(parameters.value("--region")));
        }
        try (DynamoDbClient client = builder.build()) {
            put(client, table, parameters.number("--count"));
        } catch (SdkException e) {
            out.println("DynamoDB did not take the items: " + e.getMessage());
            return 1;
        }
        out.println(parameters.number("--count") + " items are in " + table);
        return 0;
    }

    private static String table(Parameters parameters, GivenSettings settings) {
        List<String> tables = new ArrayList<>(ItemTable.named(settings).keySet());
        Problems problems = new Problems();
        String wanted = parameters.value("--table");
        if (tables.isEmpty()) {
            problems.add("dynamodb.tables is missing: sample items go into a table of DynamoDB. Rows of PostgreSQL are"
                    + " yours to insert; job/docs/deploy.md shows how without a connection");
        } else if (!wanted.isEmpty() && !tables.contains(wanted)) {
            problems.add("--table " + wanted + " is none of " + tables + ", which dynamodb.tables names");
        }
        problems.throwIfAny();
        return wanted.isEmpty() ? tables.get(0) : wanted;
    }

    static void put(DynamoDbClient client, String table, int count) {
        TableDescription description =
                client.describeTable(request -> request.tableName(table)).table();
        Map<String, String> key = new LinkedHashMap<>();
        for (KeySchemaElement element : description.keySchema()) {
            description.attributeDefinitions().stream()
                    .filter(definition -> definition.attributeName().equals(element.attributeName()))
                    .map(AttributeDefinition::attributeTypeAsString)
                    .findFirst()
                    .ifPresent(type -> key.put(element.attributeName(), type));
        }
        Random random = new Random(1);
        for (int i = 1; i <= count; i++) {
            Map<String, AttributeValue> item = item(i, key, random);
            client.putItem(request -> request.tableName(table).item(item));
        }
    }

    /** Of each kind of value one, and some that are not in every item. */
    private static Map<String, AttributeValue> item(int number, Map<String, String> key, Random random) {
        Map<String, AttributeValue> item = new LinkedHashMap<>();
        item.put("amount", AttributeValue.fromN(number + "." + random.nextInt(100)));
        item.put("note", AttributeValue.fromS("Sample " + number));
        item.put("is_new", AttributeValue.fromBool(random.nextBoolean()));
        item.put("tags", AttributeValue.fromSs(List.of("sample", "number-" + number)));
        if (number % 3 == 0) {
            item.put(
                    "address", AttributeValue.fromM(Map.of("city", AttributeValue.fromS("City " + random.nextInt(9)))));
        }
        key.forEach((name, type) -> item.put(name, keyValue(type, number)));
        return item;
    }

    private static AttributeValue keyValue(@Nullable String type, int number) {
        if ("N".equals(type)) {
            return AttributeValue.fromN(String.valueOf(number));
        }
        return "B".equals(type)
                ? AttributeValue.fromB(SdkBytes.fromUtf8String(MARK + number))
                : AttributeValue.fromS(MARK + number);
    }
}
