package io.tributary.capture;

/** Why a record, a row, an item or a value cannot be taken, for the dead letter that has it. */
public final class Unreadable extends Exception {

    private static final long serialVersionUID = 1L;

    public Unreadable(String reason) {
        super(reason, null, false, false);
    }

    /** In words. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
