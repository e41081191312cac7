package io.tributary.settings;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Everything that is wrong before the start, collected so that the user sees it all at once, and each thing once. */
public final class Problems {

    private final Set<String> sentences = new LinkedHashSet<>();

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
