/** DynamoDB Local, started so that only this machine reaches it. */
@NullMarked
package io.tributary.local.dynamodb;

import org.jspecify.annotations.NullMarked;
