package io.tributary.local.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.command.Verifier;
import io.tributary.command.verify.Difference;
import io.tributary.command.verify.Outcome;
import io.tributary.local.service.Built;
import io.tributary.local.service.Guard;
import io.tributary.local.service.dynamodb.Dynamo;
import io.tributary.local.service.dynamodb.DynamoServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.hadoop.HadoopCatalog;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Items are compared with a scan of their table. */
final class VerifyItemsTest {

    private static final Path HOME = Path.of(System.getProperty("tributary.home"));
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Schema CARTS = new Schema(
            List.of(
                    Types.NestedField.required(1, "cart", Types.StringType.get()),
                    Types.NestedField.optional(2, "items", Types.LongType.get()),
                    Types.NestedField.optional(3, "notes", Types.StringType.get())),
            Set.of(1));

    private static void put(Dynamo dynamo, String item) throws Exception {
        dynamo.ask("PutItem", JSON.readTree("{\"TableName\": \"prod-carts\", \"Item\": " + item + "}"));
    }

    private static void append(Path lake, Map<String, Object> row) throws Exception {
        try (HadoopCatalog catalog = new HadoopCatalog(new Configuration(), lake.toString())) {
            TableIdentifier name = TableIdentifier.of("shop", "carts");
            Table table = catalog.tableExists(name) ? catalog.loadTable(name) : catalog.createTable(name, CARTS);
            DataWriter<Record> writer = Parquet.writeData(
                            table.io().newOutputFile(table.location() + "/data/" + System.nanoTime() + ".parquet"))
                    .schema(table.schema())
                    .createWriterFunc(GenericParquetWriter::create)
                    .withSpec(PartitionSpec.unpartitioned())
                    .build();
            try (writer) {
                writer.write(GenericRecord.create(table.schema()).copy(row));
            }
            table.newAppend().appendFile(writer.toDataFile()).commit();
        }
    }

    @Test
    void eachAttributeHasToBeInTheColumnOfItsName(@TempDir Path folder) throws Exception {
        Path lake = folder.resolve("lake");
        try (Guard guard = Guard.start();
                DynamoServer server = DynamoServer.start(guard, folder, Built.dynamodb(HOME))) {
            Dynamo dynamo = server.dynamo();
            dynamo.createTable("prod-carts", List.of(new Dynamo.KeyAttribute("cart", "S")), "ttl");
            put(
                    dynamo,
                    "{\"cart\": {\"S\": \"a\"}, \"items\": {\"N\": \"3\"}, \"notes\": {\"M\": {\"b\": {\"N\": \"1\"}}}}");
            put(dynamo, "{\"cart\": {\"S\": \"b\"}, \"items\": {\"N\": \"4\"}}");
            Path settings = Files.writeString(folder.resolve("settings.yaml"), """
                    dynamodb:
                      stream: changes
                      tables: [prod-carts=carts]
                      kinesis-client:
                        aws.region: us-east-1
                        aws.credentials.provider: BASIC
                        aws.credentials.provider.basic.accesskeyid: local
                        aws.credentials.provider.basic.secretkey: "file:%s"
                      client: {aws.endpoint: "%s"}
                    sql: {pass-through: [carts]}
                    iceberg: {namespace: shop, catalog: {type: hadoop, warehouse: "%s"}}
                    """.formatted(
                            Files.writeString(folder.resolve("secret"), "local"), server.endpoint(), lake));
            append(lake, Map.of("cart", "a", "items", 3L, "notes", "{\"b\":1}"));
            append(lake, Map.of("cart", "b", "items", 4L));
            assertThat(Verifier.compareAll(settings.toString(), null, Duration.ZERO))
                    .singleElement()
                    .matches(Outcome::isClean)
                    .matches(outcome -> outcome.rows().equals(Map.of("source", 2L, "Iceberg", 2L)));

            put(dynamo, "{\"cart\": {\"S\": \"b\"}, \"items\": {\"N\": \"5\"}}");
            assertThat(Verifier.compareAll(settings.toString(), null, Duration.ZERO)
                            .get(0)
                            .differences())
                    .extracting(Difference::key, Difference::wrong)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple("cart=b", Map.of("Iceberg", "it differs in items")));
        }
    }
}
