package io.tributary.local.demo;

import io.tributary.local.arguments.Arguments;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What the demo's command line says. */
record DemoOptions(
        Source source,
        int seconds,
        int rate,
        long seed,
        @Nullable Path folder,
        boolean keep) {

    static DemoOptions of(Arguments arguments) {
        return new DemoOptions(
                Source.of(arguments.text("--source")),
                Math.toIntExact(arguments.whole("--seconds")),
                Math.toIntExact(arguments.whole("--rate")),
                arguments.whole("--seed"),
                arguments.has("--folder") ? Path.of(arguments.text("--folder")) : null,
                arguments.has("--keep"));
    }
}
