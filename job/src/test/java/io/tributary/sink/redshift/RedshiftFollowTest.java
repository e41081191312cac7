package io.tributary.sink.redshift;

import static io.tributary.sink.redshift.StandInWarehouse.row;
import static io.tributary.sink.redshift.StandInWarehouse.told;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Column;
import io.tributary.change.Schema;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tables whose source knows them and their columns by numbers: what becomes of their columns and rows when it alters them. */
final class RedshiftFollowTest {

    private static final Schema FIRST = schema(70, 1, "id", "1 id INT", "2 a STRING", "3 b STRING");

    private StandInWarehouse warehouse;

    @BeforeEach
    void open() throws SQLException {
        warehouse = StandInWarehouse.open();
        warehouse.apply(FIRST);
        warehouse.land(told(FIRST, 1));
        land("c", 1, 1, "'id':1,'a':'a1','b':'b1'");
        land("c", 2, 1, "'id':2,'a':'a2','b':'b2'");
        land("c", 3, 1, "'id':3,'a':'a3','b':'b3'");
        merge();
    }

    @AfterEach
    void close() {
        warehouse.close();
    }

    @Test
    void aRenamedColumnKeepsItsValuesAndLateRecordsFindIt() throws SQLException {
        tell(2, "id", "1 id INT", "2 title STRING", "3 b STRING");
        land("u", 10, 2, "'id':1,'title':'t1','b':'b1'");
        merge();
        assertThat(columns()).containsExactly("id", "title", "b");
        assertThat(rows("id, title, b")).containsExactly("1|t1|b1", "2|a2|b2", "3|a3|b3");

        land("u", 9, 1, "'id':1,'a':'late','b':'late'");
        land("u", 11, 1, "'id':2,'a':'of the old shape','b':'b2'");
        land("d", 12, 1, "'id':3");
        merge();
        assertThat(rows("id, title, b")).containsExactly("1|t1|b1", "2|of the old shape|b2");
    }

    @Test
    void anOlderShapeThatIsToldLaterRenamesNothingBack() throws SQLException {
        tell(3, "id", "1 id INT", "2 title STRING", "3 b STRING");
        merge();
        tell(2, "id", "1 id INT", "2 between STRING", "3 b STRING", "4 gone STRING");
        land("u", 10, 2, "'id':1,'between':'t1','b':'x','gone':'y'");
        merge();
        assertThat(columns()).containsExactly("id", "title", "b");
        assertThat(rows("id, title, b")).containsExactly("1|t1|x", "2|a2|b2", "3|a3|b3");
    }

    @Test
    void twoNamesAreSwapped() throws SQLException {
        tell(2, "id", "1 id INT", "2 b STRING", "3 a STRING");
        land("u", 10, 2, "'id':1,'b':'new a','a':'new b'");
        land("u", 11, 1, "'id':2,'a':'late a','b':'late b'");
        merge();
        assertThat(columns()).containsExactly("id", "b", "a");
        assertThat(rows("id, a, b")).containsExactly("1|new b|new a", "2|late b|late a", "3|b3|a3");
    }

    @Test
    void severalRenamesThatNoMergeSawInBetweenAreFollowedAtOnce() throws SQLException {
        tell(2, "id", "1 id INT", "2 t STRING", "3 b STRING");
        tell(3, "id", "1 id INT", "2 t STRING", "3 a STRING");
        tell(4, "id", "1 id INT", "2 b STRING", "3 a STRING");
        land("u", 11, 2, "'id':2,'t':'in t','b':'in b'");
        merge();
        assertThat(rows("id, a, b")).containsExactly("1|b1|a1", "2|in b|in t", "3|b3|a3");
    }

    @Test
    void aChainOfNamesIsFollowed() throws SQLException {
        tell(2, "id", "1 id INT", "2 c STRING", "3 a STRING", "4 b INT");
        land("u", 10, 2, "'id':1,'c':'c1','a':'a1','b':7");
        merge();
        assertThat(rows("id, a, b, c")).containsExactly("1|a1|7|c1", "2|b2|null|a2", "3|b3|null|a3");
    }

    @Test
    void aDroppedColumnStaysAndIsNullFromThenOn() throws SQLException {
        tell(2, "id", "1 id INT", "2 a STRING");
        land("u", 10, 2, "'id':1,'a':'x'");
        merge();
        assertThat(rows("id, a, b")).containsExactly("1|x|null", "2|a2|b2", "3|a3|b3");
    }

    @Test
    void aColumnMadeAnewUnderItsNameHasNoneOfTheOldValues() throws SQLException {
        tell(2, "id", "1 id INT", "2 a STRING");
        tell(3, "id", "1 id INT", "2 a STRING", "4 b INT");
        land("u", 10, 3, "'id':1,'a':'a1','b':7");
        land("u", 11, 1, "'id':3,'a':'a3','b':'late'");
        merge();
        assertThat(rows("id, b, b__dropped")).containsExactly("1|7|null", "2|null|b2", "3|null|late");

        tell(4, "id", "1 id INT", "2 a STRING", "5 b STRING");
        land("u", 12, 4, "'id':1,'a':'a1','b':'third'");
        merge();
        assertThat(rows("id, b, b__dropped, b__dropped_2"))
                .containsExactly("1|third|null|null", "2|null|b2|null", "3|null|late|null");
    }

    @Test
    void expandAndContractComesOutRight() throws SQLException {
        tell(2, "id", "1 id INT", "2 a STRING", "3 b STRING", "4 a2 STRING");
        land("u", 10, 2, "'id':1,'a':'a1','b':'b1','a2':'new1'");
        land("u", 11, 2, "'id':2,'a':'a2','b':'b2','a2':'new2'");
        tell(3, "id", "1 id INT", "3 b STRING", "4 a STRING");
        land("u", 12, 3, "'id':1,'b':'x','a':'new1'");
        merge();
        assertThat(rows("id, a, b")).containsExactly("1|new1|x", "2|new2|b2", "3|null|b3");
    }

    @Test
    void aSetAsideColumnThatSomebodyDropsIsForgotten() throws SQLException {
        tell(2, "id", "1 id INT", "2 a STRING", "4 b INT");
        merge();
        warehouse.execute("ALTER TABLE " + target() + " DROP COLUMN b__dropped");
        warehouse.apply(FIRST);
        land("u", 10, 1, "'id':1,'a':'x','b':'late'");
        land("u", 10, 2, "'id':2,'a':'y','b':4");
        merge();
        assertThat(columns()).containsExactly("id", "a", "b");
        assertThat(rows("id, a, b")).containsExactly("1|x|null", "2|y|4", "3|a3|null");
    }

    @Test
    void aColumnOfTheUserInTheWayIsSetAside() throws SQLException {
        warehouse.execute("ALTER TABLE " + target() + " ADD COLUMN title INT DEFAULT 5");
        tell(2, "id", "1 id INT", "2 title STRING", "3 b STRING");
        merge();
        assertThat(rows("id, title, title__dropped")).containsExactly("1|a1|5", "2|a2|5", "3|a3|5");
    }

    @Test
    void aTypeThatHoldsTheOldOneIsWidenedAndANarrowerOneChangesNothing() throws SQLException {
        tell(2, "id", "1 id BIGINT", "2 a STRING", "3 b STRING", "4 n BIGINT");
        land("u", 10, 2, "'id':1,'a':'a1','b':'b1','n':9223372036854775807");
        tell(3, "id", "1 id INT", "2 a STRING", "3 b STRING", "4 m INT");
        land("u", 10, 3, "'id':2,'a':'a2','b':'b2','m':5");
        land("c", 10, 2, "'id':9223372036854775807,'a':'a','b':'b','n':4");
        merge();
        assertThat(rows("id, m")).containsExactly("1|9223372036854775807", "2|5", "3|null", "9223372036854775807|4");
    }

    @Test
    void aTypeThatDoesNotHoldTheOldOneIsAnEmptyColumn() throws SQLException {
        tell(2, "id", "1 id INT", "2 a INT", "3 bb BOOLEAN");
        land("u", 10, 2, "'id':1,'a':7,'bb':true");
        land("u", 11, 1, "'id':3,'a':'text','b':'text'");
        merge();
        assertThat(columns()).containsExactlyInAnyOrder("id", "a", "bb");
        assertThat(rows("id, a, bb")).containsExactly("1|7|t", "2|null|null", "3|null|null");
    }

    @Test
    void aColumnThatRowsAreSortedByIsReplacedWithItsTable() throws SQLException {
        warehouse.close();
        warehouse = StandInWarehouse.open(Map.of("tables.items.redshift.sort-keys", "a"));
        warehouse.apply(FIRST);
        warehouse.land(told(FIRST, 1));
        land("c", 1, 1, "'id':1,'a':'a1','b':'b1'");
        merge();
        tell(2, "id", "1 id INT", "2 a INT", "3 c STRING");
        land("c", 2, 2, "'id':2,'a':5,'c':'c2'");
        merge();
        assertThat(rows("id, a, c")).containsExactly("1|null|b1", "2|5|c2");
    }

    @Test
    void arraysOfAnotherTypeAreOfOneTypeInTheWarehouseAndEmptyAllTheSame() throws SQLException {
        tell(2, "id", "1 id INT", "2 a ARRAY<INT>", "3 b STRING");
        land("u", 10, 2, "'id':1,'a':[1],'b':'b'");
        merge();
        tell(3, "id", "1 id INT", "2 a ARRAY<STRING>", "3 b STRING");
        land("u", 11, 3, "'id':2,'a':['x'],'b':'b'");
        merge();
        assertThat(rows("id, a")).containsExactly("1|null", "2|[\"x\"]", "3|null");
    }

    @Test
    void columnsOfAnotherRelationAreThoseOfTheSameName() throws SQLException {
        tell(2, "id", "1 id INT", "2 title STRING", "3 b STRING");
        merge();
        Schema other = schema(71, 3, "id", "1 b STRING", "2 id INT", "3 a STRING");
        warehouse.land(told(other, 3));
        land("u", 10, 3, "'id':1,'a':'A','b':'B'");
        land("u", 11, 1, "'id':2,'a':'late','b':'late'");
        merge();
        assertThat(rows("id, a, title, b")).containsExactly("1|A|null|B", "2|null|late|late", "3|null|a3|b3");

        tell(71, 4, "id", "1 b STRING", "2 id INT", "3 title STRING");
        land("u", 12, 4, "'id':3,'title':'T','b':'B'");
        land("u", 13, 2, "'id':2,'title':'later','b':'later'");
        merge();
        assertThat(rows("id, title, title__dropped, b"))
                .containsExactly("1|A|null|B", "2|null|later|later", "3|T|null|B");
    }

    @Test
    void aTableThatWasKnownByItsNameIsTakenOver() throws SQLException {
        Schema named = StandInWarehouse.schema("parts", "id", "id INT NOT NULL", "x STRING", "old STRING");
        warehouse.land(told(named, 1));
        warehouse.land(row("parts", "c", 1, 1, "\"id\":1,\"x\":\"x1\",\"old\":\"o1\""));
        merge();
        Schema numbered = Schema.of(
                        "parts", schema(80, 1, "id", "1 id INT", "2 x STRING").columns(), List.of("id"))
                .ofRelation(80, 1);
        warehouse.land(told(numbered, 2));
        merge();
        Schema renamed = Schema.of(
                        "parts", schema(80, 1, "id", "1 id INT", "2 old STRING").columns(), List.of("id"))
                .ofRelation(80, 2);
        warehouse.land(told(renamed, 3));
        warehouse.land(row("parts", "c", 2, 1, "\"id\":2,\"x\":\"x2\",\"old\":\"o2\""));
        merge();
        assertThat(warehouse.query("SELECT id, old, old__dropped FROM " + warehouse.target("parts") + " ORDER BY id"))
                .containsExactly("1|x1|o1", "2|x2|o2");
    }

    @Test
    void aRenamedKeyIsTheSameKeyAndItsTombstonesStay() throws SQLException {
        land("d", 20, 1, "'id':3");
        merge();
        tell(2, "nr", "1 nr INT", "2 a STRING", "3 b STRING");
        land("u", 15, 1, "'id':3,'a':'late','b':'late'");
        land("u", 16, 2, "'nr':3,'a':'late','b':'late'");
        land("u", 17, 1, "'id':2,'a':'x','b':'x'");
        merge();
        assertThat(rows("nr, a")).containsExactly("1|a1", "2|x");
    }

    /** PostgreSQL's case: the rows of the old key are deleted, and all rows come again. */
    @Test
    void aWidenedKeyIsFollowed() throws SQLException {
        tell(2, "id", "1 id INT", "2 a STRING", "3 b STRING", "4 tenant INT");
        land("u", 10, 2, "'id':1,'a':'a1','b':'b1','tenant':1");
        merge();
        tell(3, "tenant,id", "1 id INT", "2 a STRING", "3 b STRING", "4 tenant INT");
        land("c", 21, 3, "'id':1,'a':'a1','b':'b1','tenant':1");
        land("c", 21, 3, "'id':1,'a':'other','b':'b','tenant':2");
        land("c", 21, 3, "'id':2,'a':'a2','b':'b2','tenant':1");
        merge();
        land("d", 21, 2, "'id':1");
        land("d", 20, 1, "'id':2");
        land("d", 20, 1, "'id':3");
        land("u", 15, 1, "'id':3,'a':'late','b':'late'");
        land("u", 30, 3, "'id':1,'a':'newest','b':'b','tenant':2");
        merge();
        land("d", 31, 3, "'id':2,'tenant':1");
        land("u", 29, 3, "'id':2,'a':'late','b':'b','tenant':1");
        merge();
        assertThat(key()).containsExactly("tenant", "id");
        assertThat(rows("tenant, id, a")).containsExactly("1|1|a1", "2|1|newest");
    }

    @Test
    void aNarrowedKeyIsFollowedAndTheRowsOfTheOldOneEnd() throws SQLException {
        tell(2, "a,id", "1 id INT", "2 a STRING", "3 b STRING");
        land("c", 10, 2, "'id':1,'a':'other','b':'newer'");
        merge();
        assertThat(rows("id, a")).containsExactly("1|a1", "1|other", "2|a2", "3|a3");
        tell(3, "id", "1 id INT", "2 a STRING", "3 b STRING");
        merge();
        assertThat(key()).containsExactly("id");
        assertThat(rows("id, a")).containsExactly("1|other", "2|a2", "3|a3");

        land("d", 20, 2, "'id':1,'a':'a1'");
        land("d", 20, 2, "'id':1,'a':'other'");
        land("d", 20, 2, "'id':2,'a':'a2'");
        land("d", 20, 2, "'id':3,'a':'a3'");
        land("c", 21, 3, "'id':1,'a':'a1','b':'b1'");
        land("c", 21, 3, "'id':2,'a':'a2','b':'b2'");
        merge();
        assertThat(rows("id, a")).containsExactly("1|a1", "2|a2");
        // Of the first shape, whose key is the same, but another came in between.
        land("u", 12, 1, "'id':3,'a':'late','b':'late'");
        assertThat(merge().late()).isPositive();
        assertThat(rows("id, a")).containsExactly("1|a1", "2|a2");
    }

    @Test
    void aKeyOfAnotherTypeIsAnotherKey() throws SQLException {
        tell(2, "id", "1 id STRING", "2 a STRING", "3 b STRING");
        land("d", 20, 1, "'id':1");
        land("c", 21, 2, "'id':'one','a':'x','b':'y'");
        merge();
        assertThat(rows("id, a")).containsExactly("one|x");
        assertThat(key()).containsExactly("id");
    }

    @Test
    void whereAKeyCannotBeFollowedTheTableWaitsAndSaysWhatToDo() throws SQLException {
        warehouse.execute("CREATE VIEW " + warehouse.target("used") + " AS SELECT * FROM " + target());
        tell(2, "a", "1 id INT", "2 a STRING", "3 b STRING");
        land("c", 20, 2, "'id':1,'a':'x','b':'y'");
        land("c", 19, 1, "'id':4,'a':'x','b':'y'");
        MergeStatus status = merge();
        assertThat(status.problem())
                .contains("depend on it: DROP VIEW " + warehouse.settings().schema() + ".used;");
        assertThat(status.waiting()).isEqualTo(1);
        assertThat(rows("id, a")).hasSize(4);

        warehouse.execute("DROP VIEW " + warehouse.target("used"));
        assertThat(merge().problem()).isNull();
        assertThat(key()).containsExactly("a");
        assertThat(rows("a, id")).contains("x|1");
    }

    @Test
    void theSetUpThatIsRunAgainMakesTheSameMergesAndNoOldNames() throws SQLException {
        tell(2, "id", "1 id INT", "2 title STRING", "4 b STRING");
        merge();
        warehouse.apply(FIRST);
        assertThat(columns()).containsExactlyInAnyOrder("id", "title", "b__dropped", "b");
        land("u", 10, 1, "'id':1,'a':'x','b':'y'");
        merge();
        assertThat(rows("id, title, b, b__dropped")).contains("1|x|null|y");
        warehouse.execute("DROP TABLE " + target());
        warehouse.apply(FIRST);
        assertThat(columns()).containsExactlyInAnyOrder("id", "title", "b", "b__dropped");
    }

    private static Schema schema(long relation, long revision, String key, String... columns) {
        List<Column> parsed = new ArrayList<>();
        for (String column : columns) {
            String[] parts = column.split(" ", 3);
            boolean isKey = List.of(key.split(",")).contains(parts[1]);
            parsed.add(Column.of(
                            parts[1],
                            LogicalTypeParser.parse(parts[2], RedshiftFollowTest.class.getClassLoader())
                                    .copy(!isKey))
                    .numbered(Integer.parseInt(parts[0])));
        }
        return Schema.of("items", parsed, List.of(key.split(","))).ofRelation(relation, revision);
    }

    /** Lands the shape of a revision, which is its number in records too. */
    private void tell(long revision, String key, String... columns) throws SQLException {
        tell(70, revision, key, columns);
    }

    private void tell(long relation, long revision, String key, String... columns) throws SQLException {
        warehouse.land(told(schema(relation, revision, key, columns), revision));
    }

    private void land(String op, long version, long shape, String fields) throws SQLException {
        warehouse.land(row("items", op, version, shape, fields.replace('\'', '"')));
    }

    private MergeStatus merge() throws SQLException {
        return warehouse.merge("items");
    }

    private String target() {
        return warehouse.target("items");
    }

    private List<String> rows(String columns) throws SQLException {
        return warehouse.query("SELECT " + columns + " FROM " + target() + " ORDER BY 1, 2");
    }

    private List<String> columns() throws SQLException {
        return new ExistingTables(warehouse.connection(), warehouse.names())
                .columns("items").keySet().stream()
                        .filter(column -> !column.startsWith("_"))
                        .collect(Collectors.toList());
    }

    private List<String> key() throws SQLException {
        return new ExistingTables(warehouse.connection(), warehouse.names()).primaryKey("items");
    }
}
