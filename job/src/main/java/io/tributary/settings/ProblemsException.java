package io.tributary.settings;

import java.util.List;
import org.apache.flink.client.program.ProgramParametrizationException;

/**
 * The job cannot start; the message lists every reason, one a line.
 *
 * <p>Of an exception of this kind Flink's client prints the message and nothing else (CliFrontend, 1.20), so nobody has to
 * print the sentences besides. It has no stack trace: what is wrong is in the settings or in a system, not in the code.
 */
public final class ProblemsException extends ProgramParametrizationException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> sentences;

    ProblemsException(List<String> sentences) {
        super(String.join("\n", sentences));
        this.sentences = sentences;
    }

    public List<String> sentences() {
        return sentences;
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public Throwable fillInStackTrace() {
        return this;
    }
}
