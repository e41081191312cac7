/** What runs in processes of its own: the contenders' small jobs inside Flink, and the clients that only read. */
@NullMarked
package io.tributary.local.benchmark.flink;

import org.jspecify.annotations.NullMarked;
