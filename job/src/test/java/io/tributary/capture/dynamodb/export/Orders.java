package io.tributary.capture.dynamodb.export;

import io.tributary.capture.dynamodb.DynamoDbSettings;
import io.tributary.capture.dynamodb.item.ItemTable;
import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Column;
import io.tributary.change.Operation;
import io.tributary.change.ReadableRow;
import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.types.logical.VarCharType;

/** A table of orders, and lines of its exports. */
public final class Orders {

    public static final Instant NOON = Instant.now().truncatedTo(java.time.temporal.ChronoUnit.HOURS);

    public static final ItemTable TABLE = ItemTable.of(
            "Orders",
            "orders",
            List.of(Column.of("id", new VarCharType(false, VarCharType.MAX_LENGTH))),
            List.of(),
            Set.of(),
            false,
            100);

    public static final ItemTable CUSTOMERS = ItemTable.of(
            "Customers",
            "customers",
            List.of(Column.of("id", new VarCharType(false, VarCharType.MAX_LENGTH))),
            List.of(),
            Set.of(),
            false,
            100);

    private Orders() {}

    public static ExportSettings settings(Path folder, boolean isStreamed, String... more) {
        return settings(folder, Map.of("orders", "Orders"), isStreamed, more);
    }

    /** Of the tables that DynamoDB names so, by their names in the pipeline. */
    public static ExportSettings settings(Path folder, Map<String, String> tables, boolean isStreamed, String... more) {
        Configuration given = new Configuration();
        given.setString(
                "dynamodb.tables",
                tables.entrySet().stream()
                        .map(table -> table.getValue() + "=" + table.getKey())
                        .collect(Collectors.joining(";")));
        if (isStreamed) {
            given.setString("dynamodb.stream", "changes");
            given.setString("dynamodb.kinesis-client.aws.region", "eu-central-1");
        }
        given.setString("dynamodb.exports.location", folder.toString());
        given.setString("dynamodb.exports.poll-interval", "50 ms");
        for (int i = 0; i < more.length; i += 2) {
            given.setString(more[i], more[i + 1]);
        }
        Problems problems = new Problems();
        Given read = Given.of(given, new Secrets(name -> null, name -> null), problems);
        ExportSettings settings = ExportSettings.from(read, DynamoDbSettings.from(read));
        problems.throwIfAny();
        return settings;
    }

    public static String item(String id, int quantity) {
        return "{\"Item\":{\"id\":{\"S\":\"" + id + "\"},\"quantity\":{\"N\":\"" + quantity + "\"}}}";
    }

    public static List<String> items(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> item("o" + i, i)).toList();
    }

    public static String written(Instant at, String id, int quantity) {
        return "{\"Metadata\":{\"WriteTimestampMicros\":{\"N\":\"" + micros(at) + "\"}},\"Keys\":{\"id\":{\"S\":\"" + id
                + "\"}},\"OldImage\":{\"id\":{\"S\":\"" + id + "\"}},\"NewImage\":{\"id\":{\"S\":\"" + id
                + "\"},\"quantity\":{\"N\":\"" + quantity + "\"}}}";
    }

    public static String deleted(Instant at, String id) {
        return "{\"Metadata\":{\"WriteTimestampMicros\":" + micros(at) + "},\"Keys\":{\"id\":{\"S\":\"" + id + "\"}}}";
    }

    /** A record of the stream; a REMOVE has no quantity. */
    public static String record(String name, Instant at, String precision, String id, int quantity) {
        long time = precision.equals("MILLISECOND") ? at.toEpochMilli() : micros(at);
        String image = name.equals("REMOVE")
                ? ""
                : ",\"NewImage\":{\"id\":{\"S\":\"" + id + "\"},\"quantity\":{\"N\":\"" + quantity + "\"}}";
        return "{\"awsRegion\":\"us-east-1\",\"eventID\":\"e\",\"eventName\":\"" + name
                + "\",\"userIdentity\":null,\"recordFormat\":\"application/json\",\"tableName\":\"Orders\","
                + "\"dynamodb\":{\"ApproximateCreationDateTime\":" + time
                + ",\"ApproximateCreationDateTimePrecision\":\"" + precision + "\",\"Keys\":{\"id\":{\"S\":\"" + id
                + "\"}}" + image + ",\"SizeBytes\":20},\"eventSource\":\"aws:dynamodb\"}";
    }

    public static long micros(Instant at) {
        return at.getEpochSecond() * 1_000_000 + at.getNano() / 1000;
    }

    /** The newest row of each key, as JSON, by its key, when all of these have come in whatever order. */
    public static Map<String, String> newest(Iterable<Captured> all) {
        Map<String, Change> newest = new TreeMap<>();
        Change truncation = null;
        for (Captured captured : all) {
            if (!(captured instanceof Change change)) {
                continue;
            }
            if (change.operation() == Operation.TRUNCATE
                    && (truncation == null || change.position().isAfter(truncation.position()))) {
                truncation = change;
            }
            if (change.operation().isOfRow() && change.operation() != Operation.UNREADABLE) {
                newest.merge(
                        change.key().getString(0).toString(),
                        change,
                        (one, other) -> other.position().isAfter(one.position()) ? other : one);
            }
        }
        Map<String, String> rows = new TreeMap<>();
        for (Map.Entry<String, Change> entry : newest.entrySet()) {
            Change change = entry.getValue();
            boolean isGone = change.operation() == Operation.DELETE
                    || (truncation != null && truncation.position().isAfter(change.position()));
            if (!isGone) {
                rows.put(entry.getKey(), ReadableRow.json(change.schema(), change.row()));
            }
        }
        return rows;
    }

    public static String row(String id, int quantity) {
        return "{\"id\":\"" + id + "\",\"quantity\":" + quantity + "}";
    }
}
