/**
 * Dead letters: what could not be read, completed or shipped, as rows of a table like any other, so that nothing is lost
 * in silence. The table is written by whichever sink the flow gives it to.
 */
@NullMarked
package io.tributary.sink.rejected;

import org.jspecify.annotations.NullMarked;
