package io.tributary.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NamePatternsTest {

    private static final List<String> NAMES = List.of("audit_log", "order.items", "order_items", "orders", "people");

    @Test
    void namesStandForThemselves() {
        NamePatterns patterns = NamePatterns.of(List.of("people", "orders", "nobody"));
        assertThat(patterns.among(NAMES)).containsExactly("people", "orders");
        assertThat(patterns.names()).containsExactly("people", "orders", "nobody");
        assertThat(patterns.isOpen()).isFalse();
        assertThat(patterns.contains("People")).isFalse();
    }

    @Test
    void aStarStandsForAnyCharactersAndNothingElseForOthersThanItself() {
        assertThat(NamePatterns.of(List.of("order_*")).among(NAMES)).containsExactly("order_items");
        assertThat(NamePatterns.of(List.of("order*s")).among(NAMES))
                .containsExactly("order.items", "order_items", "orders");
        assertThat(NamePatterns.of(List.of("*.*")).among(NAMES)).containsExactly("order.items");
        assertThat(NamePatterns.of(List.of("a(*|\\é")).contains("a(1|\\é")).isTrue();
        assertThat(NamePatterns.of(List.of("*")).contains("with\na break")).isTrue();
    }

    @Test
    void aMinusLeavesOutWhatPatternsTakeButNoName() {
        NamePatterns patterns = NamePatterns.of(List.of("order_items", "*", "-order*", "-audit_log"));
        assertThat(patterns.among(NAMES)).containsExactly("order_items", "people");
        assertThat(patterns.isOpen()).isTrue();
        assertThat(patterns.names()).containsExactly("order_items");
        assertThat(NamePatterns.of(List.of("-order*")).isEmpty()).isTrue();
    }
}
