package io.tributary.sink.redshift;

import static io.tributary.sink.redshift.StandInWarehouse.row;
import static io.tributary.sink.redshift.StandInWarehouse.told;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Column;
import io.tributary.change.InferredType;
import io.tributary.change.Schema;
import io.tributary.settings.Problems;
import java.sql.SQLException;
import java.util.List;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DecimalType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Columns whose types are found from data: replaced where they stand, and their values with them. */
final class RedshiftRetypedTest {

    private static final String LONG_NUMBER = "12345678901234567890123456789012345678";

    private static final Schema NUMBERS = schema(InferredType.BIGINT);
    private static final Schema CENTS = schema(new DecimalType(21, 2));
    private static final Schema LONG_NUMBERS = schema(new DecimalType(38, 0));
    private static final Schema BYTES = schema(InferredType.BYTES);
    private static final Schema BOOLEANS = schema(InferredType.BOOLEAN);
    private static final Schema TEXT = schema(InferredType.TEXT);
    private static final Schema JSON = schema(Column.inferredJson("x"));

    private StandInWarehouse warehouse;

    @BeforeEach
    void open() throws SQLException {
        warehouse = StandInWarehouse.open();
        warehouse.apply();
    }

    @AfterEach
    void close() {
        warehouse.close();
    }

    @Test
    void aColumnGoesFromNumbersToTextWithItsRowsAndWhatComesLate() throws SQLException {
        warehouse.land(told(NUMBERS, 1));
        warehouse.land(record("c", 1, 1, "1", "5"));
        warehouse.land(record("c", 2, 1, "2", "6"));
        warehouse.land(record("c", 3, 1, "3", "100"));
        warehouse.land(row("items", "d", 4, 1, "\"id\":2"));
        warehouse.merge();
        warehouse.land(told(CENTS, 2));
        warehouse.land(record("c", 5, 2, "4", "2.5"));
        warehouse.merge();
        assertThat(rows()).containsExactly("1|5.00", "3|100.00", "4|2.50");

        warehouse.land(told(TEXT, 3));
        warehouse.land(record("u", 6, 3, "1", "\"é🙂\""));
        warehouse.land(record("c", 7, 2, "5", "0.25"));
        warehouse.land(record("c", 8, 1, "6", "7"));
        warehouse.land(row("items", "d", 9, 1, "\"id\":4"));
        warehouse.land(record("c", 1, 3, "2", "\"older than its deletion\""));
        warehouse.merge();
        assertThat(rows()).containsExactly("1|é🙂", "3|100", "5|0.25", "6|7");
        assertThat(warehouse.query("SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = '"
                        + target() + "'::regclass AND attname = 'x'"))
                .containsExactly("character varying(65535)");
    }

    @Test
    void everyTypeBecomesItsCanonicalTextWhetherItWasMergedBeforeOrComesAfter() throws SQLException {
        assertBecomesText(CENTS, "2.5", "2.5");
        assertBecomesText(CENTS, "100", "100");
        assertBecomesText(LONG_NUMBERS, LONG_NUMBER, LONG_NUMBER);
        assertBecomesText(BOOLEANS, "false", "false");
        assertBecomesText(BOOLEANS, "null", "null");
        assertBecomesText(BYTES, "\"/wA=\"", "/wA=");
        String long64 = "QUFB".repeat(40);
        assertBecomesText(BYTES, "\"" + long64 + "\"", long64);
        assertBecomesText(JSON, "[]", "[]");
    }

    private void assertBecomesText(Schema before, String json, String text) throws SQLException {
        warehouse.close();
        open();
        warehouse.land(told(before, 1));
        warehouse.land(record("c", 1, 1, "1", json));
        warehouse.merge();
        warehouse.land(told(TEXT, 2));
        warehouse.land(record("c", 2, 1, "2", json));
        warehouse.merge();
        assertThat(rows()).containsExactly("1|" + text, "2|" + text);
    }

    @Test
    void bytesAreBytesAsLongAsTheyAreNothingElse() throws SQLException {
        warehouse.land(told(BYTES, 1));
        warehouse.land(record("c", 1, 1, "1", "\"/wA=\""));
        warehouse.merge();
        assertThat(warehouse.query("SELECT encode(x, 'hex') FROM " + target())).containsExactly("ff00");
    }

    @Test
    void jsonIsASuperAndANullIsNone() throws SQLException {
        warehouse.land(told(schema(Column.json("x")), 1));
        warehouse.land(record("c", 1, 1, "1", "{\"Set\":[],\"n\":" + LONG_NUMBER + "}"));
        warehouse.land(record("c", 2, 1, "2", "null"));
        warehouse.merge();
        assertThat(warehouse.query("SELECT x->'Set', x->>'n' FROM " + target() + " WHERE id = 1"))
                .containsExactly("[]|" + LONG_NUMBER);
        assertThat(warehouse.query("SELECT id FROM " + target() + " WHERE x IS NULL"))
                .containsExactly("2");
    }

    @Test
    void aColumnThatIsTextAlreadyGetsTheTextOfJson() throws SQLException {
        warehouse.apply(schema(Column.of("x", InferredType.TEXT)));
        warehouse.apply(schema(Column.json("x")));
        warehouse.land(told(schema(Column.json("x")), 1));
        warehouse.land(record("c", 1, 1, "1", "{\"a\": [1]}"));
        warehouse.land(record("c", 2, 1, "2", "\"text\""));
        warehouse.merge();
        assertThat(rows()).containsExactly("1|{\"a\": [1]}", "2|text");
        assertThat(new RedshiftScript(warehouse.settings()).check(List.of(schema(Column.json("x"))), new Problems()))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("Column x of Redshift table " + target() + " stays text");
    }

    @Test
    void jsonAndTextInOneColumnAreTextWhicheverIsToldFirst() throws SQLException {
        Schema text = schema(Column.of("x", InferredType.TEXT));
        Schema json = schema(Column.json("x"));
        for (List<Schema> order : List.of(List.of(text, json), List.of(json, text))) {
            warehouse.close();
            open();
            warehouse.land(told(order.get(0), 1));
            warehouse.land(record("c", 1, 1, "1", order.get(0) == json ? "[1]" : "\"[1]\""));
            warehouse.merge();
            warehouse.land(told(order.get(1), 2));
            warehouse.land(record("c", 2, 2, "2", order.get(1) == json ? "[1]" : "\"[1]\""));
            warehouse.land(record("c", 3, 1, "3", order.get(0) == json ? "[1]" : "\"[1]\""));
            assertThat(warehouse.merge("items").problem()).isNull();
            assertThat(rows()).containsExactly("1|[1]", "2|[1]", "3|[1]");
        }
    }

    /** As job/docs/redshift.md has it. */
    @Test
    void aColumnOfTextBecomesASuper() throws SQLException {
        Schema json = schema(Column.json("x"));
        warehouse.apply(schema(Column.of("x", InferredType.TEXT)));
        warehouse.land(told(schema(Column.of("x", InferredType.TEXT)), 1));
        warehouse.land(record("c", 1, 1, "1", "\"[1]\""));
        warehouse.land(told(json, 2));
        warehouse.land(record("c", 2, 2, "2", "[2]"));
        warehouse.merge();
        warehouse.execute("ALTER TABLE " + target() + " DROP COLUMN x");
        warehouse.execute("DELETE FROM " + warehouse.names().schemas() + " WHERE table_name = 'items'"
                + " AND schema_number <> 2");
        warehouse.apply(json);
        warehouse.land(record("u", 3, 2, "1", "{\"a\": 1}"));
        assertThat(warehouse.merge("items").problem()).isNull();
        assertThat(warehouse.query("SELECT id, x->>'a' FROM " + target() + " ORDER BY id"))
                .containsExactly("1|1", "2|null");
    }

    /** Another job filled it, or this one before it was started anew. */
    @Test
    void aTableThatIsWiderThanTheFirstShapeGetsWhatThatWouldBeThere() throws SQLException {
        warehouse.apply(TEXT);
        warehouse.land(told(CENTS, 1));
        warehouse.land(record("c", 1, 1, "1", "2.5"));
        warehouse.land(told(BYTES, 2));
        warehouse.land(record("c", 2, 2, "2", "\"/wA=\""));
        warehouse.merge();
        assertThat(rows()).containsExactly("1|2.5", "2|/wA=");
    }

    @Test
    void aColumnThatTheRowsAreSortedByIsConvertedWithItsTable() throws SQLException {
        warehouse.close();
        warehouse = StandInWarehouse.open(java.util.Map.of("tables.items.redshift.sort-keys", "x"));
        warehouse.apply(CENTS);
        warehouse.land(told(CENTS, 1));
        warehouse.land(record("c", 1, 1, "1", "2.5"));
        warehouse.merge();
        warehouse.land(told(TEXT, 2));
        warehouse.merge();
        assertThat(rows()).containsExactly("1|2.5");
    }

    @Test
    void aTableThatIsCopiedKeepsWhatBelongsToIt() throws SQLException {
        warehouse.close();
        warehouse = StandInWarehouse.open(java.util.Map.of("tables.items.redshift.sort-keys", "x"));
        warehouse.apply(CENTS);
        warehouse.land(told(CENTS, 1));
        warehouse.land(record("c", 1, 1, "1", "2.5"));
        warehouse.merge();
        String before =
                warehouse.query("SELECT '" + target() + "'::regclass::oid").get(0);
        warehouse.execute("GRANT SELECT, UPDATE ON " + target() + " TO PUBLIC");
        warehouse.execute("GRANT INSERT ON " + target() + " TO guest WITH GRANT OPTION");
        warehouse.execute("ALTER TABLE " + target() + " ADD COLUMN note VARCHAR(20) NOT NULL DEFAULT 'it''s \\ here'");
        warehouse.execute("COMMENT ON TABLE " + target() + " IS 'what''s sold \\ $$'");
        warehouse.execute("COMMENT ON COLUMN " + target() + ".x IS 'a price'");

        warehouse.land(told(TEXT, 2));
        warehouse.land(record("c", 2, 2, "2", "\"none\""));
        assertThat(warehouse.merge("items").problem()).isNull();
        assertThat(warehouse.query("SELECT '" + target() + "'::regclass::oid")).doesNotContain(before);
        assertThat(warehouse.query("SELECT id, x, note FROM " + target() + " ORDER BY id"))
                .containsExactly("1|2.5|it's \\ here", "2|none|it's \\ here");
        assertThat(warehouse.query("SELECT a.privilege_type, CASE a.grantee WHEN 0 THEN 'all' ELSE"
                        + " pg_get_userbyid(a.grantee) END, a.is_grantable FROM pg_class c, aclexplode(c.relacl) a"
                        + " WHERE c.oid = '" + target() + "'::regclass AND a.grantee <> c.relowner ORDER BY 1"))
                .containsExactly("INSERT|guest|t", "SELECT|all|f", "UPDATE|all|f");
        assertThat(warehouse.query("SELECT obj_description(c.oid, 'pg_class'), col_description(c.oid, a.attnum)"
                        + " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'x' WHERE c.oid = '"
                        + target() + "'::regclass"))
                .containsExactly("what's sold \\ $$|a price");
    }

    /** Not run on Redshift: it follows the documentation of FROM_VARBYTE, JSON_TYPEOF and JSON_SERIALIZE. */
    @Test
    void whatRedshiftWouldRun() {
        assertThat(WarehouseDialect.REDSHIFT.types().of(Column.json("x"))).isEqualTo("SUPER");
        assertThat(WarehouseDialect.REDSHIFT.landed().value("l.payload", "x", Column.inferred("x", InferredType.TEXT)))
                .isEqualTo("CASE WHEN l.payload.\"x\" IS NULL OR JSON_TYPEOF(l.payload.\"x\") = 'null' THEN NULL"
                        + " WHEN JSON_TYPEOF(l.payload.\"x\") = 'string' THEN l.payload.\"x\"::VARCHAR(65535)"
                        + " WHEN JSON_SIZE(l.payload.\"x\") <= 65535 THEN"
                        + " JSON_SERIALIZE(l.payload.\"x\")::VARCHAR(65535) END");
        assertThat(WarehouseDialect.REDSHIFT.landed().value("l.payload", "x", Column.inferred("x", InferredType.BYTES)))
                .startsWith("CASE WHEN JSON_TYPEOF(l.payload.\"x\") = 'string' THEN CASE WHEN")
                .endsWith("TO_VARBYTE(l.payload.\"x\"::VARCHAR(65535), 'base64') END END");
        assertThat(WarehouseDialect.REDSHIFT.landed().value("l.payload", "x", Column.inferredJson("x")))
                .isEqualTo("l.payload.\"x\"");
        assertThat(WarehouseDialect.REDSHIFT.types().converted("\"x\"", "SUPER", "VARCHAR(65535)"))
                .isEqualTo("CASE WHEN \"x\" IS NOT NULL THEN JSON_SERIALIZE(\"x\")::VARCHAR(65535) END");
        assertThat(WarehouseDialect.REDSHIFT.types().converted("\"x\"", "VARBYTE(65535)", "VARCHAR(65535)"))
                .isEqualTo("FROM_VARBYTE(\"x\", 'base64')");
    }

    private List<String> rows() throws SQLException {
        return warehouse.query("SELECT id, x FROM " + target() + " ORDER BY id");
    }

    private String target() {
        return warehouse.names().table("items");
    }

    private static String record(String op, long version, long schema, String id, String x) {
        return row("items", op, version, schema, "\"id\":" + id + ",\"x\":" + x);
    }

    private static Schema schema(org.apache.flink.table.types.logical.LogicalType type) {
        return schema(Column.inferred("x", type));
    }

    private static Schema schema(Column x) {
        return Schema.of("items", List.of(Column.of("id", new BigIntType(false)), x), List.of("id"));
    }
}
