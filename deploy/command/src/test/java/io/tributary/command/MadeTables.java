package io.tributary.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

/** Iceberg tables as a job leaves them, and settings that name them, without a job. */
final class MadeTables {

    private static final Schema CUSTOMERS = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "name", Types.StringType.get()));

    private static final Schema LETTERS = new Schema(
            Types.NestedField.required(1, "id", Types.StringType.get()),
            Types.NestedField.optional(2, "source_table", Types.StringType.get()),
            Types.NestedField.optional(3, "rejected_at", Types.TimestampType.withZone()),
            Types.NestedField.optional(4, "reason", Types.StringType.get()),
            Types.NestedField.optional(5, "system", Types.StringType.get()),
            Types.NestedField.optional(6, "position", Types.StringType.get()));

    private final Path folder;
    private final HadoopCatalog catalog;

    MadeTables(Path folder) {
        this.folder = folder;
        catalog = new HadoopCatalog(
                new org.apache.hadoop.conf.Configuration(),
                folder.resolve("lake").toUri().toString());
    }

    Path settings() throws IOException {
        return Files.writeString(folder.resolve("shop.yaml"), """
                name: shop
                iceberg:
                  namespace: shop
                  catalog:
                    type: hadoop
                    warehouse: "%s"
                """.formatted(
                        folder.resolve("lake").toUri()));
    }

    /** One more each time, as one file. */
    void add(String name, Schema schema, List<Map<String, Object>> rows) throws IOException {
        append(name, schema, rows);
    }

    Table table(String name) {
        return catalog.loadTable(TableIdentifier.of("shop", name));
    }

    /** One more each time, with the ids from the number on. */
    void customers(long from, long to) throws IOException {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (long id = from; id <= to; id++) {
            rows.add(id % 10 == 0 ? Map.of("id", id) : Map.of("id", id, "name", "customer " + id));
        }
        append("customers", CUSTOMERS, rows);
    }

    void letters(int count, OffsetDateTime after) throws IOException {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            rows.add(Map.of(
                    "id",
                    "letter " + i,
                    "source_table",
                    "orders",
                    "rejected_at",
                    after.withOffsetSameInstant(ZoneOffset.UTC).plusSeconds(i),
                    "reason",
                    "it is number " + i));
        }
        append("dead_letters", LETTERS, rows);
    }

    private void append(String name, Schema schema, List<Map<String, Object>> rows) throws IOException {
        TableIdentifier identifier = TableIdentifier.of("shop", name);
        Table table = catalog.tableExists(identifier)
                ? catalog.loadTable(identifier)
                : catalog.createTable(identifier, schema, PartitionSpec.unpartitioned());
        DataWriter<Record> writer = Parquet.writeData(
                        table.io().newOutputFile(table.location() + "/data/" + System.nanoTime() + ".parquet"))
                .schema(table.schema())
                .createWriterFunc(GenericParquetWriter::create)
                .withSpec(PartitionSpec.unpartitioned())
                .build();
        try (writer) {
            for (Map<String, Object> row : rows) {
                writer.write(GenericRecord.create(table.schema()).copy(row));
            }
        }
        table.newAppend().appendFile(writer.toDataFile()).commit();
    }
}
