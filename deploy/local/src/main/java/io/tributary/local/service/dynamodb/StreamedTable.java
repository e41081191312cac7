package io.tributary.local.service.dynamodb;

/** A table whose changes go into the stream, and how exactly they tell the time. */
public record StreamedTable(String name, Precision precision) {

    /** What DynamoDB can be told for each table, and what records look like that do not name it. */
    public enum Precision {
        MICROSECOND,
        MILLISECOND,
        /** Milliseconds, as in the records of tables whose streaming began before there was a choice. */
        UNNAMED
    }
}
