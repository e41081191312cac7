/**
 * DynamoDB's tables, from a Kinesis data stream that carries the changes of many of them. Items have no columns: their types are
 * found from what arrives, and only ever widen.
 */
@NullMarked
package io.tributary.capture.dynamodb;

import org.jspecify.annotations.NullMarked;
