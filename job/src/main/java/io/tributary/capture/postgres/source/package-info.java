/**
 * The default reader: one enumerator cuts the tables into chunks, readers copy them in parallel, and one reader has the slot.
 * What was read, and of which server, is in Flink's state.
 */
@NullMarked
package io.tributary.capture.postgres.source;

import org.jspecify.annotations.NullMarked;
