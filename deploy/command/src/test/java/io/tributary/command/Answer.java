package io.tributary.command;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** What a command line is answered with, without a process of its own. */
record Answer(int status, String out, String error) {

    static Answer to(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter error = new StringWriter();
        CommandLine command = Tributary.commandLine();
        command.setOut(new PrintWriter(out)).setErr(new PrintWriter(error));
        PrintStream before = System.out;
        java.io.ByteArrayOutputStream printed = new java.io.ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            int status = command.execute(arguments);
            return new Answer(status, out + printed.toString(StandardCharsets.UTF_8), error.toString());
        } finally {
            System.setOut(before);
        }
    }
}
