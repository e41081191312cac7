package io.tributary.change;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RecordFieldsTest {

    @ParameterizedTest
    @ValueSource(strings = {"_table", "_schema", "_op", "_version", "_TS_MS", "_Expired"})
    void aColumnCannotHideAFieldInAnySpelling(String name) {
        assertThat(RecordFields.isReserved(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"_key", "_columns", "table", "__op", "version"})
    void allOtherNamesAreForColumns(String name) {
        assertThat(RecordFields.isReserved(name)).isFalse();
    }

    @Test
    void namesAreMeasuredInBytesAsRecordsSpellThem() {
        assertThat(RecordFields.isTooLong("x".repeat(127))).isFalse();
        assertThat(RecordFields.isTooLong("x".repeat(128))).isTrue();
        assertThat(RecordFields.isTooLong("\u00e9".repeat(64))).isTrue();
        // Two bytes as a capital, three in lower case.
        assertThat(RecordFields.isTooLong("\u023a".repeat(43))).isTrue();
        assertThat(RecordFields.isTooLong("\u023a".repeat(42))).isFalse();
    }
}
