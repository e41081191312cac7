package io.tributary.local.demo;

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

    static final String USAGE = """
            demo [--source postgres] [--seconds 60] [--rate 500] [--seed 1] [--folder <folder>] [--keep]
              --source   postgres, kafka, dynamodb or all: what the job reads from
              --seconds  how long the shop is changed before the end; 0: until Ctrl-C
              --rate     changed rows a second
              --seed     another seed, other changes
              --folder   where everything is written; by default a temporary folder
              --keep     keeps the folder""";

    static DemoOptions of(String[] arguments) {
        Source source = Source.POSTGRES;
        int seconds = 60;
        int rate = 500;
        long seed = 1;
        Path folder = null;
        boolean keep = false;
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--source" -> source = Source.of(value(arguments, ++i));
                case "--seconds" -> seconds = (int) number(arguments, ++i, 0);
                case "--rate" -> rate = (int) number(arguments, ++i, 1);
                case "--seed" -> seed = number(arguments, ++i, Long.MIN_VALUE);
                case "--folder" -> folder = Path.of(value(arguments, ++i));
                case "--keep" -> keep = true;
                default -> throw new IllegalArgumentException("Unknown option " + arguments[i]);
            }
        }
        return new DemoOptions(source, seconds, rate, seed, folder, keep);
    }

    private static String value(String[] arguments, int index) {
        if (index == arguments.length) {
            throw new IllegalArgumentException(arguments[index - 1] + " needs a value");
        }
        return arguments[index];
    }

    private static long number(String[] arguments, int index, long least) {
        String text = value(arguments, index);
        try {
            long number = Long.parseLong(text);
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new IllegalArgumentException(arguments[index - 1] + " cannot be " + text);
    }
}
