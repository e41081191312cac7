package io.tributary.aws;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The CDK's command line, given templates that are made already. It asks people, so it has their terminal. */
final class CdkCommand {

    /** What it says, in one way or another, where it finds no credentials. */
    private static final Pattern NO_CREDENTIALS =
            Pattern.compile("(?i)unable to resolve aws account|credentials (could not|cannot|have not)|no credentials");

    private final Path program;
    private final Path assembly;
    private final String stack;
    private boolean lacksCredentials;

    CdkCommand(Path program, Path assembly, String stack) {
        this.program = program;
        this.assembly = assembly;
        this.stack = stack;
    }

    /** Against what is deployed; where there are no credentials to see that with, against nothing. */
    int diff() throws IOException, InterruptedException {
        int status = run(List.of("diff"));
        if (!lacksCredentials) {
            return status;
        }
        System.out.println(
                "Without credentials of AWS nothing that is deployed can be seen, so this is the whole, as made"
                        + " from nothing:");
        Path nothing = Files.writeString(assembly.resolve("nothing.json"), "{}");
        return run(List.of("diff", "--template", nothing.toString()));
    }

    int deploy(boolean isAgreed) throws IOException, InterruptedException {
        return needingCredentials(List.of("deploy", "--require-approval", isAgreed ? "never" : "any-change"));
    }

    int destroy(boolean isAgreed) throws IOException, InterruptedException {
        return needingCredentials(isAgreed ? List.of("destroy", "--force") : List.of("destroy"));
    }

    private int needingCredentials(List<String> command) throws IOException, InterruptedException {
        int status = run(command);
        if (lacksCredentials) {
            System.err.println("There are no credentials of AWS: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and"
                    + " AWS_SECRET_ACCESS_KEY");
        }
        return status;
    }

    private int run(List<String> command) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(program.toString()));
        line.addAll(command);
        line.addAll(List.of(stack, "--app", assembly.toString(), "--no-notices"));
        Process process = new ProcessBuilder(line)
                .redirectInput(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .start();
        lacksCredentials = false;
        try (BufferedReader said = process.errorReader(StandardCharsets.UTF_8)) {
            said.lines().forEach(text -> {
                boolean isThat = NO_CREDENTIALS.matcher(text).find();
                lacksCredentials |= isThat;
                if (!isThat) {
                    System.err.println(text);
                }
            });
        }
        return process.waitFor();
    }
}
