package io.tributary.capture.dynamodb.export.find;

import java.io.IOException;

/** An export, or one of its files, is not as its manifest says, or of a kind that is not read. */
public final class UnusableException extends IOException {

    private static final long serialVersionUID = 1L;

    /** What it says may quote a manifest, and checkpoints keep it. */
    private static final int LONGEST_SENTENCE = 600;

    private final boolean isFinal;

    private UnusableException(String sentence, boolean isFinal) {
        super(sentence.length() <= LONGEST_SENTENCE ? sentence : sentence.substring(0, LONGEST_SENTENCE) + "...");
        this.isFinal = isFinal;
    }

    /** It may still be written or copied, or somebody mends it. */
    public static UnusableException now(String sentence) {
        return new UnusableException(sentence, false);
    }

    /** It will never be otherwise. */
    static UnusableException ever(String sentence) {
        return new UnusableException(sentence, true);
    }

    public boolean isFinal() {
        return isFinal;
    }

    public String sentence() {
        return String.valueOf(getMessage());
    }
}
