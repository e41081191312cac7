package io.tributary.sink.redshift;

import java.util.Map;

/**
 * The procedure {@code tributary_merge} that runs a round inside the warehouse: refresh, receive, and the merge of each table that
 * is due, so that whatever can call a procedure on a schedule can be the runner. Its text is {@code round.sql}.
 *
 * <p>Each merge commits by itself, and one that fails says so in the control table and keeps no other from being merged. New shapes
 * of tables are applied by {@code redshift apply} and by our runner alone, and only the runner copies files; the rows of new shapes wait in the stage.
 */
final class Round {

    private static final SqlTemplate TEMPLATE = SqlTemplate.of("round.sql");
    private static final SqlTemplate DUE = SqlTemplate.of("due.sql");

    private Round() {}

    /** The statement that gives the tables that are due. */
    static String due(WarehouseNames names) {
        return DUE.in(names).statement(Map.of());
    }

    /** The statement that makes the procedure. */
    static String create(WarehouseNames names, RedshiftSettings settings, WarehouseDialect dialect) {
        boolean isStreamed = settings.loads().isStreamed();
        String refresh = isStreamed ? dialect.refresh(names, settings) : null;
        return TEMPLATE.in(names)
                .procedure(
                        names.round(),
                        Map.of(
                                "refresh",
                                refresh == null ? "" : refresh,
                                "receive",
                                Procedure.call(isStreamed ? names.receive() : names.timetable()),
                                "due",
                                due(names).replace("\n", "\n    "),
                                "schema",
                                dialect.literal(names.schema())))
                .create(dialect.statementsCommit());
    }
}
