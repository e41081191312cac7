package io.tributary.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Settings of the demo, for a test that is short on a slow machine too: checkpoints come more often, and a snapshot lasts a
 * while because it is throttled, not because it is large.
 */
final class Pace {

    private Pace() {}

    static void frequentCheckpoints(Path settings) throws IOException {
        replace(settings, "execution.checkpointing.interval: 5 s", "execution.checkpointing.interval: 2 s");
    }

    /** Some twenty seconds, in many chunks, for the smaller shop of a test. */
    static void slowSnapshot(Path settings) throws IOException {
        replace(
                settings,
                "slot: tributary_demo\n",
                "slot: tributary_demo\n  snapshot-chunk-rows: 1000\n  snapshot-rows-per-second: 2000\n");
    }

    /** From the next start on, and without the throttle. */
    static void resyncLostSlot(Path settings) throws IOException {
        replace(
                settings,
                "  snapshot-chunk-rows: 1000\n  snapshot-rows-per-second: 2000\n",
                "  on-lost-slot: resync\n");
    }

    private static void replace(Path settings, String old, String text) throws IOException {
        String yaml = Files.readString(settings);
        assertThat(yaml).containsOnlyOnce(old);
        Files.writeString(settings, yaml.replace(old, text));
    }
}
