package io.tributary.sink.redshift;

import java.util.List;
import java.util.Map;

/**
 * What PostgreSQL needs to stand in for Redshift: the functions that the generated statements use, and a landing table in
 * the place of the streaming view. Only {@link WarehouseDialect#POSTGRES} uses it.
 */
final class StandIn {

    private static final SqlTemplate FUNCTIONS = SqlTemplate.of("functions-postgres.sql");
    private static final SqlTemplate LANDING = SqlTemplate.of("landing-postgres.sql");

    private static final SqlTemplate SKIPPED = SqlTemplate.of("skipped-postgres.sql");

    private StandIn() {}

    static List<String> functions() {
        return FUNCTIONS.statements(Map.of("longest_string", Integer.toString(WarehouseDialect.MAX_STRING_BYTES)));
    }

    static List<String> landing(WarehouseNames names) {
        return LANDING.in(names).statements(Map.of());
    }

    /** @param table qualified and quoted */
    static String skippedRecords(String table) {
        return SKIPPED.statement(Map.of("errors", table));
    }
}
