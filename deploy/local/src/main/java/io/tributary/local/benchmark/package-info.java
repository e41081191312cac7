/**
 * The benchmarks: scenarios, in which contenders read the same database on the same machine in the same run, and their
 * figures. See job/docs/benchmarks.md.
 */
@NullMarked
package io.tributary.local.benchmark;

import org.jspecify.annotations.NullMarked;
