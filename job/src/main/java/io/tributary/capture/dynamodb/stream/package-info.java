/** The changes of many tables from one Kinesis data stream: its records, their order, and what has to be true before the start. */
@NullMarked
package io.tributary.capture.dynamodb.stream;

import org.jspecify.annotations.NullMarked;
