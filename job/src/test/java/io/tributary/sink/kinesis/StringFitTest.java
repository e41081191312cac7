package io.tributary.sink.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The strings of a value, and nothing else of it, become what the warehouse can hold. */
final class StringFitTest {

    private static final String EURO = "\u20ac";
    private static final String FACE = "\ud83d\ude00";

    /** With a limit of four bytes. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"abcd\"|\"abcd\"",
                "\"abcde\"|\"abcd\"",
                "\"\"|\"\"",
                "12345678|12345678",
                "\"ab\\\"\\\\cd\"|\"ab\\\"\\\\\"",
                "\"a\\u0000b\"|\"ab\"",
                "\"a\\\\u0000b\"|\"a\\\\u0\"",
                "\"abc\\u00e9\"|\"abc\"",
                "\"ab\\u00e9\"|\"ab\\u00e9\"",
                "\"\\ud83d\\ude00x\"|\"\\ud83d\\ude00\"",
                "\"x\\ud83d\\ude00\"|\"x\"",
                "[\"abcdef\",true,{\"abcdef\":[\"ghijkl\",1.5]}]|[\"abcd\",true,{\"abcd\":[\"ghij\",1.5]}]",
            })
    void stringsEndBehindACharacter(String value, String fit) {
        assertThat(fit(value, 4)).isEqualTo(fit);
    }

    @Test
    void charactersOfSeveralBytesStayWhole() {
        assertThat(fit("\"ab" + EURO + "\"", 4)).isEqualTo("\"ab\"");
        assertThat(fit("\"a" + EURO + "\"", 4)).isEqualTo("\"a" + EURO + "\"");
        assertThat(fit("\"" + FACE + FACE + "\"", 7)).isEqualTo("\"" + FACE + "\"");
    }

    /** Against a plain way: by characters of the decoded text. */
    @Test
    void randomTextsInRandomEscapesAreWhatAPlainWayMakesOfThem() throws Exception {
        Random random = new Random(11);
        ObjectMapper json = new ObjectMapper();
        String[] characters = {"a", "\"", "\\", "\0", "\u00e9", EURO, FACE, "\n"};
        for (int round = 0; round < 2_000; round++) {
            StringBuilder text = new StringBuilder();
            StringBuilder written = new StringBuilder("\"");
            for (int i = random.nextInt(12); i > 0; i--) {
                String character = characters[random.nextInt(characters.length)];
                text.append(character);
                String quoted = json.writeValueAsString(character);
                written.append(random.nextBoolean() ? escaped(character) : quoted.substring(1, quoted.length() - 1));
            }
            String fit = json.readValue(fit(written.append('"').toString(), 9), String.class);
            assertThat(fit).as("%s", written).isEqualTo(plainly(text.toString(), 9));
        }
    }

    private static String escaped(String character) {
        StringBuilder escaped = new StringBuilder();
        character.chars().forEach(unit -> escaped.append(String.format("\\u%04x", unit)));
        return escaped.toString();
    }

    private static String plainly(String text, int limit) {
        StringBuilder kept = new StringBuilder();
        int size = 0;
        for (int point : text.replace("\0", "").codePoints().toArray()) {
            String character = Character.toString(point);
            size += character.getBytes(StandardCharsets.UTF_8).length;
            if (size > limit) {
                break;
            }
            kept.append(character);
        }
        return kept.toString();
    }

    private static String fit(String value, int limit) {
        byte[] bytes = ("##" + value + "##").getBytes(StandardCharsets.UTF_8);
        int end = StringFit.fit(bytes, 2, bytes.length - 2, limit);
        return new String(Arrays.copyOfRange(bytes, 2, end), StandardCharsets.UTF_8);
    }
}
