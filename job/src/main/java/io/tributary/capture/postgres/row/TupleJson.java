package io.tributary.capture.postgres.row;

import io.tributary.capture.Unreadable;
import io.tributary.capture.postgres.value.ColumnType;
import io.tributary.capture.postgres.value.Json;
import io.tributary.capture.postgres.value.Slice;
import io.tributary.capture.postgres.value.Text;
import io.tributary.change.Schema;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.IntPredicate;

/** A row as a JSON object of texts, for the dead letters; columns that were left out are absent, values to be hashed are hashed. */
final class TupleJson {

    private TupleJson() {}

    /** {@code longest} is the most bytes of a value; longer ones are left out. */
    static byte[] of(Schema schema, ColumnType[] types, Tuple tuple, int longest) {
        return of(schema, types, tuple, i -> tuple.length(i) <= longest);
    }

    /** The key's columns alone, but for those that are longer. */
    static byte[] key(Schema schema, ColumnType[] types, Tuple tuple, int longest) {
        return of(schema, types, tuple, i -> schema.isKey(i) && tuple.length(i) <= longest);
    }

    private static byte[] of(Schema schema, ColumnType[] types, Tuple tuple, IntPredicate columns) {
        Text json = new Text().add('{');
        Slice value = new Slice();
        for (int i = 0; i < tuple.columns(); i++) {
            if (tuple.isUnchanged(i) || !columns.test(i)) {
                continue;
            }
            if (json.length() > 1) {
                json.add(',');
            }
            int from = json.length();
            byte[] name = schema.columns().get(i).name().getBytes(StandardCharsets.UTF_8);
            json.add(name, 0, name.length);
            Json.quote(from, json);
            json.add(':');
            if (tuple.isNull(i)) {
                json.add("null");
            } else {
                text(types[i], tuple.isBinary(i), tuple.value(i, value), json);
            }
        }
        json.add('}');
        return Arrays.copyOf(json.bytes(), json.length());
    }

    /** Of a binary form that cannot be read: its bytes; of one that was to be hashed nothing. */
    private static void text(ColumnType type, boolean isBinary, Slice value, Text json) {
        int from = json.length();
        try {
            type.form(isBinary).print(value, json);
        } catch (Unreadable e) {
            json.truncate(from);
            if (type.isHashed()) {
                json.add("null");
                return;
            }
            json.add("\\x").hex(value.bytes, value.from, value.to);
        }
        Json.quote(from, json);
    }
}
