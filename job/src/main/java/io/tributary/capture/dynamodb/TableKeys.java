package io.tributary.capture.dynamodb;

import io.tributary.capture.dynamodb.item.ItemTable;
import io.tributary.change.InferredType;
import io.tributary.settings.NamedKey;
import io.tributary.settings.Problems;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.flink.kinesis.shaded.org.apache.flink.connector.aws.config.AWSConfigConstants;
import org.apache.flink.table.types.logical.LogicalType;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/** The keys of tables, as DynamoDB describes them. A number in a key is a BIGINT unless it is declared otherwise. */
public final class TableKeys {

    private TableKeys() {}

    /**
     * The tables that could be described.
     *
     * @param identities takes which tables they are, by their names in the pipeline
     */
    public static List<ItemTable> describe(
            DynamoDbSettings settings,
            List<TableSettings> tables,
            Map<String, TableIdentity> identities,
            Problems problems) {
        List<ItemTable> described = new ArrayList<>();
        if (tables.isEmpty()) {
            return described;
        }
        try (DynamoDbClient client = client(settings.client())) {
            for (TableSettings table : tables) {
                ItemTable captured = describe(client, table, identities, problems);
                if (captured != null) {
                    described.add(captured);
                }
            }
        } catch (SdkException | IllegalArgumentException e) {
            problems.add("DynamoDB cannot be asked for the tables' keys: " + e.getMessage() + ". Check "
                    + DynamoDbSettings.CLIENT.key() + ", or declare the keys as "
                    + NamedKey.of(DynamoDbSettings.KEY.key(), tables.get(0).name()) + " and so on");
        }
        return described;
    }

    private static @Nullable ItemTable describe(
            DynamoDbClient client, TableSettings table, Map<String, TableIdentity> identities, Problems problems) {
        TableDescription description;
        try {
            description = client.describeTable(request -> request.tableName(table.source()))
                    .table();
        } catch (ResourceNotFoundException e) {
            problems.add(DynamoDbSettings.TABLES.key() + ": DynamoDB has no table " + table.source()
                    + " in this region and account");
            return null;
        } catch (SdkException e) {
            problems.add(DynamoDbSettings.TABLES.key() + ": DynamoDB does not describe the table " + table.source()
                    + ": " + e.getMessage() + ". Allow dynamodb:DescribeTable and check "
                    + DynamoDbSettings.CLIENT.key()
                    + ", or declare the key as " + NamedKey.of(DynamoDbSettings.KEY.key(), table.name()));
            return null;
        }
        identities.put(table.name(), TableIdentity.of(description.tableArn(), description.tableId()));
        List<String> attributes = description.keySchema().stream()
                .sorted(Comparator.comparing(KeySchemaElement::keyTypeAsString))
                .map(KeySchemaElement::attributeName)
                .collect(Collectors.toList());
        Map<String, LogicalType> types = new HashMap<>();
        for (AttributeDefinition attribute : description.attributeDefinitions()) {
            types.put(attribute.attributeName(), type(attribute.attributeTypeAsString()));
        }
        return table.captured(attributes, types, problems);
    }

    private static LogicalType type(String attributeType) {
        switch (attributeType) {
            case "N":
                return InferredType.BIGINT;
            case "B":
                return InferredType.BYTES;
            default:
                return InferredType.TEXT;
        }
    }

    static DynamoDbClient client(Properties properties) {
        return builder(properties).build();
    }

    /** @param patience how long a question may take, with all that is tried again */
    static DynamoDbClient client(Properties properties, Duration patience) {
        return builder(properties)
                .overrideConfiguration(configuration -> configuration.apiCallTimeout(patience))
                .build();
    }

    private static DynamoDbClientBuilder builder(Properties properties) {
        DynamoDbClientBuilder builder = DynamoDbClient.builder()
                .httpClientBuilder(ApacheHttpClient.builder())
                .credentialsProvider(credentials(properties));
        String region = properties.getProperty(AWSConfigConstants.AWS_REGION);
        if (region != null) {
            builder.region(Region.of(region));
        }
        String endpoint = properties.getProperty(AWSConfigConstants.AWS_ENDPOINT);
        if (endpoint != null) {
            builder.endpointOverride(URI.create(endpoint));
        }
        return builder;
    }

    private static AwsCredentialsProvider credentials(Properties properties) {
        String provider = properties.getProperty(AWSConfigConstants.AWS_CREDENTIALS_PROVIDER, "AUTO");
        switch (provider) {
            case "BASIC":
                return StaticCredentialsProvider.create(AwsBasicCredentials.create(
                        properties.getProperty(AWSConfigConstants.AWS_ACCESS_KEY_ID, ""),
                        properties.getProperty(AWSConfigConstants.AWS_SECRET_ACCESS_KEY, "")));
            case "AUTO":
                return DefaultCredentialsProvider.builder().build();
            default:
                throw new IllegalArgumentException("the credentials provider " + provider
                        + " is not known to this client; set aws.credentials.provider to AUTO or BASIC");
        }
    }
}
