/**
 * Changelogs as records of Amazon Kinesis Data Streams: one flat JSON object a row, for the warehouse to merge by
 * version. A writer on the connector's client ships them; what it would choke on is taken out before.
 */
@NullMarked
package io.tributary.sink.kinesis;

import org.jspecify.annotations.NullMarked;
