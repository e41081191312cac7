/**
 * DynamoDB on a laptop: the service, its changes as they come through Kinesis, and its exports, in the forms that Amazon
 * documents.
 */
@NullMarked
package io.tributary.local.service.dynamodb;

import org.jspecify.annotations.NullMarked;
