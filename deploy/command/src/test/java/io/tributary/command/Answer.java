package io.tributary.command;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** What a command line is answered with, without a process of its own. */
record Answer(int status, String out, String error) {

    static Answer to(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
        StringWriter error = new StringWriter();
        CommandLine command = Tributary.commandLine();
        command.setOut(new PrintWriter(printed, true)).setErr(new PrintWriter(error));
        PrintStream before = System.out;
        System.setOut(printed);
        try {
            int status = command.execute(arguments);
            return new Answer(status, out.toString(StandardCharsets.UTF_8), error.toString());
        } finally {
            System.setOut(before);
        }
    }
}
