package io.tributary.local.benchmark.measure;

/**
 * How long something took, and the processor time that was used meanwhile.
 *
 * @param cpuSeconds of the contender's processes
 * @param postgresCpuSeconds of all processes of the source
 */
public record Timing(double seconds, double cpuSeconds, double postgresCpuSeconds) {}
