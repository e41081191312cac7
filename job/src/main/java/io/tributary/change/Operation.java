package io.tributary.change;

/** What a source says happened to a row, to all rows of a table, or to the reading of a table. */
public enum Operation {
    /** The row was found by a snapshot: it exists, and any streamed change of its key is newer. */
    READ('r'),
    INSERT('c'),
    UPDATE('u'),
    DELETE('d'),
    /**
     * The row is there, and a dead letter has what could not be read of it: what was known of it before is out of date.
     */
    UNREADABLE('x'),
    /** The targets had a row with this key before the job began; nothing is known of the row. */
    HELD('h'),
    /** Every row of the table whose position is older is gone. */
    TRUNCATE('t'),
    /** From now on rows of a snapshot of the table may come. */
    SNAPSHOT_BEGAN('b'),
    /** All rows of that snapshot were handed on; some may still be on their way, on other channels. */
    SNAPSHOT_ENDED('e'),
    /** The table was read again, while it was streamed: rows that are older and were not found by that are gone. */
    RESYNCED('z'),
    /** From now on rows of a schema may come in which types were found from data. */
    RETYPED('y'),
    /** The job was started, or resumed: what is to be done once is done now. It is of no table. */
    STARTED('g');

    private static final Operation[] VALUES = values();

    private final char code;

    Operation(char code) {
        this.code = code;
    }

    /** Of a row and of TRUNCATE the letter Debezium uses, and {@code _op} in the records we emit. */
    public char code() {
        return code;
    }

    /** True if it is about one row, which has a key; else about a table. */
    public boolean isOfRow() {
        switch (this) {
            case READ:
            case INSERT:
            case UPDATE:
            case DELETE:
            case UNREADABLE:
            case HELD:
                return true;
            case TRUNCATE:
            case SNAPSHOT_BEGAN:
            case SNAPSHOT_ENDED:
            case RESYNCED:
            case RETYPED:
            case STARTED:
            default:
                return false;
        }
    }

    static Operation ofCode(char code) {
        for (Operation operation : VALUES) {
            if (operation.code == code) {
                return operation;
            }
        }
        throw new IllegalArgumentException("No operation has the code " + code);
    }
}
