/** Verify: what every output ought to be by its source, compared with what Iceberg and the warehouse show. */
@NullMarked
package io.tributary.command.verify;

import org.jspecify.annotations.NullMarked;
