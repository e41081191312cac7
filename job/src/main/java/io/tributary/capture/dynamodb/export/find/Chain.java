package io.tributary.capture.dynamodb.export.find;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The newest full export of a table, and the incremental ones that go on from it without a gap. */
public final class Chain {

    private static final long NONE = -1;

    private Chain() {}

    /** Up to when the table is known from these exports, in milliseconds since 1970; -1 if there is no full one. */
    public static long end(List<Window> windows) {
        long end = NONE;
        for (Window window : windows) {
            end = window.isFull() ? Math.max(end, window.to()) : end;
        }
        List<Window> inTime = new ArrayList<>(windows);
        inTime.sort(Comparator.comparingLong(Window::from));
        for (Window window : inTime) {
            boolean goesOn = !window.isFull() && window.from() <= end;
            end = goesOn ? Math.max(end, window.to()) : end;
        }
        return end;
    }
}
