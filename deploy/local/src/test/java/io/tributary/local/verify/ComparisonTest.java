package io.tributary.local.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.local.verify.Comparison.Outcome;
import io.tributary.local.verify.Comparison.Reader;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ComparisonTest {

    private static final List<String> COLUMNS = List.of("id", "name");
    private static final List<String> KEY = List.of("id");

    private static Reader rows(@Nullable String[]... rows) {
        return consumer -> {
            for (@Nullable String[] row : rows) {
                consumer.next(row);
            }
        };
    }

    private static @Nullable String[] row(@Nullable String... values) {
        return values;
    }

    private static Comparison source() throws Exception {
        return Comparison.of(COLUMNS, KEY, rows(row("1", "Ann"), row("2", null), row("3", "x".repeat(5_000))));
    }

    @Test
    void equalRowsAreCleanInAnyOrder() throws Exception {
        Outcome outcome = source().with(rows(row("3", "x".repeat(5_000)), row("1", "Ann"), row("2", null)));
        assertThat(outcome.isClean()).isTrue();
        assertThat(outcome.rows()).isEqualTo(3);
    }

    @Test
    void everyKindOfDifferenceIsCountedAndNamed() throws Exception {
        Outcome outcome = source().with(
                        rows(row("1", "Bea"), row("1", "Ann"), row("4", "Dan"), row("3", "x".repeat(4_999) + "y")));
        assertThat(outcome.missing()).isEqualTo(1);
        assertThat(outcome.extra()).isEqualTo(1);
        assertThat(outcome.different()).isEqualTo(2);
        assertThat(outcome.duplicates()).isEqualTo(1);
        assertThat(outcome.isClean()).isFalse();
        assertThat(outcome.examples())
                .contains(
                        "id=1 name is 'Bea' and ought to be 'Ann'",
                        "id=1 is there more than once",
                        "id=4 is not in the source",
                        "id=2 is missing")
                .anyMatch(example -> example.startsWith("id=3 name is 'xxxxxxxxxxxxxxxxxxxxxxxx... (5000 characters"));
    }

    @Test
    void nullIsNotTheTextNull() throws Exception {
        Comparison comparison = Comparison.of(COLUMNS, KEY, rows(row("1", null)));
        assertThat(comparison.with(rows(row("1", "null"))).different()).isEqualTo(1);
    }

    @Test
    void aSourceWithoutAKeyIsRefused() {
        assertThatThrownBy(() -> Comparison.of(COLUMNS, KEY, rows(row("1", "a"), row("1", "b"))))
                .hasMessageContaining("two rows with the key id=1");
    }
}
