package io.tributary.capture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.DateType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.SmallIntType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.Test;

class KeyedHashTest {

    private static final VarCharType TEXT = new VarCharType(VarCharType.MAX_LENGTH);

    private static String digits(KeyedHash hash, Object value, LogicalType type) {
        return new String(hash.of(value, type), UTF_8);
    }

    private static String digits(KeyedHash hash, String text) {
        return digits(hash, StringData.fromString(text), TEXT);
    }

    /** RFC 4231, test cases 1, 2 and 6. */
    @Test
    void isTheHmacOfTheStandard() {
        byte[] key = new byte[20];
        Arrays.fill(key, (byte) 0x0b);
        assertThat(digits(new KeyedHash(key), "Hi There"))
                .isEqualTo("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
        assertThat(digits(new KeyedHash("Jefe".getBytes(UTF_8)), "what do ya want for nothing?"))
                .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        byte[] longKey = new byte[131];
        Arrays.fill(longKey, (byte) 0xaa);
        assertThat(digits(new KeyedHash(longKey), "Test Using Larger Than Block-Size Key - Hash Key First"))
                .isEqualTo("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    }

    @Test
    void equalValuesOfOtherTypesHaveTheHashOfTheirText() {
        KeyedHash hash = new KeyedHash("a key that is long enough for it".getBytes(UTF_8));
        String of42 = digits(hash, "42");
        assertThat(digits(hash, (short) 42, new SmallIntType())).isEqualTo(of42);
        assertThat(digits(hash, 42, new IntType())).isEqualTo(of42);
        assertThat(digits(hash, 42L, new BigIntType())).isEqualTo(of42);
        assertThat(digits(hash, DecimalData.fromBigDecimal(new BigDecimal("42.00"), 10, 2), new DecimalType(10, 2)))
                .isEqualTo(of42);
        assertThat(digits(hash, true, new BooleanType())).isEqualTo(digits(hash, "true"));
        assertThat(digits(hash, (int) LocalDate.of(2024, 2, 29).toEpochDay(), new DateType()))
                .isEqualTo(digits(hash, "2024-02-29"));
        assertThat(digits(
                        hash,
                        TimestampData.fromLocalDateTime(LocalDateTime.of(2024, 2, 29, 12, 30, 0, 500_000_000)),
                        new TimestampType(6)))
                .isEqualTo(digits(hash, "2024-02-29T12:30:00.500"));
        assertThat(digits(hash, new byte[] {1, 2, 3}, new VarBinaryType(10))).isEqualTo(digits(hash, "AQID"));
        assertThat(of42).isNotEqualTo(digits(hash, "42.0")).isNotEqualTo(digits(hash, "43"));
    }
}
