/**
 * The warehouse: SQL generated from the tables' schemas, and a runner that lands, registers and merges what stands in the
 * Kinesis stream. Nothing here is part of the Flink job; it speaks with Redshift, or its PostgreSQL stand-in, by JDBC.
 */
@NullMarked
package io.tributary.sink.redshift;

import org.jspecify.annotations.NullMarked;
