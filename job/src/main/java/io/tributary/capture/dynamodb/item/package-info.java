/**
 * Items as rows, wherever they come from: items have no columns, so the types of columns are found from what arrives, and only
 * ever widen.
 */
@NullMarked
package io.tributary.capture.dynamodb.item;

import org.jspecify.annotations.NullMarked;
