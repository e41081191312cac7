package io.tributary.udfs;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.ScalarFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@code keyed_hash(text)}: HMAC-SHA-256 of the text in UTF-8, as 64 hexadecimal digits; NULL for NULL. Equal texts have equal hashes, so
 * they can be joined and counted, and nobody without the key can try out which text it was.
 *
 * <p>The key is the function's argument, {@code sql.function-arguments.keyed_hash: [env:HASH_KEY]}, of 32 characters or more. With the key
 * of {@code columns.hash-key} a text has the hash that it has in a column that is hashed. Texts that are to be equal are made so
 * before: {@code keyed_hash(clean_email(email))}. Not idempotent: the hash of a hash is another one.
 */
public final class KeyedHash extends ScalarFunction {

    private static final long serialVersionUID = 1L;

    private static final String ALGORITHM = "HmacSHA256";
    private static final int SHORTEST_KEY = 32;
    private static final char[] DIGITS = "0123456789abcdef".toCharArray();

    private final String key;
    private transient @Nullable Mac mac;

    public KeyedHash(String key) {
        if (key.length() < SHORTEST_KEY) {
            throw new IllegalArgumentException(
                    "the key of keyed_hash has " + key.length() + " characters: give it " + SHORTEST_KEY + " or more");
        }
        this.key = key;
    }

    @Override
    public void open(FunctionContext context) {
        mac = made();
    }

    public @Nullable String eval(@Nullable String text) {
        if (text == null) {
            return null;
        }
        Mac ready = mac == null ? made() : mac;
        mac = ready;
        byte[] hash = ready.doFinal(text.getBytes(StandardCharsets.UTF_8));
        char[] digits = new char[2 * hash.length];
        for (int i = 0; i < hash.length; i++) {
            digits[2 * i] = DIGITS[(hash[i] >> 4) & 15];
            digits[2 * i + 1] = DIGITS[hash[i] & 15];
        }
        return new String(digits);
    }

    private Mac made() {
        try {
            Mac made = Mac.getInstance(ALGORITHM);
            made.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            return made;
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("Every Java has " + ALGORITHM, e);
        }
    }
}
