package io.tributary.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SecretsTest {

    @Test
    void standInsAreLongEnoughForKeysAndTellReferencesApart() {
        Problems problems = new Problems();
        String salt = standIn("env:HASH_KEY", problems);
        assertThat(salt).startsWith("env:HASH_KEYenv:HASH_KEY").hasSizeGreaterThanOrEqualTo(64);
        assertThat(standIn("env:OTHER", problems)).isNotEqualTo(salt);
        assertThat(problems.sentences()).isEmpty();
        assertThat(Secrets.standIns().resolve("a.key", "in the clear", problems))
                .isNull();
        assertThat(problems.sentences()).hasSize(1);
    }

    private static String standIn(String reference, Problems problems) {
        return Secrets.standIns().resolve("a.key", reference, problems).value();
    }
}
