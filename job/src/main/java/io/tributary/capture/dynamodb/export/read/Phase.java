package io.tributary.capture.dynamodb.export.read;

/** What a reader is to hand on of an export; a later phase waits until all of the earlier ones was handed on. */
enum Phase {
    /** That the table is being loaded. */
    BEGIN('b'),
    /** The rows of one file. */
    FILE('f'),
    /** The deletes of one file; a newer full export that was loaded has its other rows. */
    DELETES('d'),
    /** That rows which the export lacks are gone. */
    TRUNCATION('t'),
    /** That the table was loaded. */
    END('e'),
    /** A dead letter that says what is wrong with an export. It waits for nothing. */
    REPORT('r');

    private final char letter;

    Phase(char letter) {
        this.letter = letter;
    }

    boolean isOfFile() {
        return this == FILE || this == DELETES;
    }

    /** In checkpoints. */
    char letter() {
        return letter;
    }

    static Phase of(char letter) {
        for (Phase phase : values()) {
            if (phase.letter == letter) {
                return phase;
            }
        }
        throw new IllegalArgumentException("A part of an export of the kind '" + letter + "' is not known");
    }
}
