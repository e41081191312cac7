package io.tributary.capture.debezium;

import io.tributary.settings.NamedKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A record's key that is no object but bare text: {@code Struct{id=1}}, as Kafka Connect's StringConverter writes a key of columns,
 * or one value alone. Values are not taken from it, since it does not say where they end.
 */
final class KeyText {

    private static final int SHOWN = 60;
    private static final String STRUCT = "Struct{";

    /** Finds each column; in values that look like one it finds too many. */
    private static final Pattern COLUMN = Pattern.compile("[{,]([^{},=]+)=");

    private final String text;

    private KeyText(String text) {
        this.text = text;
    }

    /** Null if the key is an object, or Avro. */
    static @Nullable KeyText of(byte[] key) {
        if (AvroSchemas.isAvro(key)) {
            return null;
        }
        int start = 0;
        while (start < key.length && Character.isWhitespace(key[start])) {
            start++;
        }
        return start < key.length && key[start] == '{'
                ? null
                : new KeyText(new String(key, StandardCharsets.UTF_8).strip());
    }

    /** Those whose values the key is made of, and perhaps more; null if it does not say. */
    @Nullable
    List<String> columns() {
        if (!text.startsWith(STRUCT)) {
            return null;
        }
        List<String> columns = new ArrayList<>();
        Matcher column = COLUMN.matcher(text);
        while (column.find()) {
            columns.add(column.group(1));
        }
        return columns;
    }

    /** What it is, and what to do. */
    String reason(String table, boolean isShown) {
        String shown = !isShown ? ".." : text.length() > SHOWN ? text.substring(0, SHOWN) + ".." : text;
        String kind = text.startsWith(STRUCT)
                ? "the text of a struct, as org.apache.kafka.connect.storage.StringConverter writes it"
                : "a bare value that names no column, as StringConverter or the transform ExtractField leave it";
        return "Its key '" + shown + "' is " + kind + ": set " + NamedKey.ofTable(table, "key")
                + " to the columns that identify a row, which before has to hold then; or set the connector's"
                + " key.converter to org.apache.kafka.connect.json.JsonConverter or"
                + " io.confluent.connect.avro.AvroConverter, and take transforms off the key";
    }
}
