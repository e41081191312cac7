/** Records in files, at each checkpoint, for the warehouse to copy. */
@NullMarked
package io.tributary.sink.load;

import org.jspecify.annotations.NullMarked;
