package io.tributary.capture.debezium;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;

/** Whatever stands somewhere, as the text of JSON. */
final class JsonValues {

    private static final JsonFactory JSON = new JsonFactory();

    private JsonValues() {}

    /** The parser is left at the end of the value. */
    static String text(JsonParser value) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = JSON.createGenerator(text)) {
            int depth = 0;
            do {
                JsonToken token = depth == 0 && value.currentToken() != null ? value.currentToken() : value.nextToken();
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                copy(value, token, generator);
            } while (depth > 0);
        }
        return text.toString();
    }

    /** Numbers keep their digits. */
    private static void copy(JsonParser value, JsonToken token, JsonGenerator to) throws IOException {
        if (!token.isNumeric()) {
            to.copyCurrentEvent(value);
        } else if (token == JsonToken.VALUE_NUMBER_FLOAT && value.isNaN()) {
            to.writeString(value.getText());
        } else {
            to.writeNumber(value.getText());
        }
    }
}
