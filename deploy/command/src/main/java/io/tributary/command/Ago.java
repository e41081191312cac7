package io.tributary.command;

import java.time.Duration;

/** Times and sizes, as a person says them. */
final class Ago {

    private static final long KILO = 1024;

    private Ago() {}

    /** In the two largest units of it. */
    static String text(long milliseconds) {
        Duration time = Duration.ofMillis(Math.max(0, milliseconds));
        if (time.toDays() > 0) {
            return time.toDays() + " d " + time.toHoursPart() + " h";
        }
        if (time.toHours() > 0) {
            return time.toHours() + " h " + time.toMinutesPart() + " min";
        }
        if (time.toMinutes() > 0) {
            return time.toMinutes() + " min " + time.toSecondsPart() + " s";
        }
        return time.toSeconds() + " s";
    }

    static String bytes(double count) {
        if (count < KILO * KILO) {
            return "%.0f kB".formatted(Math.ceil(count / KILO));
        }
        return count < KILO * KILO * KILO
                ? "%.1f MB".formatted(count / KILO / KILO)
                : "%.1f GB".formatted(count / KILO / KILO / KILO);
    }
}
