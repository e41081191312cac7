package io.tributary.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.change.CanonicalText;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.LogicalType;

/**
 * HMAC-SHA-256 (RFC 2104) of a value's one form as text ({@link CanonicalText}) in UTF-8, as 64 lower-case hexadecimal digits. So
 * a value has the same hash in every table of every system, and whatever the type of its column is, as far as it prints the same.
 *
 * <p>Not safe for use by several threads.
 */
public final class KeyedHash {

    private static final String ALGORITHM = "HmacSHA256";
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(UTF_8);

    private final Mac mac;

    KeyedHash(byte[] key) {
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("Every Java has HMAC-SHA-256, which takes any key", e);
        }
    }

    /** Of a value in Flink's internal form: the digits, in ASCII. */
    public byte[] of(Object value, LogicalType type) {
        return of(
                value instanceof StringData
                        ? ((StringData) value).toBytes()
                        : CanonicalText.of(value, type).getBytes(UTF_8));
    }

    /** Of a text in UTF-8. */
    public byte[] of(byte[] text) {
        byte[] hash = bytes(text);
        byte[] digits = new byte[2 * hash.length];
        for (int i = 0; i < hash.length; i++) {
            digits[2 * i] = DIGITS[hash[i] >> 4 & 15];
            digits[2 * i + 1] = DIGITS[hash[i] & 15];
        }
        return digits;
    }

    byte[] bytes(byte[] text) {
        return mac.doFinal(text);
    }
}
