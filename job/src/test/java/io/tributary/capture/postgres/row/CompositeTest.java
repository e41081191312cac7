package io.tributary.capture.postgres.row;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.capture.Unreadable;
import io.tributary.capture.postgres.FormCases;
import io.tributary.capture.postgres.PostgresTable;
import io.tributary.capture.postgres.TestDatabase;
import io.tributary.capture.postgres.value.Attribute;
import io.tributary.capture.postgres.value.ColumnType;
import io.tributary.capture.postgres.value.RowWriter;
import io.tributary.capture.postgres.value.Slice;
import io.tributary.capture.postgres.value.Text;
import io.tributary.capture.postgres.value.ValueForm;
import java.sql.Connection;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CompositeTest {

    private final ObjectMapper json = new ObjectMapper();
    private TestDatabase database;
    private Connection session;

    @BeforeEach
    void connect() throws Exception {
        database = TestDatabase.create();
        FormCases.prepare(database);
        session = WireValues.session(database, "Europe/Berlin", false);
    }

    @AfterEach
    void close() throws Exception {
        session.close();
        database.close();
    }

    @Test
    void numbersBooleansArraysAndCompositesAreJsonAndAllElseIsText() throws Exception {
        database.run("CREATE TABLE t (v whole)", """
                INSERT INTO t VALUES ((-1, 2, 4294967295, 1e20, 'NaN', 1.50, 2.5, true, E'q"\\\\\\n\\x01é🐘', 'a', 'so so',
                    'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{"a": "b"}', '\\x00ff', '2024-02-29', '2024-02-29 12:00',
                    '2024-07-01 12:00:00.5+02', '0044-03-15 12:00+01 BC', '24:00', '1 day', '[2024-07-01 12:00+02,)', '[1,5]',
                    '{a,NULL,"b,c"}', '[0:1][1:2]={{1,2},{3,NULL}}', (1, null), array[(2, 'x,"y"')::pair, null], (3, ''),
                    '{}', row()))
                """);
        String expected = """
                {"odd \\"name\\"":-1,"big":2,"o":4294967295,"f":1e+20,"d":"NaN","n":1.50,"p":2.50,"ok":true,\
                "t":"q\\"\\\\\\u000a\\u0001é🐘","c":"a","m":"so so","u":"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",\
                "j":"{\\"a\\": \\"b\\"}","raw":"\\\\x00ff","day":"2024-02-29","ts":"2024-02-29 12:00:00",\
                "at":"2024-07-01 10:00:00.5+00","mo":"0044-03-15 11:00:00+00 BC","tm":"24:00:00","iv":"P1D",\
                "r":"[\\"2024-07-01 10:00:00+00\\",)","ir":"[1,6)","tags":["a",null,"b,c"],"grid":[[1,2],[3,null]],\
                "nested":{"a":1,"b":null},"pairs":[{"a":2,"b":"x,\\"y\\""},null],"du":{"a":3,"b":""},"ints":[],"e":{}}""";
        assertThat(jsons("v")).containsOnly(expected);
    }

    @Test
    void theJsonIsTheServersOwnWhereItHasOne() throws Exception {
        database.run(
                "CREATE TABLE t (v pair)",
                "SELECT setseed(0.5)",
                "INSERT INTO t SELECT any_pair() FROM generate_series(1, 500)");
        List<Tuple> own = WireValues.select(session, "SELECT row_to_json(v) FROM t", 1);
        List<String> jsons = jsons("v");
        for (int i = 0; i < own.size(); i++) {
            JsonNode node = json.readTree(WireValues.text(own.get(i), 0));
            assertThat(json.readTree(jsons.get(i))).isEqualTo(node);
            assertThat(json.readTree(jsons.get(own.size() + i))).isEqualTo(node);
        }
    }

    @Test
    void everyValueIsValidJson() throws Exception {
        database.run(
                "CREATE TABLE t (v whole)",
                "SELECT setseed(0.5)",
                "INSERT INTO t SELECT any_whole() FROM generate_series(1, 200)");
        for (String text : jsons("v")) {
            assertThat(json.readTree(text).size()).isEqualTo(29);
        }
    }

    @Test
    void aValueOfATypeThatChangedIsRefused() throws Exception {
        database.run("CREATE TABLE t (v pair)");
        ColumnType type = type("v");
        database.run("ALTER TYPE pair ADD ATTRIBUTE c int", "INSERT INTO t VALUES ((1, 'x', 3))");
        assertRefused(
                type, "'(1,x,3)' does not fit the type pair (a, b)", "'3 values' does not fit the type pair (a, b)");
        database.run(
                "ALTER TYPE pair DROP ATTRIBUTE c, DROP ATTRIBUTE a, ADD ATTRIBUTE d date",
                "UPDATE t SET v = ('x', '2024-02-29')");
        assertRefused(type, "'x' is not a number", "'A value of type number 25' does not fit the type pair (a, b)");
        database.run("ALTER TYPE pair DROP ATTRIBUTE d");
        assertRefused(type, "'(x)' does not fit the type pair (a, b)", "'1 values' does not fit the type pair (a, b)");
    }

    private void assertRefused(ColumnType type, String text, String binary) throws Exception {
        Tuple asText = WireValues.select(session, "SELECT v FROM t", 1).get(0);
        Tuple asBinary = WireValues.copy(session, "SELECT v FROM t", 1).get(0);
        assertThatThrownBy(() -> type.text().json(asText.value(0, new Slice()), new Text()))
                .isInstanceOf(Unreadable.class)
                .hasMessageStartingWith(text);
        assertThatThrownBy(() -> requireNonNull(type.binary()).json(asBinary.value(0, new Slice()), new Text()))
                .isInstanceOf(Unreadable.class)
                .hasMessageStartingWith(binary);
    }

    /** Of all rows, from the text first. */
    private List<String> jsons(String column) throws Exception {
        ColumnType type = type(column);
        List<Tuple> texts = WireValues.select(session, "SELECT " + column + " FROM t", 1);
        List<Tuple> binaries = WireValues.copy(session, "SELECT " + column + " FROM t", 1);
        return Stream.concat(
                        texts.stream().map(row -> json(type.text(), row)),
                        binaries.stream().map(row -> json(requireNonNull(type.binary()), row)))
                .toList();
    }

    private ColumnType type(String column) throws Exception {
        Attribute attribute =
                TableColumns.of(requireNonNull(PostgresTable.parse("public.t")), () -> session).attributes().stream()
                        .filter(each -> each.name().equals(column))
                        .findFirst()
                        .orElseThrow();
        return new TypeCatalog(() -> session).columnType(attribute.type(), attribute.modifier());
    }

    private static String json(ValueForm form, Tuple row) {
        RowWriter writer = new RowWriter();
        writer.start(1);
        try {
            form.read(row.value(0, new Slice()), writer, 0);
        } catch (Unreadable e) {
            throw new AssertionError(e);
        }
        return writer.row().getString(0).toString();
    }
}
