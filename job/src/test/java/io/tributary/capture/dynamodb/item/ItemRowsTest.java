package io.tributary.capture.dynamodb.item;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.capture.Unreadable;
import io.tributary.capture.dynamodb.DeclaredTable;
import io.tributary.change.Column;
import io.tributary.change.InferredType;
import io.tributary.change.Projection;
import io.tributary.change.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.DoubleType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ItemRowsTest {

    @Test
    void everyTypeHasItsColumn() throws Exception {
        ItemRows rows = new ItemRows(Tables.plain("t"));

        BinaryRowData row = rows.row(Tables.item("""
                {"pk":{"S":"1"}, "text":{"S":"\\ud83d\\ude00"}, "int":{"N":"-7"}, "price":{"N":"1.5"},
                 "big":{"N":"12345678901234567890123456789012345678"}, "huge":{"N":"1E125"},
                 "bytes":{"B":"AAH/"}, "yes":{"BOOL":true}, "nothing":{"NULL":true},
                 "map":{"M":{}}, "list":{"L":[]}, "set":{"SS":[]}}"""));

        Schema schema = rows.schema();
        assertThat(schema.columns())
                .extracting(Column::toString)
                .containsExactly(
                        "pk STRING NOT NULL",
                        "big DECIMAL(38, 0)",
                        "bytes BYTES",
                        "huge STRING",
                        "int BIGINT",
                        "list STRING (JSON)",
                        "map STRING (JSON)",
                        "price DECIMAL(21, 2)",
                        "set STRING (JSON)",
                        "text STRING",
                        "yes BOOLEAN");
        assertThat(Tables.values(schema, row))
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("pk", "1"),
                        Map.entry("text", "\ud83d\ude00"),
                        Map.entry("int", "-7"),
                        Map.entry("price", "1.50"),
                        Map.entry("big", "12345678901234567890123456789012345678"),
                        Map.entry("huge", "1" + "0".repeat(125)),
                        Map.entry("bytes", "\0\1\u00ff"),
                        Map.entry("yes", "true"),
                        Map.entry("map", "{}"),
                        Map.entry("list", "[]"),
                        Map.entry("set", "[]")));
    }

    @Test
    void aNewAttributeBecomesAColumnAndOneThatIsMissingIsNull() throws Exception {
        ItemRows rows = new ItemRows(Tables.plain("t"));
        rows.row(Tables.item("{\"pk\":{\"S\":\"1\"},\"a\":{\"N\":\"1\"}}"));

        BinaryRowData row = rows.row(Tables.item("{\"pk\":{\"S\":\"2\"},\"b\":{\"S\":\"x\"}}"));

        assertThat(rows.schema().columns()).extracting(Column::name).containsExactly("pk", "a", "b");
        assertThat(Tables.values(rows.schema(), row)).isEqualTo(Map.of("pk", "2", "b", "x"));
    }

    @Test
    void anItemOfKnownAttributesLeavesTheSchemaAsItIs() throws Exception {
        ItemRows rows = new ItemRows(Tables.plain("t"));
        rows.row(Tables.item("{\"pk\":{\"S\":\"1\"},\"a\":{\"N\":\"1.25\"}}"));
        Schema before = rows.schema();

        rows.row(Tables.item("{\"a\":{\"N\":\"99999999999999999\"},\"pk\":{\"S\":\"2\"}}"));

        assertThat(rows.schema()).isSameAs(before);
    }

    /** Every order of the values, split between two subtasks in every way. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"N\":\"1\"}; {\"N\":\"0.5\"}; {\"N\":\"0.125\"}; DECIMAL(23, 4)",
                "{\"N\":\"12345678901234567890123456789012\"}; {\"N\":\"0.5\"}; {\"N\":\"7\"}; DECIMAL(34, 2)",
                "{\"N\":\"12345678901234567890123456789012345678\"}; {\"N\":\"0.5\"}; {\"N\":\"7\"}; STRING",
                "{\"N\":\"1E-19\"}; {\"N\":\"0.5\"}; {\"N\":\"7\"}; STRING",
                "{\"N\":\"1\"}; {\"S\":\"1.0\"}; {\"N\":\"2.50\"}; STRING",
                "{\"BOOL\":true}; {\"N\":\"1.50\"}; {\"B\":\"AAH/\"}; STRING",
                "{\"M\":{\"a\":{\"N\":\"1\"}}}; {\"L\":[]}; {\"NS\":[\"2\",\"1\"]}; STRING (JSON)",
                "{\"M\":{}}; {\"S\":\"text\"}; {\"BOOL\":false}; STRING",
                "{\"NULL\":true}; {\"N\":\"3\"}; {\"NULL\":true}; BIGINT"
            })
    void theTypeDependsOnTheValuesAndNotOnTheirOrder(String one, String two, String three, String type)
            throws Exception {
        List<String> values = List.of(one, two, three);
        List<List<Integer>> orders = List.of(
                List.of(0, 1, 2),
                List.of(0, 2, 1),
                List.of(1, 0, 2),
                List.of(1, 2, 0),
                List.of(2, 0, 1),
                List.of(2, 1, 0));
        Map<String, String> expected = null;
        for (List<Integer> order : orders) {
            for (int ofFirstSubtask = 0; ofFirstSubtask < 8; ofFirstSubtask++) {
                ItemRows first = new ItemRows(Tables.plain("t"));
                ItemRows second = new ItemRows(Tables.plain("t"));
                List<Schema> schemas = new ArrayList<>();
                List<BinaryRowData> made = new ArrayList<>();
                for (int index : order) {
                    ItemRows rows = (ofFirstSubtask >> index & 1) == 0 ? first : second;
                    made.add(rows.row(
                            Tables.item("{\"pk\":{\"S\":\"" + index + "\"},\"v\":" + values.get(index) + "}")));
                    schemas.add(rows.schema());
                }
                Schema merged = first.schema().merge(second.schema());
                assertThat(Tables.type(merged, "v")).isEqualTo("v " + type);

                Map<String, String> found = new java.util.TreeMap<>();
                for (int i = 0; i < made.size(); i++) {
                    BinaryRowData row = Projection.of(schemas.get(i), merged).apply(made.get(i));
                    Map<String, String> row1 = Tables.values(merged, row);
                    found.put(row1.get("pk"), String.valueOf(row1.get("v")));
                }
                expected = expected == null ? found : expected;
                assertThat(found).isEqualTo(expected);
            }
        }
    }

    @Test
    void whatOneSubtaskFoundAllKnowAfterARestart() throws Exception {
        ItemTables one = new ItemTables(List.of(Tables.plain("t")));
        ItemTables other = new ItemTables(List.of(Tables.plain("t")));
        row(one, "{\"pk\":{\"S\":\"1\"},\"a\":{\"N\":\"1\"},\"b\":{\"S\":\"x\"}}");
        row(other, "{\"pk\":{\"S\":\"1\"},\"a\":{\"N\":\"0.5\"}}");
        List<Schema> state = new ArrayList<>(one.schemas());
        state.addAll(other.schemas());

        ItemTables restored = new ItemTables(List.of(Tables.plain("t")));
        restored.restore(state);

        assertThat(restored.schemas()).hasSize(1);
        assertThat(restored.schemas().get(0).columns())
                .extracting(Column::toString)
                .containsExactly("pk STRING NOT NULL", "a DECIMAL(21, 2)", "b STRING");
    }

    @Test
    void aDeclarationThatChangedIsRefusedAtTheRestart() {
        ItemTables before = new ItemTables(List.of(declared(Column.of("a", InferredType.BIGINT))));
        ItemTables now = new ItemTables(List.of(declared(Column.of("a", InferredType.BOOLEAN))));

        assertThatThrownBy(() -> now.restore(before.schemas()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("tables.t.dynamodb.columns");
    }

    @ParameterizedTest
    @CsvSource({"BIGINT, INT", "INT, BIGINT", "STRING, BIGINT"})
    void aKeyOfAnotherDeclaredTypeIsRefusedAtTheRestart(String before, String now) {
        ItemTables restored = new ItemTables(List.of(keyed(now)));

        assertThatThrownBy(() -> restored.restore(new ItemTables(List.of(keyed(before))).schemas()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Key column pk of table t was " + before)
                .hasMessageContaining("tables.t.dynamodb.columns");
    }

    private static ItemTable keyed(String type) {
        return DeclaredTable.of(Map.of("tables.t.dynamodb.key", "pk", "tables.t.dynamodb.columns.pk", type));
    }

    @Test
    void declaredColumnsTakeWhatFitsAndStayAsTheyAre() throws Exception {
        ItemRows rows = new ItemRows(declared(
                Column.of("price", new DecimalType(10, 2)),
                Column.of("ratio", new DoubleType()),
                Column.of("code", InferredType.TEXT),
                Column.json("any")));
        Schema before = rows.schema();

        BinaryRowData row = rows.row(Tables.item("""
                {"pk":{"S":"1"}, "price":{"N":"12345678.9"}, "ratio":{"N":"1E-130"}, "code":{"N":"7.0"},
                 "any":{"S":"a\\"b"}}"""));

        assertThat(rows.schema()).isSameAs(before);
        assertThat(Tables.values(before, row))
                .isEqualTo(Map.of(
                        "pk", "1", "price", "12345678.90", "ratio", "1.0E-130", "code", "7", "any", "\"a\\\"b\""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "DECIMAL(10,2); {\"N\":\"1.005\"}",
                "DECIMAL(10,2); {\"N\":\"123456789\"}",
                "DECIMAL(10,2); {\"S\":\"1\"}",
                "BIGINT; {\"N\":\"1.5\"}",
                "BIGINT; {\"N\":\"9223372036854775808\"}",
                "INT; {\"N\":\"2147483648\"}",
                "SMALLINT; {\"N\":\"-32769\"}",
                "BOOLEAN; {\"N\":\"1\"}",
                "BYTES; {\"S\":\"AA==\"}",
                "DOUBLE; {\"S\":\"1.0\"}"
            })
    void aValueThatADeclaredColumnDoesNotTakeIsRefused(String type, String value) {
        ItemRows rows = new ItemRows(DeclaredTable.of(Map.of(
                "tables.t.dynamodb.key", "pk",
                "tables.t.dynamodb.columns.pk", "STRING",
                "tables.t.dynamodb.columns.v", type)));

        assertThatThrownBy(() -> rows.row(Tables.item("{\"pk\":{\"S\":\"1\"},\"v\":" + value + "}")))
                .isInstanceOf(Unreadable.class)
                .hasMessageContaining("tables.t.dynamodb.columns.v");
    }

    @Test
    void aKeyThatDoesNotFitIsRefusedWithTheDeclarationThatMendsIt() {
        ItemTable table =
                ItemTable.of("t", "t", List.of(Column.of("id", InferredType.BIGINT)), List.of(), Set.of(), false, 10);

        assertThatThrownBy(() -> new ItemRows(table).key(Tables.item("{\"id\":{\"N\":\"1.5\"}}")))
                .hasMessageContaining("tables.t.dynamodb.columns.id");
        assertThatThrownBy(() -> new ItemRows(table).key(Tables.item("{\"a\":{\"N\":\"1\"}}")))
                .hasMessageContaining("id is missing");
        assertThatThrownBy(() -> new ItemRows(table).row(Tables.item("{\"a\":{\"N\":\"1\"}}")))
                .hasMessageContaining("id is missing");
    }

    @Test
    void theEntriesOfAFlattenedMapAreColumns() throws Exception {
        ItemRows rows = new ItemRows(Tables.of("t", List.of(), Set.of("address")));

        BinaryRowData row = rows.row(Tables.item("""
                {"pk":{"S":"1"}, "address":{"M":{"city":{"S":"Bonn"}, "geo":{"M":{"lat":{"N":"50.7"}}}}},
                 "other":{"M":{"city":{"S":"Ulm"}}}}"""));

        assertThat(Tables.values(rows.schema(), row))
                .isEqualTo(Map.of(
                        "pk",
                        "1",
                        "address_city",
                        "Bonn",
                        "address_geo",
                        "{\"lat\":50.7}",
                        "other",
                        "{\"city\":\"Ulm\"}"));
    }

    @Test
    void whatIsNoMapOrIsEmptyStaysInTheColumnOfAFlattenedAttribute() throws Exception {
        ItemRows rows = new ItemRows(Tables.of("t", List.of(), Set.of("address")));
        rows.row(Tables.item("{\"pk\":{\"S\":\"1\"},\"address\":{\"M\":{}}}"));

        BinaryRowData row = rows.row(Tables.item("{\"pk\":{\"S\":\"1\"},\"address\":{\"S\":\"Bonn\"}}"));

        assertThat(Tables.values(rows.schema(), row)).isEqualTo(Map.of("pk", "1", "address", "Bonn"));
    }

    @Test
    void aFlattenedEntryAndAnAttributeMayShareAColumnButNotInOneItem() throws Exception {
        ItemRows rows = new ItemRows(Tables.of("t", List.of(), Set.of("address")));
        String flattened = "\"address\":{\"M\":{\"city\":{\"S\":\"Bonn\"}}}";
        String plain = "\"address_city\":{\"S\":\"Ulm\"}";

        assertThatThrownBy(() -> rows.row(Tables.item("{\"pk\":{\"S\":\"1\"}," + flattened + "," + plain + "}")))
                .hasMessageContaining("address_city");
        assertThat(rows.schema().arity()).isEqualTo(1);
        rows.row(Tables.item("{\"pk\":{\"S\":\"1\"}," + flattened + "}"));
        assertThatThrownBy(() -> rows.row(Tables.item("{\"pk\":{\"S\":\"1\"}," + flattened + "," + plain + "}")))
                .hasMessageContaining("address_city");
        BinaryRowData row = rows.row(Tables.item("{\"pk\":{\"S\":\"1\"}," + plain + "}"));

        assertThat(Tables.values(rows.schema(), row)).isEqualTo(Map.of("pk", "1", "address_city", "Ulm"));
    }

    @Test
    void namesThatDifferInCaseOnlyAreRefusedUntilTheyGoToOneColumn() throws Exception {
        ItemRows rows = new ItemRows(Tables.plain("t"));
        rows.row(Tables.item("{\"pk\":{\"S\":\"1\"},\"City\":{\"S\":\"Bonn\"}}"));

        assertThatThrownBy(() -> rows.row(Tables.item("{\"pk\":{\"S\":\"1\"},\"city\":{\"S\":\"Bonn\"}}")))
                .hasMessageContaining("tables.t.dynamodb.lower-case-names");
        assertThatThrownBy(() ->
                        rows.row(Tables.item("{\"pk\":{\"S\":\"1\"},\"Zip\":{\"S\":\"1\"},\"ZIP\":{\"S\":\"2\"}}")))
                .hasMessageContaining("Zip")
                .hasMessageContaining("ZIP");

        ItemRows lower = new ItemRows(
                ItemTable.of("t", "t", List.of(Column.of("pk", InferredType.TEXT)), List.of(), Set.of(), true, 10));
        lower.row(Tables.item("{\"PK\":{\"S\":\"1\"},\"City\":{\"S\":\"Bonn\"}}"));
        BinaryRowData row = lower.row(Tables.item("{\"pk\":{\"S\":\"1\"},\"city\":{\"S\":\"Ulm\"}}"));
        assertThat(Tables.values(lower.schema(), row)).isEqualTo(Map.of("pk", "1", "city", "Ulm"));
        assertThatThrownBy(() -> lower.row(
                        Tables.item("{\"pk\":{\"S\":\"1\"},\"City\":{\"S\":\"Bonn\"},\"city\":{\"S\":\"Ulm\"}}")))
                .hasMessageContaining("city");
    }

    @Test
    void namesThatAreDataDoNotBecomeColumnsWithoutEnd() throws Exception {
        ItemRows rows = new ItemRows(
                ItemTable.of("t", "t", List.of(Column.of("pk", InferredType.TEXT)), List.of(), Set.of(), false, 3));
        rows.row(Tables.item("{\"pk\":{\"S\":\"1\"},\"a\":{\"S\":\"\"},\"b\":{\"S\":\"\"}}"));

        assertThatThrownBy(() -> rows.row(Tables.item("{\"pk\":{\"S\":\"1\"},\"c\":{\"S\":\"\"}}")))
                .hasMessageContaining("tables.t.dynamodb.max-columns");
        rows.row(Tables.item("{\"pk\":{\"S\":\"1\"},\"a\":{\"N\":\"1\"}}"));

        assertThat(rows.schema().arity()).isEqualTo(3);
    }

    @Test
    void anAttributeMayGoToAColumnOfAnotherName() throws Exception {
        ItemRows rows = new ItemRows(DeclaredTable.of(Map.of(
                "tables.t.dynamodb.key", "_id",
                "tables.t.dynamodb.columns._id", "STRING",
                "tables.t.dynamodb.rename._id", "id",
                "tables.t.dynamodb.rename._version", "item_version")));

        BinaryRowData row = rows.row(Tables.item("{\"_id\":{\"S\":\"1\"},\"_version\":{\"N\":\"7\"}}"));

        assertThat(rows.schema().keyNames()).containsExactly("id");
        assertThat(rows.key(Tables.item("{\"_id\":{\"S\":\"1\"}}")).getString(0))
                .hasToString("1");
        assertThat(Tables.values(rows.schema(), row)).isEqualTo(Map.of("id", "1", "item_version", "7"));
        assertThatThrownBy(() -> rows.row(Tables.item(
                        "{\"_id\":{\"S\":\"1\"},\"_version\":{\"N\":\"7\"},\"item_version\":{\"N\":\"8\"}}")))
                .hasMessageContaining("item_version");
    }

    @ParameterizedTest
    @ValueSource(strings = {"_table", "_op", "_version", "_Version", "_ts_ms", "_schema", "_EXPIRED"})
    void anAttributeNamedLikeAFieldOfKinesisRecordsIsRefused(String name) throws Exception {
        ItemRows rows = new ItemRows(Tables.plain("t"));

        assertThatThrownBy(() -> rows.row(Tables.item("{\"pk\":{\"S\":\"1\"},\"" + name + "\":{\"S\":\"x\"}}")))
                .isInstanceOf(Unreadable.class)
                .hasMessageContaining("tables.t.dynamodb.rename." + name);
        rows.row(Tables.item("{\"pk\":{\"S\":\"1\"},\"" + name + "\":{\"NULL\":true}}"));

        assertThat(rows.schema().arity()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\\t", "a\\u0000b"})
    void aNameThatNoColumnCanHaveIsRefused(String name) {
        ItemRows rows = new ItemRows(Tables.plain("t"));

        assertThatThrownBy(() -> rows.row(Tables.item("{\"pk\":{\"S\":\"1\"},\"" + name + "\":{\"S\":\"x\"}}")))
                .hasMessageContaining("name for a column");
        assertThatThrownBy(() ->
                        rows.row(Tables.item("{\"pk\":{\"S\":\"1\"},\"" + "n".repeat(65_535) + "\":{\"S\":\"x\"}}")))
                .hasMessageContaining("nnn...");
        assertThat(rows.schema().arity()).isEqualTo(1);
    }

    /** Redshift cuts names at 127 bytes. */
    @ParameterizedTest
    @CsvSource({"n, 127", "\u00e9, 63", "\ud83d\ude00, 31"})
    void aNameThatTheWarehouseWouldCutIsRefused(String letter, int fitting) throws Exception {
        ItemRows rows = new ItemRows(Tables.plain("t"));

        rows.row(Tables.item("{\"pk\":{\"S\":\"1\"},\"" + letter.repeat(fitting) + "\":{\"S\":\"x\"}}"));
        assertThatThrownBy(() -> rows.row(
                        Tables.item("{\"pk\":{\"S\":\"1\"},\"" + letter.repeat(fitting + 1) + "\":{\"S\":\"x\"}}")))
                .isInstanceOf(Unreadable.class)
                .hasMessageContaining("127 bytes")
                .hasMessageContaining("tables.t.dynamodb.rename");

        assertThat(rows.schema().arity()).isEqualTo(2);
    }

    @Test
    void namesOfAllScriptsAreColumns() throws Exception {
        ItemRows rows = new ItemRows(Tables.plain("t"));

        BinaryRowData row = rows.row(Tables.item(
                "{\"pk\":{\"S\":\"1\"},\"Stra\u00dfe nr. \\\"1\\\"\":{\"S\":\"x\"},\"\ud83d\ude00\":{\"N\":\"1\"}}"));

        assertThat(Tables.values(rows.schema(), row))
                .isEqualTo(Map.of("pk", "1", "Stra\u00dfe nr. \"1\"", "x", "\ud83d\ude00", "1"));
    }

    private static ItemTable declared(Column... columns) {
        return Tables.of("t", List.of(columns), Set.of());
    }

    private static void row(ItemTables tables, String json) throws Exception {
        ItemChanges changes = tables.ofName("t");
        assertThat(changes).isNotNull();
        changes.rows().row(Tables.item(json));
    }
}
