package io.tributary.store;

import java.io.IOException;

/** A file is longer than files of its kind are. */
public final class TooLongException extends IOException {

    private static final long serialVersionUID = 1L;

    TooLongException(String name, int longest) {
        super(name + " has more than the " + longest + " bytes that are read of such a file");
    }

    /** With what of the file was read: one byte more than is allowed shows that it is too long. */
    static byte[] checked(byte[] bytes, String name, int longest) throws TooLongException {
        if (bytes.length > longest) {
            throw new TooLongException(name, longest);
        }
        return bytes;
    }
}
