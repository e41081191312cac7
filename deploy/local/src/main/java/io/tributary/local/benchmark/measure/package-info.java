/** What is measured, by which clock, and what several measurements of one thing come to. */
@NullMarked
package io.tributary.local.benchmark.measure;

import org.jspecify.annotations.NullMarked;
