package io.tributary.capture.postgres.row;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.postgres.FormCases;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.TestDatabase;
import io.tributary.capture.postgres.value.Attribute;
import io.tributary.capture.postgres.value.ColumnType;
import io.tributary.change.Column;
import io.tributary.change.Schema;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowLookupTest {

    /** Types that a key may be of, with an old and a new key. */
    private static final List<List<String>> KEYS = List.of(
            List.of("boolean", "false", "true"),
            List.of("smallint", "1", "-2"),
            List.of("int", "1", "-2"),
            List.of("bigint", "1", "'-9223372036854775808'"),
            List.of("oid", "1", "4294967295"),
            List.of("real", "1", "0.1"),
            List.of("double precision", "1", "2.2250738585072014e-308"),
            List.of("numeric", "1", "-1234567890123456789012345678901234567890.00010"),
            List.of("numeric(10,2)", "1", "-0.05"),
            List.of("text", "'a'", "'it''s \"q\\\\\" 🐘'"),
            List.of("varchar(10)", "'a'", "' b '"),
            List.of("char(5)", "'a'", "'b  '"),
            List.of("name", "'a'", "'b'"),
            List.of("citext", "'a'", "'MiXed'"),
            List.of("mood", "'fine'", "'it''s \"q\"'"),
            List.of("bytea", "''", "'\\x00ff80'"),
            List.of("uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "'b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"),
            List.of("date", "'2024-02-29'", "'0044-03-15 BC'"),
            List.of("time", "'12:00'", "'24:00'"),
            List.of("timetz", "'12:00+00'", "'12:00:00.000001-03:30'"),
            List.of("timestamp", "'2024-02-29'", "'infinity'"),
            List.of("timestamptz", "'2024-02-29'", "'1883-01-01 00:00:00.5-04:56:02'"),
            List.of("interval", "'0'", "'-1 year 2 mons -3 days 04:05:06.789'"),
            List.of("inet", "'::1'", "'10.0.0.1/8'"),
            List.of("cidr", "'::/0'", "'10.0.0.0/8'"),
            List.of("macaddr", "'08:00:2b:01:02:03'", "'08:00:2b:01:02:04'"),
            List.of("bit(3)", "B'101'", "B'001'"),
            List.of("bit varying", "B'1'", "B''"),
            List.of("pg_lsn", "'0/0'", "'16/B374D848'"),
            List.of("xid8", "'0'", "'18446744073709551615'"),
            List.of("jsonb", "'1'", "'{\"a\": \"b\\\\\"}'"),
            List.of("hstore", "''", "hstore('q\"\\ü', null)"),
            List.of("ltree", "'a'", "'a.b'"),
            List.of("tsvector", "'a'", "'a:1A b'"),
            List.of("tid", "'(0,1)'", "'(1,2)'"),
            List.of("oidvector", "'1'", "'1 2'"),
            List.of("int4range", "'[1,2)'", "'(,)'"),
            List.of("tstzrange", "'empty'", "'[2024-07-01 12:00+02,infinity)'"),
            List.of("textrange", "'empty'", "textrange('a\"b\\c', 'd e')"),
            List.of("int4multirange", "'{}'", "'{[1,3),[5,9)}'"),
            List.of("price", "1", "-1.5"),
            List.of("pair", "(1, 'a b')", "(2, 'x')"),
            List.of("ext.pair", "(1, 'a b')", "(2, 'x')"),
            List.of("ext.own", "(1, 'a b')", "(2, 'x')"),
            List.of("ext.mood", "'ok'", "'fine'"),
            List.of("ext.price", "1", "-1.5"),
            List.of("regclass", "'pg_class'", "'pg_type'"),
            List.of("int[]", "'{}'", "'[0:1]={1,NULL}'"),
            List.of("text[]", "'{a}'", "array['', 'NULL', null, 'a\"b\\c,d']"),
            List.of("timestamptz[]", "'{}'", "array['2024-07-01 12:00+02'::timestamptz, null]"),
            List.of("pair[]", "'{}'", "array[(1, 'a \"q\"')::pair, null]"));

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRowIsFoundByAKeyOfAnyType(boolean binary) throws Exception {
        try (TestDatabase database = TestDatabase.create()) {
            FormCases.prepare(database);
            database.run(
                    "CREATE SCHEMA ext",
                    "CREATE TYPE ext.pair AS (a int, b text)",
                    "CREATE TYPE ext.own AS (a int, b text)",
                    "CREATE TYPE ext.mood AS ENUM ('ok', 'fine')",
                    "CREATE DOMAIN ext.price AS numeric");
            for (String operator : List.of("lt <#", "le <=#", "eq =#", "ge >=#", "gt >#")) {
                String[] parts = operator.split(" ");
                database.run(
                        "CREATE FUNCTION ext.own_" + parts[0]
                                + " (ext.own, ext.own) RETURNS boolean IMMUTABLE AS 'SELECT" + " $1::text "
                                + parts[1].replace("#", "") + " $2::text' LANGUAGE sql",
                        "CREATE OPERATOR ext." + parts[1] + " (FUNCTION = ext.own_" + parts[0]
                                + ", LEFTARG = ext.own, RIGHTARG = ext.own)");
            }
            database.run(
                    "CREATE FUNCTION ext.own_cmp (ext.own, ext.own) RETURNS int IMMUTABLE AS 'SELECT CASE WHEN $1::text <"
                            + " $2::text THEN -1 WHEN $1::text > $2::text THEN 1 ELSE 0 END' LANGUAGE sql",
                    "CREATE OPERATOR CLASS ext.own_ops DEFAULT FOR TYPE ext.own USING btree AS OPERATOR 1 ext.<#, OPERATOR 2"
                            + " ext.<=#, OPERATOR 3 ext.=#, OPERATOR 4 ext.>=#, OPERATOR 5 ext.>#, FUNCTION 1 ext.own_cmp"
                            + " (ext.own, ext.own)");
            database.run(
                    "CREATE PUBLICATION everything FOR ALL TABLES",
                    "SELECT pg_create_logical_replication_slot('" + database.slot() + "', 'pgoutput')");
            for (int i = 0; i < KEYS.size(); i++) {
                List<String> key = KEYS.get(i);
                String table = "keyed" + i;
                database.run(
                        "CREATE TABLE " + table + " (k " + key.get(0) + " PRIMARY KEY, big text)",
                        "ALTER TABLE " + table + " ALTER big SET STORAGE EXTERNAL",
                        "INSERT INTO " + table + " VALUES (" + key.get(1) + ", repeat('x', 10000) || " + i + ")");
            }
            for (int i = 0; i < KEYS.size(); i++) {
                database.run("UPDATE keyed" + i + " SET k = " + KEYS.get(i).get(2));
            }
            // Where the streaming and the asking session are in other zones, the text has to say which moment it is.
            try (Connection stream = WireValues.session(database, "America/St_Johns", true);
                    Connection session = WireValues.session(database, "Europe/Berlin", false)) {
                List<Tuple> rows = WireValues.stream(stream, database.slot(), "everything", binary, 2 * KEYS.size(), 2);
                RowLookup lookup = new RowLookup(() -> session);
                TypeCatalog catalog = new TypeCatalog(() -> session);
                for (int i = 0; i < KEYS.size(); i++) {
                    Tuple row = rows.get(KEYS.size() + i);
                    assertThat(row.isUnchanged(1)).isTrue();
                    assertThat(row.isBinary(0)).isEqualTo(binary);
                    PostgresTable table = requireNonNull(PostgresTable.parse("public.keyed" + i));
                    List<Column> columns = new ArrayList<>();
                    List<ColumnType> types = new ArrayList<>();
                    for (Attribute attribute :
                            TableColumns.of(table, () -> session).attributes()) {
                        ColumnType type = catalog.columnType(attribute.type(), attribute.modifier());
                        types.add(type);
                        columns.add(Column.of(attribute.name(), type.type().copy(!columns.isEmpty())));
                    }
                    if (binary && types.get(0).binary() == null) {
                        // A table with such a column is read as text.
                        continue;
                    }
                    Schema schema = Schema.of(table.alias(), columns, List.of("k"));
                    assertThat(lookup.complete(table, schema, types.toArray(new ColumnType[0]), row))
                            .as("%s", KEYS.get(i))
                            .isTrue();
                    assertThat(WireValues.text(row, 1)).isEqualTo("x".repeat(10000) + i);
                }
            }
        }
    }
}
