package io.tributary.capture.postgres;

import org.apache.flink.api.connector.source.SourceSplit;

/** What the native reader hands out: chunks of tables, and the slot. */
interface NativeSplit extends SourceSplit {}
