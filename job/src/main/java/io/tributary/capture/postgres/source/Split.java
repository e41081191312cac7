package io.tributary.capture.postgres.source;

import org.apache.flink.api.connector.source.SourceSplit;

/** What the native reader hands out: chunks of tables, and the slot. */
interface Split extends SourceSplit {}
