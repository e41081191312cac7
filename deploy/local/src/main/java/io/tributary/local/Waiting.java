package io.tributary.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for what another process does, with an end. */
final class Waiting {

    private static final long PAUSE_MILLIS = 100;

    private Waiting() {}

    /** Fails with what the last try threw, or with the sentence, when the time is over. */
    static void until(String what, Duration atMost, Callable<Boolean> happened) throws Exception {
        long end = System.nanoTime() + atMost.toNanos();
        while (true) {
            Exception last = null;
            try {
                if (happened.call()) {
                    return;
                }
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                last = e;
            }
            if (System.nanoTime() > end) {
                throw new IOException("Waited " + atMost.toSeconds() + " s in vain until " + what, last);
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    /** A port that was free a moment ago. */
    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
