package io.tributary.capture.postgres;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Captured;
import io.tributary.change.Change;
import io.tributary.change.Column;
import io.tributary.change.Operation;
import io.tributary.change.Rejected;
import io.tributary.change.Schema;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every type, at its edges: a value is the same from the snapshot and from the slot, and it is the right one. */
class PostgresTypesTest {

    /** The type of a column, what it becomes, and literals with what they become. */
    record Case(String type, String becomes, String... values) {}

    private static final List<Case> CASES = List.of(
            new Case("smallint", "SMALLINT", "-32768", "-32768", "32767", "32767"),
            new Case("int", "INT", "-2147483648", "-2147483648", "2147483647", "2147483647"),
            new Case(
                    "bigint",
                    "BIGINT",
                    "'-9223372036854775808'",
                    "-9223372036854775808",
                    "9223372036854775807",
                    "9223372036854775807"),
            new Case("oid", "BIGINT", "4294967295", "4294967295"),
            new Case(
                    "real",
                    "FLOAT",
                    "'NaN'",
                    "NaN",
                    "'Infinity'",
                    "Infinity",
                    "'-Infinity'",
                    "-Infinity",
                    "1.17549435e-38",
                    "1.17549435E-38",
                    "0.1",
                    "0.1"),
            new Case(
                    "double precision",
                    "DOUBLE",
                    "'NaN'",
                    "NaN",
                    "'-Infinity'",
                    "-Infinity",
                    "'4.9e-324'",
                    "4.9E-324",
                    "0.1",
                    "0.1"),
            new Case("numeric(10,2)", "DECIMAL(10, 2)", "-99999999.99", "-99999999.99", "1", "1.00", "0", "0.00"),
            new Case(
                    "numeric(38,10)",
                    "DECIMAL(38, 10)",
                    "9999999999999999999999999999.9999999999",
                    "9999999999999999999999999999.9999999999"),
            new Case(
                    "numeric",
                    "STRING",
                    "'NaN'",
                    "NaN",
                    "'Infinity'",
                    "Infinity",
                    "1e-20",
                    "0.00000000000000000001",
                    "12345678901234567890123456789012345678901234567890.5",
                    "12345678901234567890123456789012345678901234567890.5"),
            new Case("numeric(50,3)", "STRING", "1", "1.000"),
            new Case("money", "STRING", "'1234.5'", "$1,234.50"),
            new Case("boolean", "BOOLEAN", "true", "true", "false", "false"),
            new Case("text", "STRING", "''", "", "E'tab\\t\"quotes\\\" ünïcödé 🐘'", "tab\t\"quotes\" ünïcödé 🐘"),
            new Case("varchar(20)", "STRING", "'trailing  '", "trailing  "),
            new Case("char(5)", "STRING", "'ab'", "ab", "''", ""),
            new Case("citext", "STRING", "'MiXed'", "MiXed"),
            new Case("bytea", "BYTES", "''", "", "'\\x00ff80'", "00ff80"),
            new Case(
                    "date",
                    "DATE",
                    "'0001-01-01'",
                    "0001-01-01",
                    "'9999-12-31'",
                    "9999-12-31",
                    "'infinity'",
                    "9999-12-31",
                    "'-infinity'",
                    "0001-01-01",
                    "'1969-12-31'",
                    "1969-12-31"),
            new Case("time", "STRING", "'23:59:59.999999'", "23:59:59.999999", "'24:00'", "24:00:00"),
            new Case("time(3)", "STRING", "'01:02:03.4567'", "01:02:03.457"),
            new Case("timetz", "STRING", "'23:59:59.999999+05:30'", "23:59:59.999999+05:30"),
            new Case(
                    "timestamp",
                    "TIMESTAMP(6)",
                    "'0001-01-01'",
                    "0001-01-01T00:00",
                    "'9999-12-31 23:59:59.999999'",
                    "9999-12-31T23:59:59.999999",
                    "'infinity'",
                    "9999-12-31T23:59:59.999999",
                    "'-infinity'",
                    "0001-01-01T00:00",
                    "'1969-12-31 23:59:59.000001'",
                    "1969-12-31T23:59:59.000001",
                    // Does not exist in the time zone that this test runs in.
                    "'2024-03-31 02:30'",
                    "2024-03-31T02:30"),
            new Case(
                    "timestamptz",
                    "TIMESTAMP_LTZ(6)",
                    "'2024-07-01 12:00:00.000001+02'",
                    "2024-07-01T10:00:00.000001",
                    "'1883-01-01 00:00:00-04:56:02'",
                    "1883-01-01T04:56:02",
                    "'infinity'",
                    "9999-12-31T23:59:59.999999",
                    "'1890-01-01 00:00:00 UTC'",
                    "1890-01-01T00:00"),
            new Case(
                    "interval", "STRING", "'1 year 2 mons -3 days 04:05:06.789'", "P1Y2M-3DT4H5M6.789S", "'0'", "PT0S"),
            new Case("json", "STRING (JSON)", "'{\"a\" : [1, null]}'", "{\"a\" : [1, null]}", "'null'", "null"),
            new Case("jsonb", "STRING (JSON)", "'{\"b\":1.50,\"a\":2}'", "{\"a\": 2, \"b\": 1.50}"),
            new Case(
                    "uuid", "STRING", "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
            new Case("mood", "STRING", "'so so'", "so so"),
            new Case("price", "DECIMAL(8, 2)", "1.5", "1.50"),
            new Case("inet", "STRING", "'10.0.0.1/8'", "10.0.0.1/8", "'::1'", "::1"),
            new Case("cidr", "STRING", "'10.0.0.0/8'", "10.0.0.0/8"),
            new Case("macaddr", "STRING", "'08:00:2b:01:02:03'", "08:00:2b:01:02:03"),
            new Case("bit(3)", "STRING", "B'101'", "101"),
            new Case("bit varying", "STRING", "B'1'", "1", "B''", ""),
            new Case("xml", "STRING", "'<a>1</a>'", "<a>1</a>"),
            new Case("hstore", "STRING", "'a=>1,b=>NULL'", "\"a\"=>\"1\", \"b\"=>NULL"),
            new Case("int4range", "STRING", "'[1,5]'", "[1,6)", "'empty'", "empty"),
            new Case(
                    "tstzrange",
                    "STRING",
                    "'[2024-07-01 12:00+02,)'",
                    "[\"2024-07-01 10:00:00+00\",)",
                    "'[-infinity,2024-01-01 00:00:00.5+00]'",
                    "[-infinity,\"2024-01-01 00:00:00.5+00\"]"),
            new Case("point", "STRING", "'(1,2.5)'", "(1,2.5)"),
            new Case("polygon", "STRING", "'((0,0),(0,1),(1,0))'", "((0,0),(0,1),(1,0))"),
            new Case("tsvector", "STRING", "'a:1 b:2'", "'a':1 'b':2"),
            new Case("pair", "STRING", "(1, 'a,b')::pair", "{\"a\":1,\"b\":\"a,b\"}"),
            new Case("pg_lsn", "STRING", "'16/B374D848'", "16/B374D848"),
            new Case("int[]", "ARRAY<INT>", "'{}'", "[]", "'{1,NULL,-3}'", "[1, null, -3]", "'[0:1]={7,8}'", "[7, 8]"),
            new Case(
                    "text[]",
                    "ARRAY<STRING>",
                    "array['', 'NULL', null, 'a\"b\\c,d', '{}']",
                    "[, NULL, null, a\"b\\c,d, {}]"),
            new Case(
                    "uuid[]",
                    "ARRAY<STRING>",
                    "'{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}'",
                    "[a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11]"),
            new Case("numeric(6,2)[]", "ARRAY<DECIMAL(6, 2)>", "'{1,NULL,-2.5}'", "[1.00, null, -2.50]"),
            new Case("numeric[]", "ARRAY<STRING>", "'{1e3,NaN}'", "[1000, NaN]"),
            new Case("boolean[]", "ARRAY<BOOLEAN>", "'{t,f,NULL}'", "[true, false, null]"),
            new Case("date[]", "ARRAY<DATE>", "'{2024-02-29,infinity}'", "[2024-02-29, 9999-12-31]"),
            new Case(
                    "timestamptz[]",
                    "ARRAY<TIMESTAMP_LTZ(6)>",
                    "array['2024-07-01 12:00+02'::timestamptz, null]",
                    "[2024-07-01T10:00, null]"),
            new Case("bytea[]", "ARRAY<BYTES>", "array['\\x00ff'::bytea, '']", "[00ff, ]"),
            new Case("mood[]", "ARRAY<STRING>", "'{\"so so\",fine}'", "[so so, fine]"),
            new Case("box[]", "STRING", "'{(1,1),(0,0);(2,2),(1,1)}'", "{(1,1),(0,0);(2,2),(1,1)}"));

    @ParameterizedTest
    @EnumSource
    void aValueIsTheSameFromTheSnapshotAndFromTheSlot(PostgresSettings.ReaderChoice reader) throws Exception {
        TimeZone zone = TimeZone.getDefault();
        // The driver hands it to the server, which prints moments in it.
        TimeZone.setDefault(TimeZone.getTimeZone(ZoneId.of("Europe/Berlin")));
        try (TestDatabase database = database()) {
            List<String> expected = new ArrayList<>();
            int id = 0;
            for (int column = 0; column < CASES.size(); column++) {
                String[] values = CASES.get(column).values();
                for (int i = 0; i < values.length; i += 2) {
                    database.run("INSERT INTO types (id, c" + column + ") VALUES (" + ++id + ", " + values[i] + ")");
                    expected.add("c" + column + " = " + values[i + 1]);
                }
            }
            database.run("INSERT INTO types (id) VALUES (0)");
            try (CaptureJob job = CaptureJob.start(settings(database, "public.types", reader))) {
                List<Change> snapshot = sorted(job.changes(id + 1));
                database.run("UPDATE types SET id = id + 10000", "DELETE FROM types WHERE id = 10000");
                List<Change> stream = job.changes(2 * (id + 1) + 1).stream()
                        .filter(change -> change.operation() == Operation.INSERT)
                        .toList();
                Schema schema = snapshot.get(0).schema();
                assertThat(schema.columns().stream().skip(1).map(PostgresTypesTest::type))
                        .containsExactlyElementsOf(
                                CASES.stream().map(Case::becomes).toList());
                assertThat(snapshot.get(0).row())
                        .matches(row -> !requireNonNull(row).isNullAt(0) && allNullFrom(1, row));
                assertThat(values(snapshot)).containsExactlyElementsOf(expected);
                assertThat(values(sorted(stream))).containsExactlyElementsOf(expected);
                assertThat(stream).allMatch(change -> change.schema().equals(schema));
            }
        } finally {
            TimeZone.setDefault(zone);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatCannotBeReadIsRejectedWithItsTextAndTheReason(PostgresSettings.ReaderChoice reader) throws Exception {
        try (TestDatabase database = TestDatabase.create()) {
            database.run(
                    "CREATE TABLE odd (id int PRIMARY KEY, d date, n numeric(4,1), a int[])",
                    "INSERT INTO odd VALUES (1, '0044-03-15 BC', null, null)");
            try (CaptureJob job = CaptureJob.start(settings(database, "public.odd", reader))) {
                assertThat(rejected(job))
                        .hasToString("Rejected by postgres for table odd: Column d of table public.odd:"
                                + " '0044-03-15 BC' is outside of the years 1 to 9999");
                database.run(
                        "INSERT INTO odd VALUES (2, '2024-01-01', 'NaN', null)",
                        "INSERT INTO odd VALUES (3, null, 1, '{{1,2},{3,4}}')");
                Rejected nan = rejected(job);
                assertThat(nan.reason()).isEqualTo("Column n of table public.odd: 'NaN' does not fit DECIMAL(4, 1)");
                assertThat(new String(nan.raw(), StandardCharsets.UTF_8))
                        .isEqualTo("{\"id\":\"2\",\"d\":\"2024-01-01\",\"n\":\"NaN\",\"a\":null}");
                assertThat(nan.position()).isNotNull();
                assertThat(rejected(job).reason())
                        .isEqualTo("Column a of table public.odd: '{{1,2},{3,4}}' has more than one dimension");
            }
        }
    }

    private static Map<String, String> settings(
            TestDatabase database, String table, PostgresSettings.ReaderChoice reader) {
        Map<String, String> settings = database.settings(table);
        settings.put("postgres.reader", reader.toString());
        return settings;
    }

    /** The next dead letter, which is followed by that what was known of its row is out of date. */
    private static Rejected rejected(CaptureJob job) throws Exception {
        List<Captured> captured = job.take(2);
        assertThat(captured.get(0)).isInstanceOf(Rejected.class);
        Rejected letter = (Rejected) captured.get(0);
        assertThat(captured.get(1)).isInstanceOfSatisfying(Change.class, change -> {
            assertThat(change.operation()).isEqualTo(Operation.UNREADABLE);
            assertThat(change.position()).isEqualTo(letter.position());
            assertThat(new String(letter.raw(), StandardCharsets.UTF_8))
                    .startsWith("{\"id\":\"" + change.key().getInt(0) + "\"");
        });
        return letter;
    }

    private static TestDatabase database() throws Exception {
        TestDatabase database = TestDatabase.create();
        database.run(
                "CREATE EXTENSION citext",
                "CREATE EXTENSION hstore",
                "CREATE TYPE mood AS ENUM ('fine', 'so so')",
                "CREATE DOMAIN price AS numeric(8,2) CHECK (VALUE >= 0)",
                "CREATE TYPE pair AS (a int, b text)");
        StringBuilder create = new StringBuilder("CREATE TABLE types (id int PRIMARY KEY");
        for (int i = 0; i < CASES.size(); i++) {
            create.append(", c").append(i).append(' ').append(CASES.get(i).type());
        }
        database.run(create.append(')').toString());
        return database;
    }

    private static List<Change> sorted(List<Change> changes) {
        return changes.stream()
                .sorted((a, b) -> Integer.compare(a.key().getInt(0), b.key().getInt(0)))
                .toList();
    }

    private static String type(Column column) {
        return type(column.type()) + (column.isJson() ? " (JSON)" : "");
    }

    private static String type(LogicalType type) {
        return type instanceof ArrayType array
                ? "ARRAY<" + type(array.getElementType()) + ">"
                : type.asSummaryString()
                        .replace("VARCHAR(2147483647)", "STRING")
                        .replace("VARBINARY(2147483647)", "BYTES");
    }

    private static boolean allNullFrom(int column, RowData row) {
        for (int i = column; i < row.getArity(); i++) {
            if (!row.isNullAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The one value each row has. */
    private static List<String> values(List<Change> changes) {
        List<String> values = new ArrayList<>();
        for (Change change : changes) {
            RowData row = requireNonNull(change.row());
            assertThat(change.missing()).isEmpty();
            List<Column> columns = change.schema().columns();
            for (int i = 1; i < columns.size(); i++) {
                Object value =
                        RowData.createFieldGetter(columns.get(i).type(), i).getFieldOrNull(row);
                if (value != null) {
                    values.add(
                            "c" + (i - 1) + " = " + text(value, columns.get(i).type()));
                }
            }
        }
        return values;
    }

    private static String text(Object value, LogicalType type) {
        if (value instanceof byte[] bytes) {
            StringBuilder hex = new StringBuilder();
            for (byte b : bytes) {
                hex.append(String.format("%02x", b));
            }
            return hex.toString();
        }
        if (type instanceof ArrayType arrayType) {
            ArrayData array = (ArrayData) value;
            ArrayData.ElementGetter getter = ArrayData.createElementGetter(arrayType.getElementType());
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < array.size(); i++) {
                Object element = getter.getElementOrNull(array, i);
                texts.add(element == null ? "null" : text(element, arrayType.getElementType()));
            }
            return texts.toString();
        }
        return type.asSummaryString().startsWith("DATE")
                ? java.time.LocalDate.ofEpochDay((Integer) value).toString()
                : value.toString();
    }
}
