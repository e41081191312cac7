package io.tributary.local.benchmark.measure;

/** Something that is measured, and its unit. */
public enum Quantity {
    ROWS_PER_SECOND("rows/s"),
    SECONDS("s"),
    CPU_PER_MILLION("CPU s per million"),
    POSTGRES_CPU_PER_MILLION("Postgres CPU s per million"),
    CPU_SECONDS("CPU s"),
    P50_MILLIS("p50 ms"),
    P95_MILLIS("p95 ms"),
    P99_MILLIS("p99 ms"),
    STATE_BYTES_PER_KEY("state bytes per key"),
    ROW_BYTES("binary row, bytes"),
    CHECKPOINT_MEGABYTES("full checkpoint, MB"),
    RECOVERY_SECONDS("back after a lost task manager, s"),
    TASKS("tasks"),
    NETWORK_MEGABYTES("network memory in use, MB");

    private final String label;

    Quantity(String label) {
        this.label = label;
    }

    /** The heading of its column. */
    public String label() {
        return label;
    }
}
