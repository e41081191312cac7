package io.tributary.capture;

/** What becomes of the values of a column before anything else of the job meets them; the later, the less of them is known. */
public enum Treatment {
    KEPT,
    HASHED,
    LEFT_OUT;

    /** The one of the two that lets less through. */
    public Treatment stricter(Treatment other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
