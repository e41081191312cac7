package io.tributary.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The outputs that were the same, a line each, so that a comparison that was broken off goes on behind them. */
final class VerifyProgress {

    private final @Nullable Path file;
    private final Set<String> outputs;

    private VerifyProgress(@Nullable Path file, Set<String> outputs) {
        this.file = file;
        this.outputs = outputs;
    }

    /** @param file null if nothing is remembered */
    static VerifyProgress at(@Nullable Path file) throws IOException {
        Set<String> outputs = new HashSet<>();
        if (file != null && Files.exists(file)) {
            outputs.addAll(Files.readAllLines(file));
        }
        return new VerifyProgress(file, outputs);
    }

    boolean has(String output) {
        return outputs.contains(output);
    }

    void add(String output) throws IOException {
        if (file != null) {
            Files.writeString(file, output + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }

    /** All were compared. */
    void end() throws IOException {
        if (file != null) {
            Files.deleteIfExists(file);
        }
    }
}
