/**
 * SQL files over sample rows that lie beside them: the command {@code test}. The rows go through the same compiler, operators and
 * functions as in the job, in a small Flink within this process.
 */
@NullMarked
package io.tributary.sample;

import org.jspecify.annotations.NullMarked;
