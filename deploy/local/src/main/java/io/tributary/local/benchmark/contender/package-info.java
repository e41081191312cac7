/** Those that are compared: floors, readers alone, whole jobs; each is let at the same database in its own way. */
@NullMarked
package io.tributary.local.benchmark.contender;

import org.jspecify.annotations.NullMarked;
