/**
 * Metrics of commands that run beside the job, in the text form that Prometheus reads. The job's own metrics are Flink's.
 */
@NullMarked
package io.tributary.metrics;

import org.jspecify.annotations.NullMarked;
