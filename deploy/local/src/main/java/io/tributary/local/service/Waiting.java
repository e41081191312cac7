package io.tributary.local.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for what another process does, with an end. */
public final class Waiting {

    private static final long PAUSE_MILLIS = 100;

    private Waiting() {}

    /** A server that does not listen yet is waited for; fails with whatever else goes wrong, or when the time is over. */
    public static void until(String what, Duration atMost, Callable<Boolean> happened) throws Exception {
        long end = System.nanoTime() + atMost.toNanos();
        ConnectException last = null;
        do {
            try {
                if (happened.call()) {
                    return;
                }
            } catch (ConnectException e) {
                last = e;
            }
            Thread.sleep(PAUSE_MILLIS);
        } while (System.nanoTime() < end);
        throw new IOException("Waited " + atMost.toSeconds() + " s in vain until " + what, last);
    }

    /** A port of the loopback interface that was free a moment ago. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
