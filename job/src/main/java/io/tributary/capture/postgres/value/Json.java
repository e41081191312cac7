package io.tributary.capture.postgres.value;

import io.tributary.capture.Unreadable;

/** Values as JSON, made of what PostgreSQL prints. */
public final class Json {

    private Json() {}

    static ValuePrinter string(ValuePrinter printer) {
        return (value, out) -> {
            int from = out.length();
            printer.print(value, out);
            quote(from, out);
        };
    }

    /** NaN and the infinities, which are no numbers in JSON, are strings. */
    static ValuePrinter number(ValuePrinter printer) {
        return (value, out) -> {
            int from = out.length();
            printer.print(value, out);
            Slice printed = out.from(from);
            if (isNumber(printed)) {
                return;
            }
            if (!printed.is("NaN") && !printed.is("Infinity") && !printed.is("-Infinity")) {
                throw new Unreadable("'" + printed + "' is not a number");
            }
            quote(from, out);
        };
    }

    static ValuePrinter bool(ValuePrinter printer) {
        return (value, out) -> {
            int from = out.length();
            printer.print(value, out);
            Slice printed = out.from(from);
            if (!printed.is("t") && !printed.is("f")) {
                throw new Unreadable("'" + printed + "' is not a boolean");
            }
            boolean isTrue = printed.is("t");
            out.truncate(from);
            out.add(isTrue ? "true" : "false");
        };
    }

    /** What stands behind {@code from} becomes a string. */
    public static void quote(int from, Text out) {
        out.quote(from, '\\', true);
    }

    private static boolean isNumber(Slice text) {
        int start = is('-', text, text.from) ? text.from + 1 : text.from;
        int at = digits(text, start);
        if (is('0', text, start) && at > start + 1) {
            return false;
        }
        if (is('.', text, at)) {
            at = digits(text, at + 1);
        }
        if (is('e', text, at)) {
            boolean signed = is('+', text, at + 1) || is('-', text, at + 1);
            at = digits(text, signed ? at + 2 : at + 1);
        }
        return at == text.to;
    }

    private static boolean is(char ascii, Slice text, int at) {
        return at >= 0 && at < text.to && text.bytes[at] == ascii;
    }

    /** Where the digits end that stand there; -1 if there are none. */
    private static int digits(Slice text, int from) {
        int at = from;
        while (at < text.to && text.bytes[at] >= '0' && text.bytes[at] <= '9') {
            at++;
        }
        return at == from ? -1 : at;
    }
}
