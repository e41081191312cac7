package io.tributary.command.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.command.Shop;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

/** What PostgreSQL and the warehouse compute of rows is what this process does of the same rows. */
final class FormsTest {

    private static final String ROWS = """
        CREATE TABLE forms AS SELECT n AS id, v.* FROM (VALUES
          (1, true, 1::int, 2::bigint, 1.5::numeric, 'x'::text, '2024-02-29'::date, '2024-01-01 12:00:00.5'::timestamp,
           '2024-01-01 12:00:00+02'::timestamptz, 1.5::float4, 1e20::float8, '\\x00ff'::bytea),
          (2, false, -1, -9223372036854775808, -0.005, '', '9999-12-31', '0001-01-01', '1969-12-31 23:59:59.999999+00',
           '-0', 'NaN', ''),
          (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
          (4, true, 2147483647, 9223372036854775807, 12345678901234567890.12, E'\\u00fc\\U0001F600\\n=-\\x1f', 'infinity',
           'infinity', '-infinity', 'Infinity', '-Infinity', 'abc'),
          (5, true, 0, 0, 2.675, '-', '-infinity', '-infinity', 'infinity', 0.1, 0.1, NULL)
        ) AS v(n, truth, small, large, amount, words, day, at, zoned, single, twice, bytes)
        """;

    private static final List<ColumnForm> COLUMNS = columns(List.of(
            Types.IntegerType.get(),
            Types.BooleanType.get(),
            Types.IntegerType.get(),
            Types.LongType.get(),
            Types.DecimalType.of(38, 2),
            Types.StringType.get(),
            Types.DateType.get(),
            Types.TimestampType.withoutZone(),
            Types.TimestampType.withZone(),
            Types.FloatType.get(),
            Types.DoubleType.get(),
            Types.BinaryType.get()));

    private static List<ColumnForm> columns(List<Type> types) {
        List<String> names = List.of(
                "id", "truth", "small", "large", "amount", "words", "day", "at", "zoned", "single", "twice", "bytes");
        return IntStream.range(0, types.size())
                .mapToObj(i -> new ColumnForm(names.get(i), types.get(i)))
                .toList();
    }

    /** Checksums as they are computed here, whatever the side can do itself. */
    private static Checksums read(RowForm form, Side side) throws Exception {
        Checksums checksums = new Checksums(form);
        side.read(checksums::add);
        return checksums;
    }

    @Test
    void theDatabaseComputesWhatIsComputedHere() throws Exception {
        try (Shop shop = Shop.open();
                Connection connection = shop.connect()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET TIME ZONE 'UTC'");
                statement.execute(ROWS.replace(
                        "v.*",
                        "v.truth, v.small, v.large, v.amount, v.words, v.day, v.at, v.zoned,"
                                + " v.single, v.twice, v.bytes"));
            }
            for (int most = 2; most <= COLUMNS.size(); most++) {
                // Each type by itself, too, so that the one that fails is known.
                for (List<ColumnForm> some :
                        List.of(List.of(COLUMNS.get(0), COLUMNS.get(most - 1)), COLUMNS.subList(0, most))) {
                    if (some.get(0).equals(some.get(1))) {
                        continue;
                    }
                    RowForm form = new RowForm(some, List.of("id"));
                    SourceTable table = new SourceTable(
                            connection,
                            "SELECT * FROM forms",
                            SourceTable.describe(connection, "SELECT * FROM forms"),
                            form);
                    Checksums computed = Checksums.of(form, table);
                    assertThat(computed.count()).isEqualTo(5);
                    assertThat(form.checksum(new PostgresForms(java.util.Set.of())))
                            .isNotNull();
                    assertThat(computed.differing(read(form, table)).isEmpty())
                            .as(form.names().toString())
                            .isTrue();
                }
            }
        }
    }

    @Test
    void theWarehouseComputesWhatIsComputedHere() throws Exception {
        try (Shop shop = Shop.open();
                Connection connection = shop.connect()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET TIME ZONE 'Asia/Tokyo'");
                statement.execute("""
                    CREATE TABLE landed (id integer, truth boolean, small integer, large bigint, amount numeric(38, 2),
                      words varchar(1000), day date, at timestamp, zoned timestamptz);
                    INSERT INTO landed VALUES
                      (1, true, 1, 2, 1.50, 'x', '2024-02-29', '2024-01-01 12:00:00.5', '2024-01-01 12:00:00+02'),
                      (2, false, -1, -2, -0.01, '', '9999-12-31', '0001-01-01 00:00:00', '2024-01-01 12:00:10.123456+02'),
                      (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
                      (4, true, 0, 0, 10.00, E'\\u00fc\\U0001F600', '1970-01-01', '1999-12-31 23:59:50', '1969-01-01Z')
                    """);
            }
            connection.setAutoCommit(false);
            RowForm form = new RowForm(COLUMNS.subList(0, 9), List.of("id"));
            WarehouseTable table = WarehouseTable.find(connection, "public", "Landed", form, true);
            assertThat(table).isNotNull();
            Checksums computed = Checksums.of(form, table);
            assertThat(computed.count()).isEqualTo(4);
            assertThat(computed.differing(read(form, table)).isEmpty()).isTrue();
            assertThat(WarehouseTable.find(connection, "public", "nowhere", form, true))
                    .isNull();

            RowForm more = new RowForm(COLUMNS, List.of("id"));
            WarehouseTable lacking = WarehouseTable.find(connection, "public", "landed", more, true);
            assertThat(lacking).isNotNull();
            assertThat(lacking.lacking()).containsExactly("single", "twice", "bytes");
        }
    }

    @Test
    void rowsThatDifferHaveOtherChecksums() throws Exception {
        RowForm form = new RowForm(COLUMNS.subList(5, 7), List.of("words"));
        String[][] rows = {
            {"a", null}, {null, "a"}, {"a", ""}, {"", "a"}, {"a\u001f=", "b"}, {"a", "\u001f=b"}, {"-", "-"}
        };
        assertThat(java.util.Arrays.stream(rows).mapToLong(form::checksum).distinct())
                .hasSize(rows.length);
    }
}
