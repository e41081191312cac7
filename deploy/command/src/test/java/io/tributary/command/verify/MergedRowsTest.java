package io.tributary.command.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.sink.iceberg.LocalFileIO;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.deletes.EqualityDeleteWriter;
import org.apache.iceberg.deletes.PositionDelete;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deletes apply as Iceberg's own reader applies them: to files that are older, by value, and to rows of one file, by place. */
class MergedRowsTest {

    private static final Schema COLUMNS = new Schema(
            List.of(
                    Types.NestedField.required(1, "id", Types.LongType.get()),
                    Types.NestedField.optional(2, "name", Types.StringType.get())),
            Set.of(1));

    @TempDir
    private Path folder;

    private Table table;
    private int files;

    @BeforeEach
    void createTable() throws IOException {
        table = CatalogUtil.buildIcebergCatalog(
                        "lake",
                        Map.of(
                                "type",
                                "hadoop",
                                "io-impl",
                                LocalFileIO.class.getName(),
                                "warehouse",
                                folder.toUri().toString()),
                        new Configuration())
                .createTable(
                        TableIdentifier.of("shop", "people"),
                        COLUMNS,
                        PartitionSpec.unpartitioned(),
                        Map.of(TableProperties.FORMAT_VERSION, "2"));
    }

    @Test
    void rowsAreThoseOfIcebergsOwnReader() throws IOException {
        for (long round = 0; round < 5; round++) {
            DataFile rows = rows(round * 10, 10, "round " + round);
            table.newRowDelta()
                    .addRows(rows)
                    .addRows(rows(0, 2, "again " + round))
                    .addDeletes(equalTo(0, 1, round * 10 - 1))
                    .addDeletes(at(rows, 3, 4))
                    .commit();
        }
        table.updateSchema().addColumn("later", Types.IntegerType.get()).commit();
        assertThat(merged("id", "name", "later"))
                .hasSize(36)
                .isEqualTo(texts(IcebergGenerics.read(table).build()));
        assertThat(merged("name")).hasSize(36).allMatch(text -> text.contains("round") || text.contains("again 4"));
    }

    private List<String> merged(String... columns) throws IOException {
        return texts(MergedRows.of(table, table.schema().select(columns)));
    }

    private static List<String> texts(CloseableIterable<Record> records) throws IOException {
        List<String> texts = new ArrayList<>();
        try (records) {
            for (Record row : records) {
                Object id = row.struct().field("id") == null ? "" : row.getField("id");
                texts.add(id + " " + row.getField("name"));
            }
        }
        return texts.stream().sorted().toList();
    }

    private static Record row(Schema columns, long id, String name) {
        GenericRecord row = GenericRecord.create(columns);
        row.setField("id", id);
        if (columns.findField("name") != null) {
            row.setField("name", name);
        }
        return row;
    }

    private DataFile rows(long first, int count, String name) throws IOException {
        DataWriter<Record> writer = Parquet.writeData(newFile())
                .schema(COLUMNS)
                .withSpec(PartitionSpec.unpartitioned())
                .createWriterFunc(type -> GenericParquetWriter.create(COLUMNS, type))
                .build();
        try (writer) {
            for (long id = first; id < first + count; id++) {
                writer.write(row(COLUMNS, id, name));
            }
        }
        return writer.toDataFile();
    }

    private DeleteFile equalTo(long... ids) throws IOException {
        Schema key = COLUMNS.select("id");
        EqualityDeleteWriter<Record> writer = Parquet.writeDeletes(newFile())
                .rowSchema(key)
                .withSpec(PartitionSpec.unpartitioned())
                .equalityFieldIds(1)
                .createWriterFunc(type -> GenericParquetWriter.create(key, type))
                .buildEqualityWriter();
        try (writer) {
            for (long id : ids) {
                writer.write(row(key, id, ""));
            }
        }
        return writer.toDeleteFile();
    }

    private DeleteFile at(DataFile file, long... places) throws IOException {
        PositionDeleteWriter<Record> writer = Parquet.writeDeletes(newFile())
                .withSpec(PartitionSpec.unpartitioned())
                .buildPositionWriter();
        try (writer) {
            for (long place : places) {
                writer.write(PositionDelete.<Record>create().set(file.location(), place));
            }
        }
        return writer.toDeleteFile();
    }

    private OutputFile newFile() {
        return table.io().newOutputFile(table.location() + "/data/" + files++ + ".parquet");
    }
}
