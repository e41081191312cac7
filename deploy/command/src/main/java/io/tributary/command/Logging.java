package io.tributary.command;

import java.nio.file.Path;

/** Where the libraries' logs go. Has to be said before any of them is used. */
final class Logging {

    private static final String FILE = "log4j2.configurationFile";

    private Logging() {}

    /** To the standard error, and errors alone, so that what a command prints can be read by another. */
    static void quiet() {
        setUnlessSet("classpath:io/tributary/command/quiet.properties");
    }

    /** To a file that is turned over when it is large. */
    static void toFile(Path file) {
        System.setProperty("tributary.log", file.toString());
        System.setProperty(FILE, "classpath:io/tributary/command/run.properties");
    }

    private static void setUnlessSet(String configuration) {
        if (System.getProperty(FILE) == null && System.getProperty("log4j.configurationFile") == null) {
            System.setProperty(FILE, configuration);
        }
    }
}
