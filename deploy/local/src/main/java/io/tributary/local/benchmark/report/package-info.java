/** What a run comes to: tables, a plot, the targets, and the file that all of them are made from. */
@NullMarked
package io.tributary.local.benchmark.report;

import org.jspecify.annotations.NullMarked;
