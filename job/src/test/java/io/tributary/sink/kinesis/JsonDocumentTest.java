package io.tributary.sink.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.DeserializationFeature;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a record may have in it as it is, and what would make it unreadable. */
final class JsonDocumentTest {

    private static final ObjectMapper JACKSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                " [ 1 , {\"a\" : [ ] } , \"\\ud83d\\ude00\\u20AC\\\\\\\"\" ]\n",
                "null",
                "true",
                "false",
                "-0.5e-10",
                "1.7976931348623157E+308",
                "\"é🙂\"",
                "{\"a\":{\"b\":[[]],\"b\":1}}"
            })
    void documents(String text) {
        assertThat(isOne(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[1",
                "[1,]",
                "{\"a\":}",
                "{\"a\"}",
                "{a:1}",
                "{\"a\":1,}",
                "]",
                "1]",
                "[1}",
                "{} {}",
                "01",
                "1.",
                ".5",
                "-",
                "1e",
                "1e400",
                "nul",
                "nulll",
                "\"",
                "\"\\x\"",
                "\"\\ud800\"",
                "\"\\udc00\"",
                "\"\\ud800\\u0041\"",
                "\"\\u12g4\"",
                "\"\n\"",
                "1,\"_op\":\"d\"",
                "NaN"
            })
    void others(String text) {
        assertThat(isOne(text)).isFalse();
    }

    @Test
    void depthAndNumbersAreWithinWhatASuperHolds() {
        int most = JsonDocument.DEEPEST;
        assertThat(isOne("[".repeat(most) + "]".repeat(most))).isTrue();
        assertThat(isOne("[".repeat(most + 1) + "]".repeat(most + 1))).isFalse();
        assertThat(isOne("9".repeat(308))).isTrue();
        assertThat(isOne("9".repeat(310))).isFalse();
        assertThat(isOne("0." + "0".repeat(500) + "1")).isTrue();
    }

    @Test
    void itAgreesWithAParserOnTextsThatWereBroken() {
        String whole = "{\"a\":[1,-2.50e3,true,null,\"\\u00e9\\n\"],\"b\":{\"c\":{},\"d\":[]}}";
        Random random = new Random(7);
        String letters = "{}[]\",:\\0129eE+-.tfnu a";
        int documents = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(whole);
            for (int change = random.nextInt(3); change >= 0; change--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.insert(at, letters.charAt(random.nextInt(letters.length())));
                    default -> text.setCharAt(at, letters.charAt(random.nextInt(letters.length())));
                }
            }
            boolean isOne = isOne(text.toString());
            documents += isOne ? 1 : 0;
            assertThat(isOne).as(text.toString()).isEqualTo(isParsed(text.toString()));
        }
        assertThat(documents).isGreaterThan(500);
    }

    private static boolean isParsed(String text) {
        try {
            return !JACKSON.readTree(text).isMissingNode();
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isOne(String text) {
        return JsonDocument.isOne(text.getBytes(StandardCharsets.UTF_8));
    }
}
