package io.tributary.capture.postgres.value;

import io.tributary.capture.Unreadable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The text of arrays: {@code {1,NULL,"a \"b\""}}. Bounds that do not start at 1 are dropped. An array of more dimensions cannot
 * be read into a column, since its type has one; in JSON it is an array of arrays.
 */
final class ArrayText implements ValueForm {

    private final ColumnType element;

    ArrayText(ColumnType element) {
        this.element = element;
    }

    @Override
    public void read(Slice text, RowWriter row, int column) throws Unreadable {
        Slice body = withoutBounds(text);
        if (isNested(body)) {
            throw new Unreadable("'" + text + "' has more than one dimension");
        }
        List<@Nullable Slice> elements = elements(text, body);
        row.startArray(column, elements.size(), element.type());
        for (int i = 0; i < elements.size(); i++) {
            Slice value = elements.get(i);
            if (value == null) {
                row.setNull(i);
            } else {
                element.text().read(value, row, i);
            }
        }
        row.endArray();
    }

    @Override
    public void print(Slice text, Text out) {
        out.add(text);
    }

    @Override
    public void json(Slice text, Text out) throws Unreadable {
        Slice body = withoutBounds(text);
        boolean nested = isNested(body);
        int size = 0;
        out.add('[');
        for (Slice value : elements(text, body)) {
            if (size++ > 0) {
                out.add(',');
            }
            if (value == null) {
                out.add("null");
            } else if (nested) {
                json(value, out);
            } else {
                element.text().json(value, out);
            }
        }
        out.add(']');
    }

    private static Slice withoutBounds(Slice text) throws Unreadable {
        int at = text.from;
        if (at < text.to && text.bytes[at] == '[') {
            while (at < text.to && text.bytes[at] != '=') {
                at++;
            }
            at++;
        }
        Slice body = new Slice(text.bytes, at, text.to);
        if (body.length() < 2 || text.bytes[at] != '{' || text.bytes[text.to - 1] != '}') {
            throw malformed(text);
        }
        return body;
    }

    private static boolean isNested(Slice body) {
        return body.bytes[body.from + 1] == '{';
    }

    /** What stands between the commas of the outermost braces: elements without their quotes, or arrays. */
    private static List<@Nullable Slice> elements(Slice text, Slice body) throws Unreadable {
        byte[] bytes = body.bytes;
        int end = body.to - 1;
        List<@Nullable Slice> elements = new ArrayList<>();
        for (int at = body.from + 1; at < end; at++) {
            if (bytes[at] == '"') {
                byte[] unquoted = new byte[end - at];
                int length = 0;
                for (at++; at < end && bytes[at] != '"'; at++) {
                    if (bytes[at] == '\\') {
                        at++;
                    }
                    unquoted[length++] = bytes[at];
                }
                at++;
                elements.add(new Slice(unquoted, 0, length));
            } else {
                int start = at;
                at = bytes[at] == '{' ? endOfArray(body, at) : endOfWord(body, at);
                Slice value = new Slice(bytes, start, at);
                elements.add(value.is("NULL") ? null : value);
            }
            if (at > end || (at < end && bytes[at] != ',')) {
                throw malformed(text);
            }
        }
        return elements;
    }

    private static int endOfWord(Slice body, int from) {
        int at = from;
        while (at < body.to - 1 && body.bytes[at] != ',') {
            at++;
        }
        return at;
    }

    private static int endOfArray(Slice body, int from) {
        int depth = 0;
        boolean quoted = false;
        for (int at = from; at < body.to - 1; at++) {
            byte b = body.bytes[at];
            if (b == '\\') {
                at++;
            } else if (b == '"') {
                quoted = !quoted;
            } else if (!quoted && b == '{') {
                depth++;
            } else if (!quoted && b == '}' && --depth == 0) {
                return at + 1;
            }
        }
        return body.to;
    }

    private static Unreadable malformed(Slice text) {
        return new Unreadable("'" + text + "' is not an array");
    }
}
