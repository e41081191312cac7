/**
 * The vocabulary of the flow: a change, its table, key, position, row and schema, and how each is written on the wire.
 * Everything else in the job speaks in these words; this folder knows the JDK and Flink's types only.
 */
@NullMarked
package io.tributary.change;

import org.jspecify.annotations.NullMarked;
