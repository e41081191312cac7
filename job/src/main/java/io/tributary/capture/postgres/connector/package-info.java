/**
 * The reader {@code flink-cdc}: that of flink-connector-postgres-cdc, with our decoding in the place of its own. It is the
 * only room that knows the connector and its Debezium.
 */
@NullMarked
package io.tributary.capture.postgres.connector;

import org.jspecify.annotations.NullMarked;
