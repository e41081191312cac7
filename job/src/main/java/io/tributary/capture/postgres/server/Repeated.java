package io.tributary.capture.postgres.server;

import java.time.Duration;

/** Does something short again and again, in a thread of its own, until it is closed. */
public final class Repeated implements AutoCloseable {

    private final Thread thread;

    private Repeated(String name, Duration pause, Runnable work) {
        this.thread = new Thread(() -> repeat(pause, work), name);
        this.thread.setDaemon(true);
    }

    public static Repeated start(String name, Duration pause, Runnable work) {
        Repeated started = new Repeated(name, pause, work);
        started.thread.start();
        return started;
    }

    private static void repeat(Duration pause, Runnable work) {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                work.run();
                Thread.sleep(pause.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
