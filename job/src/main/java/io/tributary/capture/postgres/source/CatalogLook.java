package io.tributary.capture.postgres.source;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.Sql;
import io.tributary.capture.postgres.server.Era;
import io.tributary.capture.postgres.server.Server;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Asks the catalog for the state of all tables, in one query. */
final class CatalogLook {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SCHEMAS = 150_000;

    private CatalogLook() {}

    /** By table, as in the settings, with the numbers of an era; without those that do not exist. */
    static Map<String, TableState> at(Server server, PostgresSettings settings, Era era) throws SQLException {
        Map<String, PostgresTable> tables = new LinkedHashMap<>();
        settings.tables().forEach(table -> tables.put(table.quoted(), table));
        String schemas = server.version() < SCHEMAS ? "published_no_schemas.sql" : "published_schemas.sql";
        String query = Sql.fill(statement("table_states.sql"), Map.of("schemas", statement(schemas)));
        String names = tables.keySet().stream().map(CatalogLook::element).collect(Collectors.joining(",", "{", "}"));
        Map<String, TableState> states = new LinkedHashMap<>();
        for (List<@Nullable String> row : server.rows(query, names, settings.publication(), settings.publication())) {
            states.put(requireNonNull(tables.get(row.get(0))).toString(), state(row, era));
        }
        return states;
    }

    private static String statement(String file) {
        return Sql.statement(CatalogLook.class, file);
    }

    private static String element(String name) {
        return '"' + name.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static TableState state(List<@Nullable String> row, Era era) throws SQLException {
        List<ColumnState> columns = new ArrayList<>();
        for (JsonNode column : json(row.get(3))) {
            columns.add(new ColumnState(
                    column.get(0).asInt(),
                    column.get(1).asText(),
                    column.get(2).asLong(),
                    column.get(3).asInt(),
                    column.get(4).asBoolean()));
        }
        List<String> files = new ArrayList<>();
        json(row.get(4)).forEach(file -> files.add(file.asText()));
        List<Integer> key = new ArrayList<>();
        json(row.get(5)).forEach(number -> key.add(number.asInt()));
        String altered = row.get(2);
        return new TableState(
                era.relation(Long.parseLong(requireNonNull(row.get(1)))),
                0,
                altered == null ? 1 : Long.parseLong(altered),
                columns,
                files,
                key,
                KnownKey.NONE,
                "t".equals(row.get(6)),
                requireNonNull(row.get(7)),
                "t".equals(row.get(8)));
    }

    private static JsonNode json(@Nullable String text) throws SQLException {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new SQLException("The catalog's answer cannot be read: " + text, e);
        }
    }
}
