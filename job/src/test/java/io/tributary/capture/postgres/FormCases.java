package io.tributary.capture.postgres;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Columns of every type, with values at their edges, and expressions that make random ones. */
public final class FormCases {

    public record Case(String type, @Nullable String random, List<String> values) {}

    private static final String[] TEXTS = {
        "''",
        "' '",
        "'NULL'",
        "'null'",
        "'{}'",
        "'()'",
        "'a,b'",
        "'\"q\\\"'",
        "'\\'",
        "'ab  '",
        "E'tab\\t\\n\\r\\x01\\x1f'",
        "'ünïcödé 🐘'",
        "'seven77'",
        "'eight888'",
        "'[1,2)'",
        "'it''s'"
    };

    private FormCases() {}

    public static void prepare(TestDatabase database) throws SQLException {
        database.run(
                "CREATE EXTENSION citext",
                "CREATE EXTENSION hstore",
                "CREATE EXTENSION ltree",
                "CREATE EXTENSION cube",
                "CREATE EXTENSION seg",
                "CREATE EXTENSION isn",
                "CREATE TYPE mood AS ENUM ('fine', 'so so', 'it''s \"q\"')",
                "CREATE DOMAIN price AS numeric(8,2)",
                "CREATE DOMAIN ints AS int[]",
                "CREATE DOMAIN moment AS timestamptz",
                "CREATE TYPE pair AS (a int, b text)",
                "CREATE DOMAIN duo AS pair",
                "CREATE TYPE paid AS (id int, amount money)",
                "CREATE TYPE empty AS ()",
                "CREATE TYPE whole AS (\"odd \"\"name\"\"\" smallint, big bigint, o oid, f real, d float8, n numeric,"
                        + " p price, ok bool, t text, c char(4), m mood, u uuid, j jsonb, raw bytea, day date,"
                        + " ts timestamp, at timestamptz, mo moment, tm time, iv interval, r tstzrange, ir int4range,"
                        + " tags text[], grid int[], nested pair, pairs pair[], du duo, ints ints[], e empty)",
                "CREATE TYPE floatrange AS RANGE (subtype = float8, multirange_type_name = floatranges)",
                "CREATE TYPE textrange AS RANGE (subtype = text, multirange_type_name = textranges)",
                "CREATE TYPE momentrange AS RANGE (subtype = moment, multirange_type_name = momentranges)",
                "CREATE TABLE shape (id int, name text)",
                "ALTER TABLE shape ADD COLUMN gone int, ADD COLUMN twice int GENERATED ALWAYS AS (id * 2) STORED",
                "ALTER TABLE shape DROP COLUMN gone",
                """
                CREATE FUNCTION one_of(VARIADIC choices anyarray) RETURNS anyelement LANGUAGE sql VOLATILE AS
                'SELECT choices[1 + floor(random() * array_length(choices, 1))::int]'
                """,
                """
                CREATE FUNCTION any_word() RETURNS text LANGUAGE plpgsql VOLATILE AS $$
                DECLARE
                    letters text[] := array['a', 'B', '7', ' ', '"', '\\', ',', '{', '}', '(', ')', '[', ']', '''', ':', '=', '>',
                        chr(1), chr(10), chr(9), 'é', '漢', '🐘', chr(127), chr(160), 'NULL'];
                    made text := '';
                BEGIN
                    FOR i IN 1 .. floor(random() * 12) LOOP
                        made := made || one_of(VARIADIC letters);
                    END LOOP;
                    RETURN made;
                END $$
                """,
                """
                CREATE FUNCTION any_digits() RETURNS numeric LANGUAGE sql VOLATILE AS
                'SELECT round((random() - 0.5)::numeric * 10::numeric ^ floor(random() * 60 - 15)::int, floor(random() * 30)::int)'
                """,
                """
                CREATE FUNCTION any_float() RETURNS float8 LANGUAGE sql VOLATILE AS
                'SELECT CASE WHEN random() < 0.5 THEN (random() - 0.5) * 10::float8 ^ (random() * 66 - 30)
                    ELSE round(((random() - 0.5) * 10000)::numeric, 2)::float8 END'
                """,
                """
                CREATE FUNCTION any_moment() RETURNS timestamptz LANGUAGE sql VOLATILE AS
                'SELECT CASE WHEN random() < 0.5 THEN timestamptz ''epoch'' + random() * interval ''60 years''
                    ELSE timestamptz ''4713-01-01 BC'' + random() * interval ''30000 years'' END'
                """,
                """
                CREATE FUNCTION any_integer() RETURNS int LANGUAGE sql VOLATILE AS
                'SELECT ((random() - 0.5) * 2 ^ (random() * 32))::int'
                """,
                """
                CREATE FUNCTION any_pair() RETURNS pair LANGUAGE sql VOLATILE AS
                'SELECT (CASE WHEN random() < 0.8 THEN any_integer() END, CASE WHEN random() < 0.8 THEN any_word() END)::pair'
                """,
                """
                CREATE FUNCTION any_uuid() RETURNS uuid LANGUAGE sql VOLATILE AS 'SELECT md5(random()::text)::uuid'
                """,
                """
                CREATE FUNCTION any_whole() RETURNS whole LANGUAGE sql VOLATILE AS $$
                SELECT (any_integer() % 32768, any_integer(), abs(any_integer()), any_float()::real, any_float(), any_digits(), (any_integer() / 1e4)::numeric,
                    random() < 0.5, any_word(), left(any_word(), 4), one_of('fine'::mood, 'so so', null), any_uuid(), jsonb_build_object(any_word(), any_word()),
                    decode(md5(any_word()), 'hex'), any_moment()::date, any_moment()::timestamp, any_moment(), any_moment(), any_moment()::time,
                    random() * interval '-3 years 4 days 5 hours', tstzrange(any_moment(), null), int4range(any_integer(), null),
                    array[any_word(), null, any_word()], array[[any_integer(), null], [3, any_integer()]], any_pair(), array[any_pair(), null, any_pair()], any_pair(),
                    '{"{1,2}",NULL,"{}"}'::ints[], row())::whole
                $$
                """);
    }

    public static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        add(cases, "boolean", "random() < 0.5", "true", "false");
        add(cases, "smallint", "(random() * 65535 - 32768)::int", "-32768", "32767", "0", "-1");
        add(cases, "int", "any_integer()", "-2147483648", "2147483647", "0", "-1");
        add(
                cases,
                "bigint",
                "(random() * 1e18)::bigint * one_of(-1, 1)",
                "'-9223372036854775808'",
                "9223372036854775807",
                "0",
                "-1");
        add(cases, "oid", "(random() * 4294967295)::bigint::oid", "4294967295", "0", "2147483648");
        add(
                cases,
                "real",
                "any_float()::real",
                "'NaN'",
                "'Infinity'",
                "'-Infinity'",
                "'-0'",
                "1.17549435e-38",
                "1.4e-45",
                "3.4028235e38",
                "0.1",
                "100000",
                "999999.94",
                "1000000",
                "0.0001",
                "0.00001",
                "16777216",
                "-1.5");
        add(
                cases,
                "double precision",
                "any_float()",
                "'NaN'",
                "'Infinity'",
                "'-Infinity'",
                "'-0'",
                "'4.9e-324'",
                "'1.7976931348623157e308'",
                "2.2250738585072014e-308",
                "0.1",
                "100000000000000",
                "999999999999999.9",
                "1e15",
                "0.0001",
                "0.00001",
                "9007199254740993",
                "2e-3",
                "2.2e-322",
                "9.5367431640625e-07",
                "-1.5");
        add(cases, "numeric", "any_digits()", numbers());
        add(
                cases,
                "numeric(10,2)",
                "round(any_digits() % 1e8, 2)",
                "-99999999.99",
                "99999999.99",
                "0",
                "1",
                "0.01",
                "-0.10",
                "12340000",
                "10000.5",
                "'NaN'");
        add(
                cases,
                "numeric(18,0)",
                "round(any_digits() % 1e18)",
                "999999999999999999",
                "-999999999999999999",
                "10000",
                "0");
        add(
                cases,
                "numeric(18,18)",
                "any_digits() % 1",
                "0.999999999999999999",
                "-0.000000000000000001",
                "0.0001",
                "0");
        add(cases, "numeric(4,4)", "any_digits() % 1", "0.9999", "-0.0001", "0");
        add(
                cases,
                "numeric(19,5)",
                "any_digits() % 1e14",
                "99999999999999.99999",
                "-99999999999999.99999",
                "0",
                "'NaN'");
        add(
                cases,
                "numeric(38,10)",
                "any_digits() % 1e28",
                "9999999999999999999999999999.9999999999",
                "-9999999999999999999999999999.9999999999",
                "0",
                "0.0000000001",
                "-18446744073.7095516160",
                "18446744073.7095516150",
                "9223372036854775808",
                "-9223372036854775808");
        add(
                cases,
                "numeric(38,0)",
                "round(any_digits() % 1e38)",
                "99999999999999999999999999999999999999",
                "-99999999999999999999999999999999999999",
                "18446744073709551616",
                "-18446744073709551616",
                "100000000000000000000000000000",
                "'NaN'");
        add(cases, "numeric(38,38)", "any_digits() % 1", "0.99999999999999999999999999999999999999", "-1e-38", "0");
        add(cases, "numeric(50,3)", "round(any_digits() % 1e47, 3)", "1", "'NaN'", "-0.5");
        if (TestDatabase.version() >= 15) {
            add(cases, "numeric(3,-2)", null, "12345", "0", "-99900");
        }
        add(cases, "price", "(any_integer() / 1e4)::numeric", "1.5", "'NaN'");
        add(cases, "money", null, "'1234.5'", "'-0.01'");
        add(cases, "text", "any_word()", TEXTS);
        add(cases, "varchar(20)", "left(any_word(), 20)", "''", "'trailing  '", "'🐘'");
        add(cases, "char(5)", "left(any_word(), 5)", "'ab'", "''", "'   '", "'a  b '", "'é'");
        add(cases, "\"char\"", null, "'a'", "''");
        add(cases, "name", "left(any_word(), 15)::name", "'n'", "''");
        add(cases, "citext", "any_word()", "'MiXed'", "''");
        add(cases, "mood", "one_of('fine'::mood, 'so so')", "'fine'", "'it''s \"q\"'");
        add(
                cases,
                "bytea",
                "decode(md5(any_word()), 'hex')",
                "''",
                "'\\x00ff80'",
                "'\\x01020304050607'",
                "'\\x0102030405060708'");
        add(
                cases,
                "uuid",
                "any_uuid()",
                "'00000000-0000-0000-0000-000000000000'",
                "'FFFFFFFF-ffff-ffff-ffff-ffffffffffff'");
        add(cases, "json", "json_build_object(any_word(), any_word())", "'{\"a\" : [1, null]}'", "'null'", "'  1'");
        add(
                cases,
                "jsonb",
                "jsonb_build_object(any_word(), any_word())",
                "'{\"b\":1.50,\"a\":2}'",
                "'null'",
                "'[]'",
                "'\"🐘\"'");
        add(cases, "jsonpath", null, "'$.a[*] ? (@ > 1)'", "'strict $'");
        add(
                cases,
                "xml",
                null,
                "'<a>1</a>'",
                "''",
                "'<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a>é🐘</a>'",
                "'<?xml version=\"1.0\" encoding=\"LATIN1\" standalone=\"yes\"?><a/>'",
                "'text <b/>'");
        add(
                cases,
                "date",
                "any_moment()::date",
                "'0001-01-01'",
                "'9999-12-31'",
                "'infinity'",
                "'-infinity'",
                "'1969-12-31'",
                "'2000-02-29'",
                "'1900-03-01'",
                "'0001-12-31 BC'",
                "'10000-01-01'",
                "'4713-01-01 BC'",
                "'5874897-12-31'",
                "'2000-01-01'",
                "'1999-12-31'");
        add(
                cases,
                "time",
                "any_moment()::time",
                "'00:00'",
                "'23:59:59.999999'",
                "'24:00'",
                "'12:00:00.1'",
                "'01:02:03.04'");
        add(cases, "time(3)", "any_moment()::time", "'01:02:03.4567'");
        add(
                cases,
                "timetz",
                "any_moment()::timetz",
                "'23:59:59.999999+05:30'",
                "'00:00+00'",
                "'24:00-15:59:59'",
                "'12:00-03:30'",
                "'12:00+00:00:01'",
                "'12:00-07'");
        add(cases, "timestamp", "any_moment()::timestamp", moments(""));
        add(cases, "timestamp(0)", "any_moment()::timestamp", "'2024-02-29 23:59:59.5'");
        add(cases, "timestamptz", "any_moment()", moments("+00"));
        add(cases, "timestamptz(3)", "any_moment()", "'1883-01-01 00:00:00.1235-04:56:02'");
        add(cases, "moment", "any_moment()", "'2024-07-01 12:00+02'", "'infinity'");
        add(
                cases,
                "interval",
                "(random() - 0.5) * interval '300 years 5 mons 20 days' + (random() - 0.5) * interval '400 hours'",
                intervals());
        add(cases, "interval day to second", null, "'5 days 01:00'");
        add(
                cases,
                "inet",
                "set_masklen(one_of(inet '10.0.0.0', '::', '::ffff:0:0', '1::', '1:0:0:2::') + abs(any_integer()), one_of(1, 24, 32))",
                "'10.0.0.1/8'",
                "'10.0.0.1'",
                "'0.0.0.0/0'",
                "'::1'",
                "'::'",
                "'::ffff:1.2.3.4'",
                "'::1.2.3.4'",
                "'::1:0'",
                "'::2'",
                "'1::'",
                "'2001:db8:0:0:1:0:0:1/64'",
                "'2001:0:0:1:0:0:0:1'",
                "'1:0:2:0:3:0:4:0'",
                "'fe80::1/128'",
                "'0:0:0:0:0:1:2:3'",
                "'::ffff:0:0'",
                "'1:2:3:4:5:6:7::'",
                "'64:ff9b::1.2.3.4'");
        add(
                cases,
                "cidr",
                "network(set_masklen(inet '0.0.0.0' + (random() * 4e9)::bigint, (random() * 32)::int))",
                "'10.0.0.0/8'",
                "'10.1.2.3/32'",
                "'::/0'",
                "'2001:db8::/32'",
                "'::1/128'",
                "'0.0.0.0/0'");
        add(
                cases,
                "macaddr",
                "substr(md5(random()::text), 1, 12)::macaddr",
                "'08:00:2b:01:02:03'",
                "'ff:ff:ff:ff:ff:ff'");
        add(cases, "macaddr8", "substr(md5(random()::text), 1, 16)::macaddr8", "'08:00:2b:01:02:03:04:05'");
        add(cases, "bit(3)", "any_integer()::bit(3)", "B'101'", "B'000'");
        add(cases, "bit(8)", "any_integer()::bit(8)", "B'10000001'");
        add(cases, "bit(65)", null, "B'1'::bit(65)", "repeat('10', 33)::bit(65)");
        add(
                cases,
                "bit varying",
                "substring(any_integer()::bit(32)::varbit from 1 for (random() * 32)::int)",
                "B'1'",
                "B''",
                "B'111111111'");
        add(
                cases,
                "pg_lsn",
                "'0/0'::pg_lsn + round(random()::numeric * 1e18)",
                "'16/B374D848'",
                "'0/0'",
                "'FFFFFFFF/FFFFFFFF'");
        add(cases, "xid", "(random() * 4e9)::bigint::text::xid", "'4294967295'", "'0'");
        add(cases, "xid8", "(random() * 1e18)::bigint::text::xid8", "'18446744073709551615'", "'0'");
        add(cases, "cid", null, "'4294967295'");
        add(cases, "tid", null, "'(0,1)'", "'(4294967295,65535)'");
        add(cases, "regclass", null, "'pg_class'");
        add(cases, "int2vector", null, "'1 -2 3'", "''");
        add(cases, "oidvector", null, "'1 4294967295'", "''");
        add(cases, "point", "point(any_float(), any_float())", "'(1,2.5)'", "'(NaN,-Infinity)'");
        add(cases, "lseg", "lseg(point(any_float(), 1), point(2, any_float()))", "'[(1,2),(3,4)]'");
        add(cases, "line", null, "'{1,-1,0.5}'");
        add(cases, "box", "box(point(any_float(), 1), point(2, any_float()))", "'((1,2),(3,4))'");
        add(cases, "path", null, "'[(0,0),(1,1.5)]'", "'((0,0),(1,1),(2,0))'");
        add(cases, "polygon", "polygon(box(point(any_float(), 1), point(2, any_float())))", "'((0,0),(0,1),(1,0))'");
        add(cases, "circle", "circle(point(any_float(), any_float()), 1)", "'<(1,2),0.1>'");
        add(
                cases,
                "tsvector",
                "to_tsvector('simple', any_word() || ' ' || any_word()) || array_to_tsvector(array[any_word() || 'x'])",
                "'a:1 b:2'",
                "''",
                "'a:1A,2B,3C,4D b'",
                "$$'it''s' 'back\\\\slash':16383 '🐘 x'$$");
        add(cases, "tsquery", null, "'a & b'");
        add(cases, "aclitem", null, "'postgres=r/postgres'");
        add(cases, "cube", null, "'(1,2)'");
        add(cases, "seg", null, "'1 .. 2'");
        add(cases, "isbn13", null, "'978-0-393-04002-9'");
        add(
                cases,
                "hstore",
                "hstore(any_word(), one_of(any_word(), null))",
                "'a=>1,b=>NULL'",
                "''",
                "hstore('q\"\\ü', '🐘 \"\\')");
        add(cases, "ltree", null, "'a.b.c'", "''");
        add(cases, "lquery", null, "'*.a|b'");
        add(cases, "ltxtquery", null, "'a & b*'");
        add(
                cases,
                "int4range",
                "int4range(-abs(any_integer()), abs(any_integer()))",
                "'[1,5]'",
                "'empty'",
                "'(,)'",
                "'(,3)'",
                "'[-5,)'");
        add(cases, "int8range", null, "'[1,9223372036854775807)'", "'empty'");
        add(
                cases,
                "numrange",
                "numrange(any_digits(), null, '(]')",
                "'[1.50,2.25]'",
                "'(,NaN]'",
                "'(-Infinity,Infinity)'",
                "'empty'");
        add(
                cases,
                "tsrange",
                "tsrange(any_moment()::timestamp, null)",
                "'[2024-01-01 00:00:00.5,2025-01-01)'",
                "'[-infinity,infinity]'",
                "'(0044-03-15 BC,)'");
        add(
                cases,
                "tstzrange",
                "tstzrange(any_moment(), null)",
                "'[2024-07-01 12:00+02,)'",
                "'[-infinity,2024-01-01 00:00:00.5+00]'",
                "'(0044-03-15 12:00 BC,12000-01-01)'",
                "'[1883-01-01 00:00:00-04:56:02,1890-01-01]'",
                "'empty'");
        add(
                cases,
                "daterange",
                "daterange(any_moment()::date, null)",
                "'[2024-02-29,infinity)'",
                "'empty'",
                "'[0044-03-15 BC,)'");
        add(cases, "floatrange", "floatrange(any_float(), null)", "'[0.1,1e20)'", "'[NaN,NaN]'");
        add(
                cases,
                "textrange",
                "textrange(any_word(), null)",
                "textrange('', 'a\"b\\c')",
                "textrange('a,b', 'c d')",
                "textrange('(', '[')",
                "textrange('plain', 'é')",
                "textrange('a]', E'b\\nc')");
        add(cases, "momentrange", "momentrange(any_moment(), null)", "'[2024-07-01 12:00+02,infinity)'");
        add(cases, "int4multirange", null, "'{}'", "'{[1,3),[5,9)}'", "'{(,)}'");
        add(cases, "tstzmultirange", null, "'{[2024-07-01 12:00+02,2024-07-02),[2025-01-01,)}'", "'{}'");
        add(cases, "momentranges", null, "'{[2024-07-01 12:00+02,2024-07-02),[2025-01-01,)}'");
        add(cases, "textranges", null, "textranges(textrange('a', 'b c'), textrange('x\"', 'y\\'))");
        add(
                cases,
                "int[]",
                "array[any_integer(), null, any_integer()]",
                "'{}'",
                "'{1,NULL,-3}'",
                "'[0:1]={7,8}'",
                "'{{1,2},{3,4}}'",
                "'[2:3][-1:0]={{1,NULL},{3,4}}'",
                "'{{{1},{2}},{{3},{4}}}'",
                "array_fill(7, array[100])");
        add(
                cases,
                "text[]",
                "array[any_word(), null, any_word()]",
                "array['', 'NULL', 'null', null, 'a\"b\\c,d', '{}', ' x ', E'\\t', '🐘', 'plain', 'eight888']",
                "'{}'",
                "'{{a,\"b,}\"},{NULL,\"\\\"{\"}}'");
        add(cases, "boolean[]", "array[random() < 0.5, null]", "'{t,f,NULL}'");
        add(cases, "smallint[]", null, "'{1,-2,NULL}'");
        add(cases, "bigint[]", null, "'{1,-2,NULL,9223372036854775807}'");
        add(cases, "oid[]", null, "'{4294967295}'");
        add(cases, "real[]", "array[any_float()::real, null]", "'{NaN,0.1,-Infinity,-0}'");
        add(cases, "float8[]", "array[any_float(), null]", "'{NaN,0.1,-Infinity,-0}'");
        add(cases, "numeric[]", "array[any_digits(), null]", "'{1e3,NaN,Infinity}'");
        add(cases, "numeric(6,2)[]", null, "'{1,NULL,-2.5}'", "'{1,NaN}'");
        add(cases, "numeric(30,2)[]", null, "'{1,NULL,-2.5,9999999999999999999999999999.99}'");
        add(cases, "char(3)[]", null, "'{a,\"b \",abc}'");
        add(cases, "bytea[]", null, "array['\\x00ff'::bytea, '', null]");
        add(cases, "uuid[]", "array[any_uuid(), null]", "'{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}'");
        add(
                cases,
                "date[]",
                "array[any_moment()::date]",
                "'{2024-02-29,infinity,NULL}'",
                "'{2024-02-29,0044-03-15 BC}'");
        add(cases, "time[]", null, "'{12:00,24:00:00}'");
        add(cases, "interval[]", null, "'{\"1 day\",NULL}'");
        add(cases, "timestamp[]", null, "'{2024-07-01 12:00:00.000001,infinity,NULL}'");
        add(cases, "timestamptz[]", "array[any_moment(), null]", "array['2024-07-01 12:00+02'::timestamptz, null]");
        add(cases, "tstzrange[]", null, "array['[2024-07-01 12:00+02,)'::tstzrange, null]");
        add(cases, "int4multirange[]", null, "array['{[1,3),[5,9)}'::int4multirange]");
        add(cases, "inet[]", null, "'{10.0.0.1/8,::1}'");
        add(cases, "jsonb[]", null, "array['{\"a\": \"b\\\\\"}'::jsonb]");
        add(cases, "mood[]", null, "'{\"so so\",fine}'");
        add(cases, "price[]", null, "'{1.5,NULL}'");
        add(cases, "ints[]", null, "'{\"{1,2}\",NULL,\"{}\"}'", "'{\"{{1},{2}}\"}'");
        add(cases, "moment[]", null, "array['2024-07-01 12:00+02'::moment, null]");
        add(cases, "hstore[]", null, "array['a=>1'::hstore]");
        add(cases, "citext[]", null, "array['MiXed, \"q\"'::citext]");
        add(cases, "int2vector[]", null, "array['1 2'::int2vector]");
        add(cases, "point[]", null, "array['(1,2.5)'::point]");
        add(cases, "money[]", null, "array['1'::money]");
        add(cases, "box[]", null, "'{(1,1),(0,0);(2,2),(1,1)}'");
        add(
                cases,
                "pair",
                "any_pair()",
                "(1, 'a,b')::pair",
                "(null, null)::pair",
                "(null, '')::pair",
                "(-1, E'q\"\\\\ (x) \\n🐘')::pair",
                "(0, 'NULL')::pair",
                "(1, ' ')::pair");
        add(
                cases,
                "pair[]",
                "array[any_pair(), null, any_pair()]",
                "'{}'",
                "array[(1, 'a \"q\"')::pair, null, (null, null)::pair]");
        add(cases, "duo", "any_pair()", "(1, 'x')::pair");
        add(cases, "empty", null, "row()::empty");
        add(cases, "shape", null, "(1, 'x', 2)::shape");
        add(cases, "paid", null, "(1, 2)::paid");
        add(cases, "paid[]", null, "array[(1, 2)::paid]");
        add(cases, "whole", "any_whole()", "row(" + "null, ".repeat(28) + "null)::whole");
        add(cases, "whole[]", "array[any_whole(), null, any_whole()]", "'{}'");
        return cases;
    }

    private static String[] numbers() {
        return new String[] {
            "'NaN'",
            "'Infinity'",
            "'-Infinity'",
            "0",
            "0.00",
            "1e-20",
            "1",
            "10000",
            "10000.0001",
            "-9999.9999",
            "100000000",
            "0.0001",
            "0.00001000",
            "12345678901234567890123456789012345678901234567890.5",
            "1e100",
            "-1e-100",
            "1.10",
            "0.1"
        };
    }

    private static String[] intervals() {
        List<String> values = new ArrayList<>(List.of(
                "'0'",
                "'1 year 2 mons -3 days 04:05:06.789'",
                "'-1 year -2 mons'",
                "'-00:00:00.000001'",
                "'-25:00:01.5'",
                "'1 mon 60 seconds'",
                "'178000000 years'",
                "'-178956970 years -8 mons'",
                "'0.5 seconds'",
                "'59 minutes'",
                "'-3 hours 2 seconds'"));
        if (TestDatabase.version() >= 17) {
            values.addAll(List.of("'infinity'", "'-infinity'", "'2147483647 days 2562047788:00:54.775807'"));
        }
        return values.toArray(String[]::new);
    }

    private static String[] moments(String zone) {
        String[] moments = {
            "0001-01-01 00:00:00",
            "9999-12-31 23:59:59.999999",
            "1969-12-31 23:59:59.000001",
            "1999-12-31 23:59:59.999999",
            "2000-01-01 00:00:00",
            "2024-03-31 02:30:00",
            "2024-10-27 02:30:00.5",
            "1890-01-01 00:00:00",
            "1883-11-18 12:03:57.9",
            "2024-02-29 12:00:00.123",
            "10000-01-01 00:00:00",
            "294276-12-31 12:59:59.999999",
            "2024-07-01 10:00:00.000001",
            "0001-12-31 23:59:59.999999 BC",
            "4713-01-02 00:00:00 BC",
            "infinity",
            "-infinity"
        };
        for (int i = 0; i < moments.length; i++) {
            boolean isFinite = !moments[i].endsWith("infinity");
            moments[i] = "'" + (isFinite ? moments[i].replaceFirst("( BC)?$", zone + "$1") : moments[i]) + "'";
        }
        return moments;
    }

    private static void add(List<Case> cases, String type, @Nullable String random, String... values) {
        cases.add(new Case(type, random, List.of(values)));
    }
}
