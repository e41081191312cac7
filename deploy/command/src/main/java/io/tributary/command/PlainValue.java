package io.tributary.command;

import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.types.Row;
import org.jspecify.annotations.Nullable;

/** A value of Flink's, as JSON has it: a text, a number, a truth, or a list or an object of such. */
final class PlainValue {

    private PlainValue() {}

    /** Bytes are the text that they are in UTF-8; if they are none, hexadecimal behind {@code 0x}. */
    static @Nullable Object of(@Nullable Object value) {
        if (value == null || value instanceof Number || value instanceof Boolean) {
            return value;
        }
        if (value instanceof byte[] bytes) {
            return text(bytes);
        }
        if (value.getClass().isArray()) {
            List<@Nullable Object> all = new ArrayList<>();
            for (int i = 0; i < Array.getLength(value); i++) {
                all.add(of(Array.get(value, i)));
            }
            return all;
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> all = new LinkedHashMap<>();
            map.forEach((key, of) -> all.put(String.valueOf(of(key)), of(of)));
            return all;
        }
        return value instanceof Row row ? of(row) : String.valueOf(value);
    }

    private static Object of(Row row) {
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 0; i < row.getArity(); i++) {
            values.add(of(row.getField(i)));
        }
        Iterable<String> names = row.getFieldNames(false);
        if (names == null) {
            return values;
        }
        Map<String, @Nullable Object> named = new LinkedHashMap<>();
        names.forEach(name -> named.put(name, values.get(named.size())));
        return named;
    }

    private static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return "0x" + HexFormat.of().formatHex(bytes);
        }
    }
}
