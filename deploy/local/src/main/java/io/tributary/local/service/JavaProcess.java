package io.tributary.local.service;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command of a JVM of its own, of the Java that runs us. */
public final class JavaProcess {

    private JavaProcess() {}

    public static List<String> command(List<String> options, String classpath, String main, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", classpath, main));
        command.addAll(arguments);
        return command;
    }
}
