package io.tributary.capture.postgres.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.ColumnRules;
import io.tributary.capture.Rules;
import io.tributary.capture.Treatment;
import io.tributary.capture.postgres.row.TableColumns;
import io.tributary.capture.postgres.server.Era;
import io.tributary.capture.postgres.value.Attribute;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class KnownColumnsTest {

    private static final ColumnRules RULES = Rules.of("exclude", "card", "hash", "id;email");

    private static ColumnState column(int number, String name) {
        return new ColumnState(number, name, 25, -1, false);
    }

    private static final List<ColumnState> COLUMNS =
            List.of(column(1, "id"), column(2, "email"), column(3, "card"), column(4, "town"));

    private static TableState state(ColumnRules rules) {
        TableState plain =
                new TableState(70, 5, 9, COLUMNS, List.of(), List.of(1), KnownKey.NONE, true, "published", true);
        return plain.treatedAs(plain, rules).keyed(List.of("id"));
    }

    private static Attribute attribute(int number, String name) {
        return new Attribute(name, 25, -1).numbered(number);
    }

    @Test
    void aColumnIsTreatedAsItsNumberWasAndAsItsNameSays() {
        KnownColumns known = KnownColumns.of(RULES, COLUMNS);
        assertThat(known.treat(RULES, attribute(2, "mail")).treatment()).isEqualTo(Treatment.HASHED);
        assertThat(known.treat(RULES, attribute(4, "card")).treatment()).isEqualTo(Treatment.LEFT_OUT);
        assertThat(known.treat(RULES, attribute(3, "town")).treatment()).isEqualTo(Treatment.LEFT_OUT);
        assertThat(known.treat(RULES, attribute(5, "email")).treatment()).isEqualTo(Treatment.HASHED);
        assertThat(known.treat(RULES, attribute(5, "new")).treatment()).isEqualTo(Treatment.KEPT);
        // What was a name of the settings once stays so, though it is dropped for a while.
        KnownColumns later = known.with(RULES, List.of(column(1, "id"), column(4, "card")));
        assertThat(later.treat(RULES, attribute(4, "town")).treatment()).isEqualTo(Treatment.LEFT_OUT);
        assertThat(later.treat(RULES, attribute(2, "town")).treatment()).isEqualTo(Treatment.HASHED);
    }

    @Test
    void aColumnThatNobodyKnewWhenAReadingBeganIsNotReadYet() {
        KnownColumns known = KnownColumns.of(RULES, COLUMNS);
        TableColumns now =
                TableColumns.numbered(List.of(attribute(1, "id"), attribute(2, "mail"), attribute(5, "other")), 70, 20);
        TableColumns treated = known.treat(RULES, now);
        assertThat(treated.attributes())
                .extracting(Attribute::treatment)
                .containsExactly(Treatment.HASHED, Treatment.HASHED, Treatment.LEFT_OUT);
        assertThat(treated.revision()).isEqualTo(19);
        assertThat(KnownColumns.ALL.treat(ColumnRules.NONE, now).attributes())
                .extracting(Attribute::treatment)
                .containsOnly(Treatment.KEPT);
    }

    @Test
    void aTableThatLacksAColumnOfTheSettingsIsNotFollowed() {
        assertThat(state(RULES).isFollowed()).isTrue();
        assertThat(state(Rules.of("exclude", "crad")).isFollowed()).isFalse();
        assertThat(state(Rules.of("include", "id;crad")).isFollowed())
                .as("nothing more comes through for that")
                .isTrue();
    }

    @Test
    void aKeyThatIsHashedOtherwiseIsAnotherKey() {
        TableState hashed = state(RULES);
        assertThat(hashed.treatedAs(hashed, RULES).isFollowed()).isTrue();
        for (ColumnRules other :
                List.of(ColumnRules.NONE, Rules.of("hash", "email"), Rules.byKey("OTHER", "hash", "id"))) {
            TableState now = hashed.treatedAs(hashed, other);
            assertThat(now.isFollowed()).as("%s", other).isFalse();
            assertThat(now.keyed(now.nextKey()).isFollowed()).as("%s", other).isTrue();
        }
        assertThat(hashed.treatedAs(hashed, Rules.of("hash", "id")).isFollowed())
                .as("of other columns")
                .isTrue();
    }

    @Test
    void statesKeepTheirForm() throws Exception {
        for (ColumnRules rules : List.of(RULES, ColumnRules.NONE)) {
            TableState state = state(rules);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            state.write(out);
            state.readAs(Era.FIRST).write(out);
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
            assertThat(TableState.read(in)).usingRecursiveComparison().isEqualTo(state);
            assertThat(ReadAs.read(in)).usingRecursiveComparison().isEqualTo(state.readAs(Era.FIRST));
            assertThat(in.available()).isZero();
        }
    }
}
