package io.tributary.sink.redshift;

import static io.tributary.sink.redshift.StandInWarehouse.schema;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Keys of tables. The stand-in has none, so what is looked at is the SQL, which has not run on Redshift. */
final class TableLayoutTest {

    private static final WarehouseNames NAMES = new WarehouseNames("shop");

    @Test
    void aTableGetsWhatTheSettingsSayAndNothingElse() {
        TableLayout standing = TableLayout.of("id", List.of("id", "at"));
        assertThat(TableLayout.AUTO.changes("t", standing)).isEmpty();
        assertThat(TableLayout.of("id", List.of("id", "at")).changes("t", standing))
                .isEmpty();
        assertThat(TableLayout.of("customer", List.of("at")).changes("t", standing))
                .containsExactly(
                        "ALTER TABLE t ALTER DISTSTYLE KEY DISTKEY \"customer\"",
                        "ALTER TABLE t ALTER COMPOUND SORTKEY (\"at\")");
        assertThat(TableLayout.of(null, List.of("at", "id")).changes("t", standing))
                .containsExactly("ALTER TABLE t ALTER COMPOUND SORTKEY (\"at\", \"id\")");
    }

    /** Redshift refuses to drop such a column, whoever chose it. */
    @Test
    void aColumnThatStandsAsAKeyIsWidenedByACopyThatIsLaidOutAsTheTableWas() {
        TargetTable wanted = TargetTable.rows(
                schema("t", "id", "id INT NOT NULL", "customer INT", "at TIMESTAMP(6)", "n STRING"),
                TableLayout.AUTO,
                new Deletions(Duration.ofDays(1), Deletes.HARD),
                NAMES,
                WarehouseDialect.REDSHIFT);
        Map<String, String> existing = new LinkedHashMap<>(wanted.columns());
        existing.put("customer", "SMALLINT");
        Map<String, String> widened = Map.of("customer", "INTEGER");
        assertThat(wanted.alter(existing, widened, WarehouseDialect.REDSHIFT))
                .noneMatch(statement -> statement.startsWith("CREATE TABLE"));
        TableLayout standing = TableLayout.of("buyer", List.of("at", "gone")).renamed(Map.of("buyer", "customer"));
        assertThat(wanted.standing(standing, Belongings.NONE).alter(existing, widened, WarehouseDialect.REDSHIFT))
                .first()
                .asString()
                .startsWith("CREATE TABLE")
                .endsWith("\nDISTSTYLE KEY DISTKEY (\"customer\")\nCOMPOUND SORTKEY (\"at\")");
    }

    @Test
    void whatIsNotSaidIsAsItStandsAndThenTheKey() {
        TableLayout said = TableLayout.of(null, List.of("at"));
        TableLayout all = said.or(TableLayout.of("customer", List.of("n")).within(Set.of("customer", "n")))
                .orBy(List.of("id"));
        assertThat(all.distributionKey()).isEqualTo("customer");
        assertThat(all.sortKeys()).containsExactly("at");
        assertThat(TableLayout.AUTO.or(TableLayout.AUTO).orBy(List.of("id")).distributionKey())
                .isEqualTo("id");
    }
}
