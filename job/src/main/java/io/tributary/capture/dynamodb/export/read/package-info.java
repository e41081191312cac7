/** The exports of tables as a source of the job: which one is loaded next, and the lines of its files as changes. */
@NullMarked
package io.tributary.capture.dynamodb.export.read;

import org.jspecify.annotations.NullMarked;
