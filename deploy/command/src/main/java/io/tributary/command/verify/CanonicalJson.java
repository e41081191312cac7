package io.tributary.command.verify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/** JSON in one form, whichever system printed it: without spaces, names in order, numbers in plain digits. */
final class CanonicalJson {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private CanonicalJson() {}

    /** What is not JSON stays as it is. */
    static String of(String text) {
        try {
            return print(JSON.readTree(text));
        } catch (JsonProcessingException e) {
            return text;
        }
    }

    private static String print(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> {
                Map<String, String> entries = new TreeMap<>();
                node.properties().forEach(entry -> entries.put(entry.getKey(), print(entry.getValue())));
                StringJoiner object = new StringJoiner(",", "{", "}");
                entries.forEach((name, value) -> object.add(quote(name) + ":" + value));
                yield object.toString();
            }
            case ARRAY -> {
                StringJoiner array = new StringJoiner(",", "[", "]");
                node.forEach(element -> array.add(print(element)));
                yield array.toString();
            }
            case STRING -> quote(node.asText());
            case NUMBER -> number(node.decimalValue());
            default -> node.asText();
        };
    }

    static String number(BigDecimal number) {
        return number.stripTrailingZeros().toPlainString();
    }

    static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(c -> {
            if (c < ' ') {
                quoted.append("\\u%04x".formatted(c));
            } else {
                quoted.append(c == '"' || c == '\\' ? "\\" : "").append((char) c);
            }
        });
        return quoted.append('"').toString();
    }
}
