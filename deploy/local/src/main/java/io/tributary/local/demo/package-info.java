/**
 * The demo: all that the job needs on one machine, started, filled and changed while one looks on. Everything it starts ends
 * with it, and it keeps all that it writes in one folder.
 */
@NullMarked
package io.tributary.local.demo;

import org.jspecify.annotations.NullMarked;
