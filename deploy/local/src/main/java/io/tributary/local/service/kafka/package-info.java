/** Kafka on a laptop: a broker, and Kafka Connect with Debezium's connector for PostgreSQL, each a process of its own. */
@NullMarked
package io.tributary.local.service.kafka;

import org.jspecify.annotations.NullMarked;
