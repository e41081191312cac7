package io.tributary.capture.postgres;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads arrays of one dimension: {@code {1,NULL,"a \"b\""}}. Bounds that do not start at 1 are dropped. An array of more
 * dimensions cannot be read, since the column's type has one.
 */
final class ArrayReader implements ValueReader {

    private final ColumnType element;

    ArrayReader(ColumnType element) {
        this.element = element;
    }

    @Override
    public void read(Slice text, RowWriter row, int column) throws Unreadable {
        List<@Nullable Slice> elements = elements(text);
        row.startArray(column, elements.size(), element.type());
        for (int i = 0; i < elements.size(); i++) {
            Slice value = elements.get(i);
            if (value == null) {
                row.setNull(i);
            } else {
                element.reader().read(value, row, i);
            }
        }
        row.endArray();
    }

    private static List<@Nullable Slice> elements(Slice text) throws Unreadable {
        byte[] bytes = text.bytes;
        int at = text.from;
        int end = text.to - 1;
        if (at < end && bytes[at] == '[') {
            while (at < end && bytes[at] != '=') {
                at++;
            }
            at++;
        }
        if (at >= text.to || bytes[at] != '{' || bytes[end] != '}') {
            throw new Unreadable("'" + text + "' is not an array");
        }
        at++;
        List<@Nullable Slice> elements = new ArrayList<>();
        while (at < end) {
            if (bytes[at] == '{') {
                throw new Unreadable("'" + text + "' has more than one dimension");
            }
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
                while (at < end && bytes[at] != ',') {
                    at++;
                }
                Slice value = new Slice(bytes, start, at);
                elements.add(value.is("NULL") ? null : value);
            }
            if (at < end && bytes[at] != ',') {
                throw new Unreadable("'" + text + "' is not an array");
            }
            at++;
        }
        return elements;
    }
}
