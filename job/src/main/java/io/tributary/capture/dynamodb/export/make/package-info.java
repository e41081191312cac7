/** The command that has DynamoDB export tables to where the job looks for exports. */
@NullMarked
package io.tributary.capture.dynamodb.export.make;

import org.jspecify.annotations.NullMarked;
