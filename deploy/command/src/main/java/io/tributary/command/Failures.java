package io.tributary.command;

import io.tributary.settings.ProblemsException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** What is said of a command that could not do its work: the sentences, where there are such; else all that is known. */
final class Failures implements CommandLine.IExecutionExceptionHandler {

    /** With this begins what the job's own command line adds to a mistake. */
    private static final String JOB_USAGE = System.lineSeparator() + "Usage: ";

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
        PrintWriter err = command.getErr();
        ProblemsException problems = problems(failure);
        if (problems == null) {
            failure.printStackTrace(err);
            return Tributary.PROBLEMS;
        }
        for (String sentence : problems.sentences()) {
            int usage = sentence.indexOf(JOB_USAGE);
            if (usage >= 0) {
                err.println(sentence.substring(0, usage));
                err.println(command.getCommandSpec().qualifiedName() + " --help shows what there is.");
                return Tributary.USAGE;
            }
            err.println(sentence);
        }
        return Tributary.PROBLEMS;
    }

    private static @Nullable ProblemsException problems(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProblemsException problems) {
                return problems;
            }
        }
        return null;
    }
}
