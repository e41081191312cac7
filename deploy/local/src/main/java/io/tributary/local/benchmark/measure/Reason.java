package io.tributary.local.benchmark.measure;

import java.util.List;

/** Why something failed, in a line: what it says may be the whole log of a process. */
final class Reason {

    private static final String CAUSE = "Caused by: ";
    private static final String PROBLEM = "- ";
    private static final int LENGTH = 400;

    private Reason() {}

    /** The problems that our job lists, else the innermost cause of a stack trace, else the first line. */
    static String of(Throwable failure) {
        List<String> lines = failure.toString().lines().toList();
        List<String> problems =
                lines.stream().filter(line -> line.startsWith(PROBLEM)).toList();
        if (!problems.isEmpty()) {
            return brief(String.join(" ", problems));
        }
        return brief(lines.stream()
                .filter(line -> line.startsWith(CAUSE))
                .reduce(lines.get(0), (first, last) -> last.substring(CAUSE.length())));
    }

    private static String brief(String text) {
        return text.length() <= LENGTH ? text : text.substring(0, LENGTH) + " ...";
    }
}
