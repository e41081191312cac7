/** DynamoDB's tables as the settings name them. The rooms turn items into rows, and read a stream and exports of items. */
@NullMarked
package io.tributary.capture.dynamodb;

import org.jspecify.annotations.NullMarked;
