package io.tributary.command.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

final class ColumnFormTest {

    record Case(Type type, List<String> texts, @Nullable Object iceberg) {}

    static final List<Case> CASES = List.of(
            new Case(Types.BooleanType.get(), List.of("true", "t", "1"), true),
            new Case(Types.BooleanType.get(), List.of("false", "f", "0"), false),
            new Case(Types.LongType.get(), List.of("42"), 42L),
            new Case(Types.FloatType.get(), List.of("0.1", "1e-1"), 0.1f),
            new Case(Types.DoubleType.get(), List.of("NaN"), Double.NaN),
            new Case(Types.DoubleType.get(), List.of("-Infinity"), Double.NEGATIVE_INFINITY),
            new Case(Types.DecimalType.of(12, 2), List.of("1.5", "1.50", "1.4999"), new BigDecimal("1.50")),
            new Case(Types.DateType.get(), List.of("2024-02-29"), LocalDate.of(2024, 2, 29)),
            new Case(
                    Types.TimestampType.withoutZone(),
                    List.of("2024-02-29 10:00:00.12", "2024-02-29 10:00:00.120000", "2024-02-29T10:00:00.12"),
                    LocalDateTime.parse("2024-02-29T10:00:00.120")),
            new Case(
                    Types.TimestampType.withZone(),
                    List.of("2024-02-29 10:00:00+00", "2024-02-29 12:00:00.000000+02", "2024-02-29 15:30:00+05:30"),
                    OffsetDateTime.parse("2024-02-29T11:00:00+01:00")),
            new Case(Types.BinaryType.get(), List.of("\\x00FF", "00ff"), ByteBuffer.wrap(new byte[] {0, -1})),
            new Case(
                    Types.ListType.ofOptional(1, Types.StringType.get()),
                    List.of("[\"a\\\"b\",null,\"\"]"),
                    Arrays.asList("a\"b", null, "")),
            new Case(Types.ListType.ofOptional(1, Types.IntegerType.get()), List.of("[]"), List.of()),
            new Case(Types.StringType.get(), List.of("09:00"), "09:00"),
            new Case(Types.DateType.get(), List.of("infinity"), LocalDate.of(9999, 12, 31)),
            new Case(
                    Types.TimestampType.withZone(),
                    List.of("-infinity"),
                    OffsetDateTime.parse("0001-01-01T00:00:00Z")));

    @ParameterizedTest
    @FieldSource("CASES")
    void isTheSameFromEverySystem(Case value) {
        ColumnForm form = new ColumnForm("c", value.type);
        for (String text : value.texts) {
            assertThat(form.ofText(text)).isEqualTo(form.ofIceberg(value.iceberg));
        }
        assertThat(form.ofText(null)).isNull();
        assertThat(form.ofIceberg(null)).isNull();
    }
}
