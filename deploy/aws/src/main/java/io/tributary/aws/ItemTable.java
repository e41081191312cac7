package io.tributary.aws;

import io.tributary.settings.Problems;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.dynamodb.ApproximateCreationDateTimePrecision;
import software.amazon.awscdk.services.dynamodb.Attribute;
import software.amazon.awscdk.services.dynamodb.AttributeType;
import software.amazon.awscdk.services.dynamodb.BillingMode;
import software.amazon.awscdk.services.dynamodb.PointInTimeRecoverySpecification;
import software.amazon.awscdk.services.dynamodb.Table;
import software.amazon.awscdk.services.dynamodb.TableEncryption;
import software.amazon.awscdk.services.kms.IKey;
import software.constructs.Construct;

/**
 * A table in DynamoDB with the key that the settings declare, its changes in the stream and point-in-time recovery, which exports
 * need.
 */
final class ItemTable extends Construct {

    private final Table table;

    private ItemTable(
            Construct scope,
            String source,
            Attribute partitionKey,
            @Nullable Attribute sortKey,
            @Nullable DataStream changes,
            IKey key,
            RemovalPolicy removal) {
        super(scope, "Table-" + source);
        Table.Builder builder = Table.Builder.create(this, "Table")
                .tableName(source)
                .partitionKey(partitionKey)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .encryption(TableEncryption.CUSTOMER_MANAGED)
                .encryptionKey(key)
                .pointInTimeRecoverySpecification(PointInTimeRecoverySpecification.builder()
                        .pointInTimeRecoveryEnabled(true)
                        .build())
                .removalPolicy(removal);
        if (sortKey != null) {
            builder.sortKey(sortKey);
        }
        if (changes != null) {
            builder.kinesisStream(changes.stream())
                    .kinesisPrecisionTimestamp(ApproximateCreationDateTimePrecision.MICROSECOND);
        }
        this.table = builder.build();
    }

    /** Null, and a problem, if the settings do not say what the table's key is. */
    static @Nullable ItemTable of(
            Construct scope,
            String source,
            String name,
            GivenSettings settings,
            @Nullable DataStream changes,
            IKey key,
            RemovalPolicy removal,
            Problems problems) {
        String setting = "tables." + name + ".dynamodb.key";
        List<String> columns = settings.list(setting);
        if (columns.isEmpty() || columns.size() > 2) {
            problems.add(setting + " has to name one or two attributes, for --tables create makes the table " + source);
            return null;
        }
        return new ItemTable(
                scope,
                source,
                attribute(name, columns.get(0), settings),
                columns.size() == 1 ? null : attribute(name, columns.get(1), settings),
                changes,
                key,
                removal);
    }

    private static Attribute attribute(String table, String column, GivenSettings settings) {
        return Attribute.builder()
                .name(column)
                .type(type(table, column, settings))
                .build();
    }

    private static AttributeType type(String table, String column, GivenSettings settings) {
        String declared = settings.text("tables." + table + ".dynamodb.columns." + column, "STRING")
                .toUpperCase(Locale.ROOT);
        if (declared.contains("CHAR") || declared.equals("STRING")) {
            return AttributeType.STRING;
        }
        return declared.contains("BINARY") || declared.equals("BYTES") ? AttributeType.BINARY : AttributeType.NUMBER;
    }

    /** The tables that the settings read: their names in DynamoDB, and what the pipeline calls them. */
    static Map<String, String> named(GivenSettings settings) {
        Map<String, String> named = new java.util.LinkedHashMap<>();
        for (String entry : settings.list("dynamodb.tables")) {
            int equals = entry.indexOf('=');
            String source = equals < 0 ? entry : entry.substring(0, equals);
            named.put(source.strip(), entry.substring(equals + 1).strip());
        }
        return named;
    }

    String arn() {
        return table.getTableArn();
    }
}
