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

    private static final int DEEPEST_TYPE = 100;

    /** Of a column in its relation. */
    private static final int MOST_NUMBER = 0xFFFF;

    private SchemaRecord() {}

    /**
     * The shape, its names in lower case.
     *
     * @throws IllegalArgumentException with a sentence, if no record of ours can tell this
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
            record.path(RecordFields.KEY).forEach(name -> key.add(name(name)));
            Schema schema = ofRelation(Schema.of(table, columns, key), record);
            if (!schema.hasNumber()) {
                throw new IllegalArgumentException(columns.size() + " columns are more than records can number");
            }
            return schema;
        } catch (JsonProcessingException | TableException | ValidationException | IllegalArgumentException e) {
            throw new IllegalArgumentException("The schema record of table " + table + " cannot be read: " + e, e);
        }
    }

    /** Neither the relation nor any column's number is told of a table that is known by its name. */
    private static Schema ofRelation(Schema named, JsonNode record) {
        long relation = count(record.path(RecordFields.RELATION), Long.MAX_VALUE);
        if (relation == 0) {
            return named;
        }
        List<Column> columns = named.columns();
        if (columns.stream().mapToInt(Column::number).distinct().count() < columns.size()) {
            throw new IllegalArgumentException("two columns have one number");
        }
        return named.ofRelation(relation, count(record.path(RecordFields.REVISION), Long.MAX_VALUE));
    }

    private static long count(JsonNode told, long most) {
        if (told.isMissingNode()) {
            return 0;
        }
        if (!told.canConvertToLong() || !told.isIntegralNumber() || told.asLong() < 0 || told.asLong() > most) {
            throw new IllegalArgumentException(told + " is no number of a relation, a revision or a column");
        }
        return told.asLong();
    }

    private static Column column(JsonNode told) {
        return unnumbered(told).numbered((int) count(told.path("number"), MOST_NUMBER));
    }

    private static Column unnumbered(JsonNode told) {
        String name = name(told.path("name"));
        if (RecordFields.isReserved(name)) {
            throw new IllegalArgumentException("a column has the name of the field " + name);
        }
        boolean isInferred = told.path("inferred").asBoolean();
        if (told.path("json").asBoolean()) {
            return isInferred ? Column.inferredJson(name) : Column.json(name);
        }
        LogicalType type = type(told.path("type").asText());
        return isInferred ? Column.inferred(name, type) : Column.of(name, type);
    }

    private static String name(JsonNode told) {
        String name = WarehouseNames.lower(told.asText());
        if (!told.isTextual() || name.isEmpty() || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a column has no name");
        }
        return name;
    }

    /**
     * Looks at the text before it is parsed, since the parser goes down as deep as it is nested, and makes objects of classes
     * that it names: RAW and structured types have strings and points in them, the types of our records have not.
     */
    private static LogicalType type(String text) {
        boolean inName = false;
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '`') {
                inName = !inName;
            } else if (!inName) {
                depth += "<(".indexOf(c) >= 0 ? 1 : ">)".indexOf(c) >= 0 ? -1 : 0;
                boolean isPlain = Character.isLetterOrDigit(c) || "<>(), _".indexOf(c) >= 0;
                if (!isPlain || depth > DEEPEST_TYPE) {
                    throw new IllegalArgumentException("a column has a type that records do not have");
                }
            }
        }
        return LogicalTypeParser.parse(text, SchemaRecord.class.getClassLoader());
    }

    /** The schema with its names in lower case, as the records of the stream spell them, and known by them alone. */
    static Schema lower(Schema schema) {
        List<Column> columns = new ArrayList<>();
        for (Column column : schema.columns()) {
            columns.add(column.named(WarehouseNames.lower(column.name())).numbered(0));
        }
        List<String> key = new ArrayList<>();
        schema.keyNames().forEach(name -> key.add(WarehouseNames.lower(name)));
        return Schema.of(schema.table(), columns, key);
    }
}
