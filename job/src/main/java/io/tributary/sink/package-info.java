/** Writers into the systems that take the changelogs, one folder a system, all behind one seam. */
@NullMarked
package io.tributary.sink;

import org.jspecify.annotations.NullMarked;
