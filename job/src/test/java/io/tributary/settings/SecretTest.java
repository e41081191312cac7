package io.tributary.settings;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretTest {

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = folder.resolve("password");
        Files.writeString(file, "first\n");
    }

    @Test
    void whatAFileHoldsIsReadAnewWhereverTheSecretGoes() throws Exception {
        Secret secret = resolved("file:" + file);
        Secret sent = InstantiationUtil.clone(secret);
        Files.writeString(file, "second\n");
        assertThat(secret.value()).isEqualTo("first");
        assertThat(secret.anew()).isEqualTo("second");
        assertThat(secret.value()).isEqualTo("second");
        assertThat(sent.anew()).isEqualTo("second");
        assertThat(sent).hasToString("file:" + file);
    }

    @Test
    void whatCannotBeReadAnewStaysAsItWasReadLast() throws Exception {
        Secret secret = resolved("file:" + file);
        Files.writeString(file, "second");
        secret.anew();
        Files.writeString(file, "");
        assertThat(secret.anew()).isEqualTo("second");
        Files.delete(file);
        assertThat(secret.anew()).isEqualTo("second");
        Files.writeString(file, "third");
        assertThat(secret.anew()).isEqualTo("third");
    }

    @Test
    void oneOfSecretsManagerIsReadAnew() {
        KEPT.put("id#key", "first");
        Secret secret = resolved("secretsmanager:id#key");
        KEPT.put("id#key", "second");
        assertThat(secret.anew()).isEqualTo("second");
        KEPT.clear();
        assertThat(secret.anew()).isEqualTo("second");
    }

    @Test
    void oneOfTheEnvironmentStaysAsTheStartFoundIt() {
        Map<String, String> environment = new HashMap<>(Map.of("PW", "first"));
        Secret secret = requireNonNull(
                new Secrets(environment::get, name -> null).resolve("postgres.password", "env:PW", new Problems()));
        environment.put("PW", "second");
        assertThat(secret.anew()).isEqualTo("first");
    }

    @Test
    void mapsHandOverWhatTheirSecretsAreAtThatMoment() throws Exception {
        LibraryProperties properties =
                new LibraryProperties(Map.of("user", "me"), Map.of("password", resolved("file:" + file)));
        Files.writeString(file, "second");
        assertThat(properties.asMap()).containsEntry("password", "second").containsEntry("user", "me");
        assertThat(properties.redact("second try")).isEqualTo("file:" + file + " try");
    }

    private static final Map<String, String> KEPT = new HashMap<>();

    private static Secret resolved(String reference) {
        return requireNonNull(
                new Secrets(name -> null, KEPT::get).resolve("postgres.password", reference, new Problems()));
    }
}
