package io.tributary.sample;

import io.tributary.settings.Problems;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Comma-separated values as RFC 4180 has them. A field without anything in it is NULL, and {@code ""} is an empty text, as
 * PostgreSQL's COPY writes them. Blank lines are left out.
 */
final class Csv {

    /** One record, and the line that it begins in. */
    static final class Line {
        private final int number;
        private final List<@Nullable String> fields;

        private Line(int number, List<@Nullable String> fields) {
            this.number = number;
            this.fields = fields;
        }

        int number() {
            return number;
        }

        List<@Nullable String> fields() {
            return fields;
        }
    }

    private final String path;
    private final String text;
    private int at;
    private int line = 1;

    private Csv(String path, String text) {
        this.path = path;
        this.text = text;
    }

    /** Ends at the first mistake, which is a problem: what follows would be read wrongly. */
    static List<Line> parse(String path, String text, Problems problems) {
        Csv csv = new Csv(path, text);
        List<Line> lines = new ArrayList<>();
        try {
            while (csv.at < text.length()) {
                Line next = csv.next();
                if (next.fields.size() > 1 || next.fields.get(0) != null) {
                    lines.add(next);
                }
            }
        } catch (IllegalArgumentException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        return lines;
    }

    private Line next() {
        int begins = line;
        List<@Nullable String> fields = new ArrayList<>();
        while (true) {
            fields.add(at < text.length() && text.charAt(at) == '"' ? quoted() : plain());
            if (at == text.length()) {
                return new Line(begins, fields);
            }
            char end = text.charAt(at++);
            if (end == '\r' && at < text.length() && text.charAt(at) == '\n') {
                at++;
            }
            if (end != ',') {
                line++;
                return new Line(begins, fields);
            }
        }
    }

    private @Nullable String plain() {
        int start = at;
        while (at < text.length() && ",\r\n".indexOf(text.charAt(at)) < 0) {
            if (text.charAt(at) == '"') {
                throw wrong(
                        line, "a \" stands within a value: put the whole value in quotes, and double each \" in it");
            }
            at++;
        }
        String value = text.substring(start, at).strip();
        return value.isEmpty() ? null : value;
    }

    private String quoted() {
        int begins = line;
        StringBuilder value = new StringBuilder();
        at++;
        while (at < text.length()) {
            char character = text.charAt(at++);
            if (character != '"') {
                value.append(character);
                line += character == '\n' ? 1 : 0;
                continue;
            }
            if (at < text.length() && text.charAt(at) == '"') {
                value.append('"');
                at++;
                continue;
            }
            if (at < text.length() && ",\r\n".indexOf(text.charAt(at)) < 0) {
                throw wrong(line, "something stands behind the closing \" of a value: a \" within it is doubled");
            }
            return value.toString();
        }
        throw wrong(begins, "a quoted value begins here and does not end");
    }

    private IllegalArgumentException wrong(int number, String sentence) {
        return new IllegalArgumentException(path + ":" + number + ": " + sentence);
    }
}
