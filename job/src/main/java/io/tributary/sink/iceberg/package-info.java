/**
 * Changelogs into Iceberg tables: appends and key-only equality deletes, one commit a table and checkpoint. The only
 * folder that knows Iceberg.
 */
@NullMarked
package io.tributary.sink.iceberg;

import org.jspecify.annotations.NullMarked;
