package io.tributary.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;

/** Asks a person, line by line. */
final class Questions {

    private final BufferedReader in;
    private final PrintWriter out;

    Questions(BufferedReader in, PrintWriter out) {
        this.in = in;
        this.out = out;
    }

    /** An empty answer is the default, if there is one; else it is asked again. */
    String ask(String question, String otherwise) throws IOException {
        while (true) {
            out.print(question + (otherwise.isEmpty() ? "" : " [" + otherwise + "]") + ": ");
            out.flush();
            String line = in.readLine();
            if (line == null) {
                throw Problem.of("There was no answer to: " + question);
            }
            if (!line.isBlank()) {
                return line.strip();
            }
            if (!otherwise.isEmpty()) {
                return otherwise;
            }
        }
    }
}
