/**
 * What stands around the job in containers, each a process with one task: the load on the shop, what Redshift does by itself, and
 * a comparison while the load waits.
 */
@NullMarked
package io.tributary.local.container;

import org.jspecify.annotations.NullMarked;
