/**
 * Exports of DynamoDB tables, full and incremental, as DynamoDB writes them: read by the job as the tables' first load and as
 * repair, and started by a command. Only what a manifest names is read.
 */
@NullMarked
package io.tributary.capture.dynamodb.export;

import org.jspecify.annotations.NullMarked;
