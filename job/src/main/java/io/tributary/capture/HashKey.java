package io.tributary.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.settings.Secret;
import java.io.Serializable;
import java.nio.ByteBuffer;

/**
 * The key of {@link KeyedHash}, as it was when the job was submitted: unlike a password it is not read again, since hashes by
 * another key are equal to none of those before.
 */
final class HashKey implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final String OF_THE_KEY = "the key of tributary's column hashes";

    private final Secret secret;

    HashKey(Secret secret) {
        this.secret = secret;
    }

    /** For one thread. */
    KeyedHash open() {
        return new KeyedHash(secret.value().getBytes(UTF_8));
    }

    /** By which it is told from other keys, and which does not tell it. */
    long fingerprint() {
        return ByteBuffer.wrap(open().bytes(OF_THE_KEY.getBytes(UTF_8))).getLong();
    }

    @Override
    public String toString() {
        return secret.toString();
    }
}
