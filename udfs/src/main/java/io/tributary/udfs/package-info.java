/**
 * Functions for the SQL files. A class here is a Flink {@code ScalarFunction}, {@code TableFunction} or
 * {@code AggregateFunction}; {@code functions.properties} gives it its SQL name.
 */
@NullMarked
package io.tributary.udfs;

import org.jspecify.annotations.NullMarked;
