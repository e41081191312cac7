package io.tributary.local.container;

import java.util.concurrent.CountDownLatch;

/** What a container does when it is told to stop: the main thread ends as it wants to, and the process with it. */
final class Stop {

    private Stop() {}

    /** Open as soon as the process is told to stop, which then waits for the calling thread. */
    static CountDownLatch latch() {
        CountDownLatch stop = new CountDownLatch(1);
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            stop.countDown();
            try {
                main.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        return stop;
    }
}
