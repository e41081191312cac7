/**
 * Debezium's topics on Apache Kafka as a source: which topics are read, from where and how, and Flink's Kafka source in front of the
 * reader of their events.
 */
@NullMarked
package io.tributary.capture.kafka;

import org.jspecify.annotations.NullMarked;
