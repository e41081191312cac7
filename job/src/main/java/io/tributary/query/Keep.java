package io.tributary.query;

import io.tributary.settings.Problems;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The line of a file's header that says how long its state is kept, as {@code -- keep: 30 days}, and where it stands. */
final class Keep {

    static final String WORD = "keep";

    private static final Pattern TIME = Pattern.compile("(\\d{1,9})\\s*([A-Za-z]+)");
    private static final Pattern LATE = Pattern.compile("^\\s*--\\s*keep\\s*:", Pattern.CASE_INSENSITIVE);
    private static final Map<String, Duration> UNITS =
            Map.of("minute", Duration.ofMinutes(1), "hour", Duration.ofHours(1), "day", Duration.ofDays(1));
    private static final Duration MOST = Duration.ofDays(36_500);

    private final Duration time;
    private final int line;
    private final int column;

    private Keep(Duration time, int line, int column) {
        this.time = time;
        this.line = line;
        this.column = column;
    }

    /**
     * Null, and a problem, if it says no such time.
     *
     * @param entry the word and the text behind it
     * @param earlier what another line said, or null
     */
    static @Nullable Keep of(String path, Matcher entry, int line, @Nullable Keep earlier, Problems problems) {
        String text = entry.group(2).strip();
        int column = entry.start(2) + Math.max(0, entry.group(2).indexOf(text)) + 1;
        if (earlier != null) {
            problems.add(path + ":" + line + ":1: the header says 'keep:' twice; keep one");
            return earlier;
        }
        Matcher time = TIME.matcher(text);
        Duration unit = time.matches()
                ? UNITS.get(time.group(2).toLowerCase(Locale.ROOT).replaceFirst("s$", ""))
                : null;
        Duration said = unit == null ? Duration.ZERO : unit.multipliedBy(Long.parseLong(time.group(1)));
        if (said.isZero() || said.compareTo(MOST) > 0) {
            problems.add(path + ":" + line + ":" + column + ": '" + text
                    + "' is no time for which state can be kept; say it in minutes, hours or days, as '-- keep: 30 days', or"
                    + " leave the line out to keep it for ever");
            return null;
        }
        return new Keep(said, line, column);
    }

    /** A problem if a line behind the header looks like one of it.
     *
     * @param header how many lines the header has
     */
    static void checkPlace(String path, String text, int header, Problems problems) {
        String[] lines = text.split("\n", -1);
        for (int line = header; line < lines.length; line++) {
            if (LATE.matcher(lines[line]).find()) {
                problems.add(path + ":" + (line + 1)
                        + ":1: 'keep:' belongs into the header; move the line to before the SELECT");
            }
        }
    }

    Duration time() {
        return time;
    }

    int line() {
        return line;
    }

    int column() {
        return column;
    }
}
