package io.tributary.capture;

import java.util.Arrays;
import java.util.Random;

/** Records that went wrong on their way, or on purpose: the same ones for the same seed. */
public final class Mutations {

    /** A length of two gigabytes in Avro, and what a JSON parser takes for something else. */
    private static final byte[][] PIECES = {
        {(byte) 0xfe, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f},
        {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 1},
        {0, 0, 0, 0},
        "1e999999999".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
        "[[[[[[[[".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
        {'"'},
        {'{'}
    };

    private final Random random;

    public Mutations(long seed) {
        this.random = new Random(seed);
    }

    public byte[] of(byte[] record) {
        byte[] bytes = record.clone();
        for (int i = random.nextInt(3); i >= 0 && bytes.length > 1; i--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] = (byte) random.nextInt();
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes = Arrays.copyOf(bytes, at);
                default -> {
                    byte[] piece = PIECES[random.nextInt(PIECES.length)];
                    int kept = Math.min(bytes.length, at + random.nextInt(piece.length + 1));
                    byte[] longer = Arrays.copyOf(bytes, at + piece.length + bytes.length - kept);
                    System.arraycopy(piece, 0, longer, at, piece.length);
                    System.arraycopy(bytes, kept, longer, at + piece.length, bytes.length - kept);
                    bytes = longer;
                }
            }
        }
        return bytes;
    }
}
