package io.tributary.sink.redshift;

import static io.tributary.sink.redshift.StandInWarehouse.row;
import static io.tributary.sink.redshift.StandInWarehouse.schema;
import static io.tributary.sink.redshift.StandInWarehouse.told;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Schema;
import java.sql.SQLException;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every type's edge values come out of the merge as they went into the stream. */
final class RedshiftTypesTest {

    private static final Schema ALL = schema(
            "everything",
            "k",
            "k STRING NOT NULL",
            "flag BOOLEAN",
            "small SMALLINT",
            "whole INT",
            "large BIGINT",
            "single FLOAT",
            "twice DOUBLE",
            "exact DECIMAL(38, 10)",
            "txt STRING",
            "raw BYTES",
            "day DATE",
            "local TIMESTAMP(6)",
            "moment TIMESTAMP_LTZ(6)",
            "list ARRAY<STRING>");

    private static final String COLUMNS =
            "k, flag, small, whole, large, single, twice, exact, txt, encode(raw, 'hex'), day, local, moment AT TIME ZONE"
                    + " 'UTC', list";

    @Test
    void edgeValuesOfEveryTypeArriveUnchanged() throws SQLException {
        try (StandInWarehouse warehouse = StandInWarehouse.open()) {
            warehouse.apply(ALL);
            warehouse.land(told(ALL, 1));
            warehouse.land(row(
                    "everything",
                    "c",
                    1,
                    1,
                    "\"k\":\"least\",\"flag\":false,\"small\":-32768,\"whole\":-2147483648,\"large\":-9223372036854775808,"
                            + "\"single\":-3.4028235E38,\"twice\":-1.7976931348623157E308,"
                            + "\"exact\":-9999999999999999999999999999.9999999999,\"txt\":\"\",\"raw\":\"\","
                            + "\"day\":\"0001-01-01\",\"local\":\"0001-01-01 00:00:00.000000\","
                            + "\"moment\":\"0001-01-01 00:00:00.000000+00\",\"list\":[]"));
            warehouse.land(row(
                    "everything",
                    "c",
                    1,
                    1,
                    "\"k\":\"most\",\"flag\":true,\"small\":32767,\"whole\":2147483647,\"large\":9223372036854775807,"
                            + "\"single\":\"NaN\",\"twice\":\"Infinity\",\"exact\":0.0000000001,"
                            + "\"txt\":\"\\u20ac \\\"'\\\\ \\ud83d\\ude00\\n\",\"raw\":\"00ff7f\",\"day\":\"9999-12-31\","
                            + "\"local\":\"9999-12-31 23:59:59.999999\",\"moment\":\"2024-02-29 23:59:59.000001+00\","
                            + "\"list\":[\"a\",null,\"\\\"\"]"));
            warehouse.land(row(
                    "everything",
                    "c",
                    1,
                    1,
                    "\"k\":\"tiny\",\"single\":1.4E-45,\"twice\":4.9E-324,\"day\":\"4713-01-01 BC\","
                            + "\"local\":\"20000-01-01 00:00:00.000000\""));
            warehouse.land(row(
                    "everything",
                    "c",
                    1,
                    1,
                    "\"k\":\"none\",\"flag\":null,\"small\":null,\"whole\":null,\"large\":null,\"single\":null,"
                            + "\"twice\":null,\"exact\":null,\"txt\":null,\"raw\":null,\"day\":null,\"local\":null,"
                            + "\"moment\":null,\"list\":null"));
            warehouse.land(row("everything", "c", 1, 1, "\"k\":\"\",\"twice\":\"-Infinity\""));
            assertThat(warehouse.merge("everything").problem()).isNull();
            String nulls = "|null".repeat(13);
            assertThat(warehouse.query("SELECT " + COLUMNS + " FROM "
                            + warehouse.names().table("everything") + " ORDER BY k COLLATE \"C\""))
                    .containsExactly(
                            "|null|null|null|null|null|-Infinity|null|null|null|null|null|null|null",
                            "least|f|-32768|-2147483648|-9223372036854775808|-3.4028235e+38|-1.7976931348623157E308|"
                                    + "-9999999999999999999999999999.9999999999|||0001-01-01|0001-01-01 00:00:00|"
                                    + "0001-01-01 00:00:00|[]",
                            "most|t|32767|2147483647|9223372036854775807|NaN|Infinity|0.0000000001|\u20ac \"'\\"
                                    + " \ud83d\ude00\n|00ff7f|9999-12-31|9999-12-31 23:59:59.999999|"
                                    + "2024-02-29 23:59:59.000001|[\"a\", null, \"\\\"\"]",
                            "none" + nulls,
                            "tiny|null|null|null|null|1e-45|4.9E-324|null|null|null|4713-01-01 BC|20000-01-01 00:00:00|"
                                    + "null|null");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BOOLEAN|BOOLEAN|boolean",
                "SMALLINT|SMALLINT|smallint",
                "INT|INTEGER|integer",
                "BIGINT|BIGINT|bigint",
                "FLOAT|REAL|real",
                "DOUBLE|DOUBLE PRECISION|double precision",
                "DECIMAL(38, 18)|DECIMAL(38,18)|numeric(38,18)",
                "DECIMAL(38, 38)|VARCHAR(65535)|character varying(65535)",
                "STRING|VARCHAR(65535)|character varying(65535)",
                "BYTES|VARBYTE(65535)|binary varying(65535)",
                "DATE|DATE|date",
                "TIME|TIME|time without time zone",
                "TIMESTAMP(6)|TIMESTAMP|timestamp without time zone",
                "TIMESTAMP_LTZ(6)|TIMESTAMPTZ|timestamp with time zone",
                "ARRAY<INT>|SUPER|super"
            })
    void everyTypeHasItsColumnTypeInRedshiftAndIsKnownAgainInTheCatalog(String type, String column, String catalog) {
        String made = WarehouseDialect.REDSHIFT
                .types()
                .of(LogicalTypeParser.parse(type, RedshiftTypesTest.class.getClassLoader()));
        assertThat(made).isEqualTo(column);
        assertThat(ColumnTypes.spelling(catalog)).isEqualTo(column);
    }
}
