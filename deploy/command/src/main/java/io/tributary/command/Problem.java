package io.tributary.command;

import io.tributary.settings.Problems;
import io.tributary.settings.ProblemsException;

/** One thing that is wrong, said in a sentence. */
final class Problem {

    private Problem() {}

    static ProblemsException of(String sentence) {
        Problems problems = new Problems();
        problems.add(sentence);
        return problems.exception();
    }
}
