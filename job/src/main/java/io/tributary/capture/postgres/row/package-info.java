/**
 * Rows out of what the server sends: the columns and types of a table are asked in the catalog, then COPY's rows and
 * pgoutput's messages become changes. What cannot be read becomes a dead letter.
 */
@NullMarked
package io.tributary.capture.postgres.row;

import org.jspecify.annotations.NullMarked;
