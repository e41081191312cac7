package io.tributary.store;

import java.io.IOException;

/** A path leads out of the location of the exports, or to something that is no file. */
public final class OutsideException extends IOException {

    private static final long serialVersionUID = 1L;

    OutsideException(String name, String location) {
        super(name + " is not a file in " + location);
    }
}
