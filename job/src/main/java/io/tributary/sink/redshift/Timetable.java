package io.tributary.sink.redshift;

import java.util.Map;

/**
 * The procedure that calls the tables of schedules whose time has come: those of which something has landed are marked, and merged once
 * by whoever runs the round. {@link Receive} calls it, and whoever runs the round where nothing is received, so schedules hold whatever the runner is. Its text is {@code timetable.sql}.
 */
final class Timetable {

    private static final SqlTemplate TEMPLATE = SqlTemplate.of("timetable.sql");

    private Timetable() {}

    static Procedure procedure(WarehouseNames names) {
        return TEMPLATE.in(names).procedure(names.timetable(), Map.of());
    }
}
