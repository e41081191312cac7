package io.tributary.command;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Rows in columns, for people: as wide as they have to be, and no wider than most windows can show. */
final class Grid {

    private static final int WIDEST = 40;
    private static final String ABSENT = "NULL";

    private Grid() {}

    static void print(List<String> columns, List<? extends List<? extends @Nullable Object>> rows, PrintWriter out) {
        int[] widths = IntStream.range(0, columns.size())
                .map(i -> Math.min(
                        WIDEST,
                        Math.max(
                                columns.get(i).length(),
                                rows.stream()
                                        .mapToInt(row -> text(row.get(i)).length())
                                        .max()
                                        .orElse(0))))
                .toArray();
        out.println(line(columns, widths));
        out.println(IntStream.of(widths)
                .mapToObj("-"::repeat)
                .collect(Collectors.joining("  "))
                .stripTrailing());
        for (List<? extends @Nullable Object> row : rows) {
            List<String> texts = new ArrayList<>();
            row.forEach(value -> texts.add(text(value)));
            out.println(line(texts, widths));
        }
    }

    private static String line(List<String> values, int[] widths) {
        return IntStream.range(0, widths.length)
                .mapToObj(i -> padded(values.get(i), widths[i]))
                .collect(Collectors.joining("  "))
                .stripTrailing();
    }

    private static String padded(String value, int width) {
        String shown = value.length() > width ? value.substring(0, width - 1) + "\u2026" : value;
        return shown + " ".repeat(width - shown.length());
    }

    private static String text(@Nullable Object value) {
        return value == null ? ABSENT : value.toString().replaceAll("\\s", " ");
    }
}
