/**
 * Exports of DynamoDB tables, full and incremental, as DynamoDB writes them: where they are, and of which tables. The rooms find
 * them, read them as the tables' first load and as repair, and make them.
 */
@NullMarked
package io.tributary.capture.dynamodb.export;

import org.jspecify.annotations.NullMarked;
