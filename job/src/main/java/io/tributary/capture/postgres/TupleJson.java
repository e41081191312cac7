package io.tributary.capture.postgres;

import io.tributary.change.Schema;
import java.nio.charset.StandardCharsets;

/** A row as a JSON object of texts, for the dead letters; columns that were left out are absent. */
final class TupleJson {

    private TupleJson() {}

    static byte[] of(Schema schema, Tuple tuple) {
        StringBuilder json = new StringBuilder("{");
        Slice text = new Slice();
        for (int i = 0; i < tuple.columns(); i++) {
            if (tuple.isUnchanged(i)) {
                continue;
            }
            if (json.length() > 1) {
                json.append(',');
            }
            quote(schema.columns().get(i).name(), json).append(':');
            if (tuple.isNull(i)) {
                json.append("null");
            } else {
                quote(tuple.value(i, text).toString(), json);
            }
        }
        return json.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }

    private static StringBuilder quote(String text, StringBuilder json) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"');
    }
}
