package io.tributary.sink.redshift;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.change.Column;
import io.tributary.change.RecordFields;
import io.tributary.change.Schema;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.api.TableException;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;

/** Reads the record by which the stream tells the shape of a table's rows. */
final class SchemaRecord {

    private static final ObjectMapper JSON = new ObjectMapper();

    private SchemaRecord() {}

    /**
     * The shape, its names in lower case.
     *
     * @throws IllegalArgumentException with a sentence, if the record tells none
     */
    static Schema read(String table, String json) {
        if (table.startsWith("_")) {
            throw new IllegalArgumentException("Table " + table + " cannot have this name in Redshift, where names that"
                    + " start with an underscore are ours: give it an alias");
        }
        try {
            JsonNode record = JSON.readTree(json);
            List<Column> columns = new ArrayList<>();
            for (JsonNode column : record.path(RecordFields.COLUMNS)) {
                columns.add(column(column));
            }
            List<String> key = new ArrayList<>();
            record.path(RecordFields.KEY).forEach(name -> key.add(WarehouseNames.lower(name.asText())));
            return Schema.of(table, columns, key);
        } catch (JsonProcessingException | TableException | ValidationException e) {
            throw new IllegalArgumentException("The schema record of table " + table + " cannot be read: " + e, e);
        }
    }

    private static Column column(JsonNode told) {
        String name = WarehouseNames.lower(told.path("name").asText());
        boolean isInferred = told.path("inferred").asBoolean();
        if (told.path("json").asBoolean()) {
            return isInferred ? Column.inferredJson(name) : Column.json(name);
        }
        LogicalType type = LogicalTypeParser.parse(told.path("type").asText(), SchemaRecord.class.getClassLoader());
        return isInferred ? Column.inferred(name, type) : Column.of(name, type);
    }

    /** The schema with its names in lower case, as the records of the stream spell them. */
    static Schema lower(Schema schema) {
        List<Column> columns = new ArrayList<>();
        for (Column column : schema.columns()) {
            columns.add(column.named(WarehouseNames.lower(column.name())));
        }
        List<String> key = new ArrayList<>();
        schema.keyNames().forEach(name -> key.add(WarehouseNames.lower(name)));
        return Schema.of(schema.table(), columns, key);
    }
}
