package io.tributary.capture.postgres.value;

import io.tributary.capture.Unreadable;
import org.jspecify.annotations.Nullable;

/** The text of composites: {@code (1,"a ""b""",)}, with nothing in the place of a NULL. It becomes a JSON object. */
final class CompositeText implements ValueForm {

    private final Composite type;

    CompositeText(Composite type) {
        this.type = type;
    }

    @Override
    public void read(Slice text, RowWriter row, int column) throws Unreadable {
        json(text, row.scratch());
        row.writeScratch(column);
    }

    @Override
    public void print(Slice text, Text out) {
        out.add(text);
    }

    @Override
    public void json(Slice text, Text out) throws Unreadable {
        @Nullable Slice[] values = values(text);
        out.add('{');
        for (int i = 0; i < values.length; i++) {
            type.startJson(i, out);
            Slice value = values[i];
            if (value == null) {
                out.add("null");
            } else {
                type.attribute(i).text().json(value, out);
            }
        }
        out.add('}');
    }

    /** Without their quotes. */
    private @Nullable Slice[] values(Slice text) throws Unreadable {
        byte[] bytes = text.bytes;
        int end = text.to - 1;
        if (text.length() < 2 || bytes[text.from] != '(' || bytes[end] != ')') {
            throw type.misfit(text);
        }
        @Nullable Slice[] values = new Slice[type.size()];
        byte[] unquoted = new byte[text.length()];
        int to = 0;
        int at = text.from + 1;
        for (int i = 0; i < values.length; i++, at++) {
            if (at > end) {
                throw type.misfit(text);
            }
            int from = to;
            int start = at;
            boolean quoted = false;
            for (; at < end && (quoted || bytes[at] != ','); at++) {
                if (bytes[at] == '"' && quoted && bytes[at + 1] == '"') {
                    at++;
                } else if (bytes[at] == '"') {
                    quoted = !quoted;
                    continue;
                } else if (bytes[at] == '\\') {
                    at++;
                }
                unquoted[to++] = bytes[at];
            }
            values[i] = at == start ? null : new Slice(unquoted, from, to);
        }
        if (at != (values.length == 0 ? end : end + 1)) {
            throw type.misfit(text);
        }
        return values;
    }
}
