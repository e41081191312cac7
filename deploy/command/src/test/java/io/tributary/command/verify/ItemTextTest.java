package io.tributary.command.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

final class ItemTextTest {

    @Test
    void scalarsAreThemselves() {
        assertThat(ItemText.of(AttributeValue.fromS("a\"b"))).isEqualTo("a\"b");
        assertThat(ItemText.of(AttributeValue.fromN("1.50E+3"))).isEqualTo("1500");
        assertThat(ItemText.of(AttributeValue.fromBool(true))).isEqualTo("true");
        assertThat(ItemText.of(AttributeValue.fromB(SdkBytes.fromByteArray(new byte[] {0, -1}))))
                .isEqualTo("AP8=");
    }

    @Test
    void documentsAreJsonInOneOrder() {
        AttributeValue map = AttributeValue.fromM(Map.of(
                "b", AttributeValue.fromNul(true),
                "a", AttributeValue.fromL(List.of(AttributeValue.fromN("1.0"), AttributeValue.fromS("\n\\")))));
        assertThat(ItemText.of(map)).isEqualTo("{\"a\":[1,\"\\u000a\\\\\"],\"b\":null}");
        assertThat(ItemText.of(AttributeValue.fromNs(List.of("10", "9", "-1.50"))))
                .isEqualTo("[-1.5,9,10]");
        SdkBytes big = SdkBytes.fromByteArray(new byte[] {-1});
        SdkBytes small = SdkBytes.fromByteArray(new byte[] {0, 84});
        assertThat(ItemText.of(AttributeValue.fromBs(List.of(big, small)))).isEqualTo("[\"AFQ=\",\"/w==\"]");
        assertThat(ItemText.of(AttributeValue.fromSs(List.of("b", "a")))).isEqualTo("[\"a\",\"b\"]");
    }

    @Test
    void jsonOfAnySystemIsBroughtIntoThatForm() {
        assertThat(CanonicalJson.of("{\"b\": null, \"a\": [1.0, \"\\n\\\\\", 12345678901234567890.120]}"))
                .isEqualTo("{\"a\":[1,\"\\u000a\\\\\",12345678901234567890.12],\"b\":null}");
        assertThat(CanonicalJson.of("no JSON")).isEqualTo("no JSON");
    }
}
