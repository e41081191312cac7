/**
 * Functions for the SQL files. A class here is a Flink {@code ScalarFunction}, {@code TableFunction} or
 * {@code AggregateFunction}; {@code functions.properties} gives it its SQL name.
 */
package io.tributary.udfs;
