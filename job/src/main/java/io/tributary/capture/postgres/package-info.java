/**
 * Reads PostgreSQL: what has to be true before the start, the snapshot of each table and the changes of a logical slot.
 * Every value comes as the text that PostgreSQL prints, from the snapshot and from the slot alike, and one reader turns it
 * into a row.
 */
@NullMarked
package io.tributary.capture.postgres;

import org.jspecify.annotations.NullMarked;
