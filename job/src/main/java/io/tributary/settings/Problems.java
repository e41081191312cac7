package io.tributary.settings;

import java.util.ArrayList;
import java.util.List;

/** Everything that is wrong before the start, collected so that the user sees it all at once. */
public final class Problems {

    private final List<String> sentences = new ArrayList<>();

    /** A sentence that names the key, file:line:column, table or statement, and says what to do. */
    public void add(String sentence) {
        sentences.add(sentence);
    }

    public boolean isEmpty() {
        return sentences.isEmpty();
    }

    public List<String> sentences() {
        return List.copyOf(sentences);
    }

    public ProblemsException exception() {
        return new ProblemsException(sentences());
    }

    /** Fails with all sentences, if there is one. */
    public void throwIfAny() {
        if (!sentences.isEmpty()) {
            throw exception();
        }
    }
}
