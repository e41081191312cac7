package io.tributary.sample;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.settings.Problems;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rows of one table in one file: CSV whose first line names the columns, or JSON objects, one after the other or in an array. */
final class SampleFile {

    static final String CSV = ".csv";
    static final String JSON = ".json";

    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private final String path;
    private final Set<String> columns;
    private final List<SampleRow> rows;

    private SampleFile(String path, Set<String> columns, List<SampleRow> rows) {
        this.path = path;
        this.columns = columns;
        this.rows = rows;
    }

    /** @param path how messages call the file; its ending tells what it is */
    static SampleFile parse(String path, String text, Problems problems) {
        return path.endsWith(JSON) ? ofJson(path, text, problems) : ofCsv(path, text, problems);
    }

    private static SampleFile ofCsv(String path, String text, Problems problems) {
        int before = problems.sentences().size();
        List<Csv.Line> lines = Csv.parse(path, text, problems);
        Set<String> columns = new LinkedHashSet<>();
        List<SampleRow> rows = new ArrayList<>();
        if (lines.isEmpty()) {
            if (problems.sentences().size() == before) {
                problems.add(path + ":1: the first line has to name the columns");
            }
            return new SampleFile(path, columns, rows);
        }
        List<@Nullable String> header = lines.get(0).fields();
        for (String column : header) {
            if (column == null || !columns.add(column)) {
                problems.add(path + ":" + lines.get(0).number() + ": "
                        + (column == null ? "a column has no name" : "column " + column + " is named twice"));
            }
        }
        for (Csv.Line line : lines.subList(1, lines.size())) {
            if (line.fields().size() != header.size()) {
                problems.add(
                        path + ":" + line.number() + ": has " + line.fields().size() + " values, and " + header.size()
                                + " columns are named in the first line; NULL is a value without anything in it");
                continue;
            }
            Map<String, @Nullable String> values = new LinkedHashMap<>();
            for (int i = 0; i < header.size(); i++) {
                values.put(String.valueOf(header.get(i)), line.fields().get(i));
            }
            rows.add(new SampleRow(path, line.number(), values));
        }
        return new SampleFile(path, columns, rows);
    }

    private static SampleFile ofJson(String path, String text, Problems problems) {
        Set<String> columns = new LinkedHashSet<>();
        List<SampleRow> rows = new ArrayList<>();
        try (JsonParser parser = MAPPER.createParser(text)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.START_ARRAY || token == JsonToken.END_ARRAY) {
                    continue;
                }
                int line = parser.currentTokenLocation().getLineNr();
                if (token != JsonToken.START_OBJECT) {
                    problems.add(path + ":" + line + ": a row is an object, as {\"id\": 1}");
                    break;
                }
                JsonNode object = MAPPER.readTree(parser);
                Map<String, @Nullable String> values = new LinkedHashMap<>();
                for (Map.Entry<String, JsonNode> field : object.properties()) {
                    values.put(field.getKey(), text(field.getValue()));
                }
                columns.addAll(values.keySet());
                rows.add(new SampleRow(path, line, values));
            }
        } catch (JsonProcessingException e) {
            JsonLocation place = e.getLocation();
            problems.add(
                    path + ":" + (place == null ? 1 : place.getLineNr()) + ": is not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            problems.add(path + ": cannot be read: " + e);
        }
        return new SampleFile(path, columns, rows);
    }

    private static @Nullable String text(JsonNode value) {
        if (value.isNull()) {
            return null;
        }
        return value.isContainerNode() ? value.toString() : value.asText();
    }

    /** How messages call it. */
    String path() {
        return path;
    }

    /** What it says anything of; any other column is NULL. */
    Set<String> columns() {
        return columns;
    }

    List<SampleRow> rows() {
        return rows;
    }
}
