/** Readers of the systems whose changes we take, one folder a system, all behind one seam. */
@NullMarked
package io.tributary.capture;

import org.jspecify.annotations.NullMarked;
