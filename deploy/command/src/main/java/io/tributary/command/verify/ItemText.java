package io.tributary.command.verify;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.function.Function;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The text of an attribute in a column of text, by the rules that the documentation gives: a number in plain digits, bytes
 * in base64, and JSON of what has values in it, its names and the elements of its sets in order.
 */
final class ItemText {

    private ItemText() {}

    static String of(AttributeValue value) {
        return switch (value.type()) {
            case S -> value.s();
            case N -> number(value.n());
            case BOOL -> value.bool().toString();
            case B -> base64(value.b());
            default -> json(value);
        };
    }

    private static String json(AttributeValue value) {
        return switch (value.type()) {
            case S -> CanonicalJson.quote(value.s());
            case B -> CanonicalJson.quote(base64(value.b()));
            case NUL -> "null";
            case M -> map(value.m());
            case L -> list(value.l(), ItemText::json);
            case SS -> list(sorted(value.ss(), Comparator.naturalOrder()), CanonicalJson::quote);
            case NS -> list(sorted(value.ns(), Comparator.comparing(BigDecimal::new)), ItemText::number);
            case BS ->
                list(
                        sorted(value.bs(), Comparator.comparing(SdkBytes::asByteArray, Arrays::compareUnsigned)),
                        b -> CanonicalJson.quote(base64(b)));
            default -> of(value);
        };
    }

    private static String map(Map<String, AttributeValue> map) {
        StringJoiner entries = new StringJoiner(",", "{", "}");
        new TreeMap<>(map).forEach((name, value) -> entries.add(CanonicalJson.quote(name) + ":" + json(value)));
        return entries.toString();
    }

    private static <T> String list(List<T> values, Function<T, String> form) {
        StringJoiner elements = new StringJoiner(",", "[", "]");
        values.forEach(value -> elements.add(form.apply(value)));
        return elements.toString();
    }

    private static <T> List<T> sorted(List<T> values, Comparator<T> order) {
        return values.stream().sorted(order).toList();
    }

    private static String number(String text) {
        return CanonicalJson.number(new BigDecimal(text));
    }

    private static String base64(SdkBytes bytes) {
        return Base64.getEncoder().encodeToString(bytes.asByteArray());
    }
}
