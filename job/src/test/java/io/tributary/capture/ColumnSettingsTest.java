package io.tributary.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

class ColumnSettingsTest {

    private static final String KEY = "0123456789abcdef0123456789abcdef";

    private final Problems problems = new Problems();

    private ColumnRules rules(String... keysAndValues) {
        Map<String, String> settings = new TreeMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            settings.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        Secrets secrets = new Secrets(
                name -> name.equals("KEY") ? KEY : name.equals("OTHER") ? KEY + "0" : "short", name -> null);
        Given given = Given.of(Configuration.fromMap(settings), secrets, problems);
        return ColumnSettings.from(given).of("people");
    }

    @Test
    void nothingIsSaidOfAllColumnsByDefault() {
        ColumnRules rules = rules("tables.others.columns.exclude", "a");
        assertThat(rules.isAny()).isFalse();
        assertThat(rules.fingerprint()).isZero();
        assertThat(rules.of("a")).isEqualTo(Treatment.KEPT);
    }

    @Test
    void columnsAreLeftOutOrHashedByTheirNames() {
        ColumnRules rules = rules(
                "tables.people.columns.exclude", "card;notes",
                "tables.people.columns.hash", "email",
                "columns.hash-key", "env:KEY");
        assertThat(rules.of("card")).isEqualTo(Treatment.LEFT_OUT);
        assertThat(rules.of("email")).isEqualTo(Treatment.HASHED);
        assertThat(rules.of("Email")).isEqualTo(Treatment.KEPT);
        assertThat(rules.unfound(List.of("id", "email"))).containsExactly("card", "notes");
        assertThat(rules).hasToString("exclude [card, notes] hash [email]");
        assertThat(problems.sentences()).isEmpty();
    }

    @Test
    void allButTheIncludedAreLeftOut() {
        ColumnRules rules = rules(
                "tables.people.columns.include", "id;email",
                "tables.people.columns.hash", "email",
                "columns.hash-key", "env:KEY");
        assertThat(rules.of("id")).isEqualTo(Treatment.KEPT);
        assertThat(rules.of("email")).isEqualTo(Treatment.HASHED);
        assertThat(rules.of("new")).isEqualTo(Treatment.LEFT_OUT);
        assertThat(problems.sentences()).isEmpty();
    }

    @Test
    void aColumnThatGetsAnotherNameIsTreatedNoLessStrictly() {
        ColumnRules rules = rules(
                "tables.people.columns.exclude", "card",
                "tables.people.columns.hash", "email",
                "columns.hash-key", "env:KEY");
        assertThat(rules.of("mail", Treatment.HASHED)).isEqualTo(Treatment.HASHED);
        assertThat(rules.of("card", Treatment.HASHED)).isEqualTo(Treatment.LEFT_OUT);
        assertThat(rules.of("email", Treatment.LEFT_OUT)).isEqualTo(Treatment.LEFT_OUT);
        assertThat(rules.of("email", Treatment.KEPT)).isEqualTo(Treatment.HASHED);
        ColumnRules including = rules("tables.people.columns.include", "id;name");
        assertThat(including.of("full_name", Treatment.KEPT)).isEqualTo(Treatment.KEPT);
        assertThat(including.of("name", Treatment.LEFT_OUT)).isEqualTo(Treatment.LEFT_OUT);
    }

    @Test
    void otherRulesAndOtherKeysHaveOtherFingerprints() {
        String[] names = {"tables.people.columns.exclude", "tables.people.columns.hash"};
        long one = rules(names[0], "a", names[1], "b", "columns.hash-key", "env:KEY")
                .fingerprint();
        assertThat(rules(names[0], "a", names[1], "b", "columns.hash-key", "env:KEY")
                        .fingerprint())
                .isEqualTo(one);
        assertThat(rules(names[0], "a", names[1], "b", "columns.hash-key", "env:OTHER")
                        .fingerprint())
                .isNotEqualTo(one);
        assertThat(rules(names[0], "b", names[1], "a", "columns.hash-key", "env:KEY")
                        .fingerprint())
                .isNotEqualTo(one);
        assertThat(rules(names[0], "a").fingerprint())
                .isNotEqualTo(rules(names[0], "b").fingerprint());
    }

    @Test
    void contradictionsAreSaid() {
        rules("tables.people.columns.exclude", "a", "tables.people.columns.include", "b");
        rules("tables.people.columns.exclude", "a", "tables.people.columns.hash", "a", "columns.hash-key", "env:KEY");
        rules("tables.people.columns.include", "b", "tables.people.columns.hash", "a", "columns.hash-key", "env:KEY");
        assertThat(problems.sentences())
                .containsExactly(
                        "tables.people.columns.include and tables.people.columns.exclude cannot both be set: include"
                                + " leaves out all that it does not name, so take the other out",
                        "tables.people.columns.hash names a, which tables.people.columns.exclude leaves out",
                        "tables.people.columns.hash names a, which tables.people.columns.include leaves out: name it"
                                + " there, too");
    }

    @Test
    void theKeyIsASecretThatIsLongEnough() {
        rules("tables.people.columns.hash", "a");
        rules("tables.people.columns.hash", "a", "columns.hash-key", "env:SHORT");
        rules("tables.people.columns.hash", "a", "columns.hash-key", KEY);
        assertThat(problems.sentences())
                .containsExactly(
                        "columns.hash-key is missing, and tables.people.columns.hash needs it: write env:NAME,"
                                + " file:/path or secretsmanager:id#key",
                        "columns.hash-key: the key has fewer than 32 characters, so it might be guessed: take what"
                                + " openssl rand -hex 32 prints",
                        "columns.hash-key has to be a reference to a secret, not the secret itself: write env:NAME,"
                                + " file:/path or secretsmanager:id#key");
    }

    @Test
    void whatDoesNotFitTheTableIsSaidWithNamesThatDo() {
        ColumnRules rules = rules("tables.people.columns.exclude", "card_number;id");
        assertThat(rules.problems("people", "public.people", List.of("id", "card_num", "name"), List.of("id")))
                .containsExactly(
                        "tables.people.columns.exclude names id, which is of the table's key: rows are found by it, so it"
                                + " cannot be left out. Take it out, or name it in tables.people.columns.hash instead",
                        "tables.people.columns.exclude: table public.people has no column card_number; did you mean"
                                + " card_num?");
        assertThat(rules("tables.people.columns.include", "name").problems("people", List.of("id")))
                .containsExactly("tables.people.columns.include does not name id, which is of the table's key: rows are"
                        + " found by it, so it cannot be left out. Name it there, and in tables.people.columns.hash if its"
                        + " values are to be hashed");
    }
}
