/**
 * Reads the change events that Debezium writes, as JSON with or without a schema or as Avro, into changes. It knows events and
 * their places in a log, and nothing of how they are transported.
 */
@NullMarked
package io.tributary.capture.debezium;

import org.jspecify.annotations.NullMarked;
