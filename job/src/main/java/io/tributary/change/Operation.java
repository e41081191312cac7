package io.tributary.change;

/** What a source says happened to a row, or to all rows of a table. */
public enum Operation {
    /** The row was found by a snapshot: it exists, and any streamed change of its key is newer. */
    READ('r'),
    INSERT('c'),
    UPDATE('u'),
    DELETE('d'),
    /** Every row of the table whose position is older is gone. */
    TRUNCATE('t');

    private static final Operation[] VALUES = values();

    private final char code;

    Operation(char code) {
        this.code = code;
    }

    /** The letter Debezium uses, and {@code _op} in the records we emit. */
    public char code() {
        return code;
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
