package io.tributary.settings;

import java.util.List;

/** The job cannot start; the message lists every reason, one a line. */
public final class ProblemsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> sentences;

    ProblemsException(List<String> sentences) {
        super(String.join("\n", sentences));
        this.sentences = sentences;
    }

    public List<String> sentences() {
        return sentences;
    }
}
