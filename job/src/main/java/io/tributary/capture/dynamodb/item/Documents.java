package io.tributary.capture.dynamodb.item;

import io.tributary.change.JsonText;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Maps, lists and sets as JSON text without their types: numbers are numbers, in all their digits; bytes are base64. One value
 * has one text: DynamoDB keeps no order in maps and sets, so a map's names are sorted here, and {@link ItemParser} sorts sets.
 */
final class Documents {

    private Documents() {}

    static String json(Value value) {
        StringBuilder out = new StringBuilder(128);
        write(value, out);
        return out.toString();
    }

    private static void write(Value value, StringBuilder out) {
        switch (value.kind()) {
            case NULL:
                out.append("null");
                return;
            case TEXT:
                JsonText.quote(value.text(), out);
                return;
            case BINARY:
                out.append('"').append(value.text()).append('"');
                return;
            case MAP:
                writeMap(value.entries(), out);
                return;
            case LIST:
            case SET:
                writeList(value.elements(), out);
                return;
            case BOOLEAN:
            case INTEGER:
            case DECIMAL:
            default:
                out.append(value.text());
        }
    }

    private static void writeMap(Item map, StringBuilder out) {
        Integer[] order = new Integer[map.size()];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparing(map::name));
        char before = '{';
        for (int index : order) {
            out.append(before);
            JsonText.quote(map.name(index), out);
            out.append(':');
            write(map.value(index), out);
            before = ',';
        }
        out.append(before == '{' ? "{}" : "}");
    }

    private static void writeList(List<Value> elements, StringBuilder out) {
        out.append('[');
        for (int i = 0; i < elements.size(); i++) {
            if (i > 0) {
                out.append(',');
            }
            write(elements.get(i), out);
        }
        out.append(']');
    }
}
