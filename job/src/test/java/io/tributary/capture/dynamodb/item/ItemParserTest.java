package io.tributary.capture.dynamodb.item;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.capture.Unreadable;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ItemParserTest {

    @Test
    void everyTypeHasItsText() throws Exception {
        Item item = Tables.item("""
                {"text": {"S": "Grüße \\ud83d\\ude00 \\"\\n"},
                 "empty": {"S": ""},
                 "number": {"N": "12.50"},
                 "bytes": {"B": "AAH/"},
                 "yes": {"BOOL": true},
                 "map": {"M": {"b": {"N": "1E+2"}, "a": {"NULL": true}, "é": {"M": {}}}},
                 "list": {"L": [{"S": "x\\u0001\\\\"}, {"BOOL": false}, {"B": "AAH/"}, {"L": []}]},
                 "texts": {"SS": ["b", "a"]},
                 "numbers": {"NS": ["10", "9", "-1.0"]},
                 "binaries": {"BS": ["/w==", "AA=="]},
                 "none": {"SS": []}}
                """);

        assertThat(text(item, "text")).isEqualTo("Grüße \ud83d\ude00 \"\n");
        assertThat(text(item, "empty")).isEmpty();
        assertThat(text(item, "number")).isEqualTo("12.5");
        assertThat(text(item, "bytes")).isEqualTo("AAH/");
        assertThat(text(item, "yes")).isEqualTo("true");
        assertThat(text(item, "map")).isEqualTo("{\"a\":null,\"b\":100,\"é\":{}}");
        assertThat(text(item, "list")).isEqualTo("[\"x\\u0001\\\\\",false,\"AAH/\",[]]");
        assertThat(text(item, "texts")).isEqualTo("[\"a\",\"b\"]");
        assertThat(text(item, "numbers")).isEqualTo("[-1,9,10]");
        assertThat(text(item, "binaries")).isEqualTo("[\"AA==\",\"/w==\"]");
        assertThat(text(item, "none")).isEqualTo("[]");
    }

    @ParameterizedTest
    @CsvSource({
        "0,                                       0, INTEGER",
        "-0.00,                                   0, INTEGER",
        "0E+99,                                   0, INTEGER",
        "007,                                     7, INTEGER",
        "1.0,                                     1, INTEGER",
        "-42,                                     -42, INTEGER",
        "9223372036854775807,                     9223372036854775807, INTEGER",
        "-9223372036854775808,                    -9223372036854775808, INTEGER",
        "9223372036854775808,                     9223372036854775808, DECIMAL",
        "12345678901234567890123456789012345678,  12345678901234567890123456789012345678, DECIMAL",
        "0.12345678901234567890123456789012345678, 0.12345678901234567890123456789012345678, DECIMAL",
        "1.5E3,                                   1500, INTEGER",
        "1E-3,                                    0.001, DECIMAL"
    })
    void aNumberHasOneText(String written, String text, Kind kind) throws Exception {
        Item item = Tables.item("{\"n\":{\"N\":\"" + written + "\"}}");

        assertThat(item.value(0).kind()).isEqualTo(kind);
        assertThat(item.value(0).text()).isEqualTo(text);
    }

    @Test
    void theLargestAndTheSmallestNumberAreKept() throws Exception {
        String largest = "9.9999999999999999999999999999999999999E+125";

        assertThat(text(Tables.item("{\"n\":{\"N\":\"" + largest + "\"}}"), "n"))
                .isEqualTo("9".repeat(38) + "0".repeat(88));
        assertThat(text(Tables.item("{\"n\":{\"N\":\"-1E-130\"}}"), "n")).isEqualTo("-0." + "0".repeat(129) + "1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1E+126",
                "1E-131",
                "1E+2147483647",
                "1E-999999999",
                "123456789012345678901234567890123456789",
                "NaN",
                "Infinity",
                "",
                "-",
                "1,5",
                "0x10",
                "1 "
            })
    void whatIsNoNumberOfDynamoDbIsRefused(String number) {
        assertThatThrownBy(() -> Tables.item("{\"price\":{\"N\":\"" + number + "\"}}"))
                .isInstanceOf(Unreadable.class)
                .hasMessageContaining("price");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":{\"X\":\"1\"}}",
                "{\"a\":{}}",
                "{\"a\":\"plain\"}",
                "{\"a\":null}",
                "{\"a\":[1]}",
                "{\"a\":{\"S\":1}}",
                "{\"a\":{\"S\":null}}",
                "{\"a\":{\"S\":\"1\",\"N\":\"1\"}}",
                "{\"a\":{\"N\":true}}",
                "{\"a\":{\"BOOL\":\"true\"}}",
                "{\"a\":{\"NULL\":false}}",
                "{\"a\":{\"B\":\"?\"}}",
                "{\"a\":{\"SS\":\"x\"}}",
                "{\"a\":{\"NS\":[\"x\"]}}",
                "{\"a\":{\"BS\":[1]}}",
                "{\"a\":{\"L\":{}}}",
                "{\"a\":{\"L\":[1]}}",
                "{\"a\":{\"M\":[]}}",
                "{\"a\":{\"M\":{\"b\":{\"S\":\"1\"},\"b\":{\"S\":\"2\"}}}}",
                "{\"a\":{\"S\":\"1\"},\"a\":{\"S\":\"2\"}}",
                "{\"a\":{\"S\":\"\\ud83d\"}}",
                "{\"a\":{\"S\":\"\\ude00\\ud83d\"}}",
                "{\"a\":{\"S\":\"\\ude00\"}}"
            })
    void whatIsNoItemIsRefusedWithItsAttribute(String json) {
        assertThatThrownBy(() -> Tables.item(json))
                .isInstanceOf(Unreadable.class)
                .hasMessageMatching(".*\\ba\\b.*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "[]", "\"a\"", "{\"a\":{\"S\":\"1\"}", "{\"a\":{\"S\":\"1\"}} {}", "{\"a\" 1}"})
    void whatIsNoJsonObjectIsRefused(String json) {
        assertThatThrownBy(() -> Tables.item(json)).isInstanceOf(Unreadable.class);
    }

    @Test
    void bytesThatAreNoUtf8AreRefused() {
        byte[] json = "{\"a\":{\"S\":\"?\"}}".getBytes(StandardCharsets.ISO_8859_1);
        json[11] = (byte) 0xff;

        assertThatThrownBy(() -> new ItemParser().read(json)).isInstanceOf(Unreadable.class);
    }

    @Test
    void whatIsNestedTooDeepIsRefused() {
        String json = "{\"a\":" + "{\"L\":[".repeat(400) + "]}".repeat(400) + "}";

        assertThatThrownBy(() -> Tables.item(json))
                .isInstanceOf(Unreadable.class)
                .hasMessageContaining("deeper");
    }

    @Test
    void manyAttributesAreTakenAndOneTwiceIsNot() throws Exception {
        StringBuilder json = new StringBuilder("{");
        for (int i = 0; i < 300; i++) {
            json.append(i == 0 ? "" : ",")
                    .append("\"a")
                    .append(i)
                    .append("\":{\"N\":\"")
                    .append(i)
                    .append("\"}");
        }
        assertThat(text(Tables.item(json + "}"), "a299")).isEqualTo("299");

        assertThatThrownBy(() -> Tables.item(json + ",\"a7\":{\"S\":\"\"}}")).hasMessageContaining("a7 twice");
    }

    private static String text(Item item, String attribute) {
        return item.value(item.indexOf(attribute)).text();
    }
}
