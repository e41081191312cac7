package io.tributary.change;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class JsonTextTest {

    @Test
    void onlyWhatJsonForbidsInAStringIsEscaped() {
        assertThat(JsonText.quoted("")).isEqualTo("\"\"");
        assertThat(JsonText.quoted("a\"b\\c/\u007f\u00e4\ud83d\ude00"))
                .isEqualTo("\"a\\\"b\\\\c/\u007f\u00e4\ud83d\ude00\"");
        assertThat(JsonText.quoted("\0\n\u001f")).isEqualTo("\"\\u0000\\u000a\\u001f\"");
    }

    @Test
    void everyCharacterComesBackFromAParser() throws IOException {
        StringBuilder all = new StringBuilder();
        for (char c = 0; c < 0x3000; c++) {
            all.append(c);
        }
        assertThat(new ObjectMapper().readValue(JsonText.quoted(all.toString()), String.class))
                .isEqualTo(all.toString());
    }
}
