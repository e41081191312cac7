package io.tributary.command.verify;

/** The rows of one output in one system. */
interface Side {

    /** All of them. */
    void read(Rows rows) throws Exception;

    /** Adds all of them. A system that can compute this itself need not send them. */
    default void addTo(Checksums checksums) throws Exception {
        read(checksums::add);
    }

    /** Those whose keys are in these ranges. */
    default void read(Ranges ranges, Rows rows) throws Exception {
        read(values -> {
            if (ranges.have(values)) {
                rows.next(values);
            }
        });
    }
}
