package io.tributary.capture.dynamodb.export;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What a reader and its reading thread tell each other. */
final class Course {

    private final Runnable onFailure;
    private final Set<String> superseded = ConcurrentHashMap.newKeySet();
    private volatile boolean isStopped;
    private volatile int failing;

    /**
     * @param onFailure called in the emitting thread when a file has to wait and another one may be read
     */
    Course(Runnable onFailure) {
        this.onFailure = onFailure;
    }

    void failed() {
        onFailure.run();
    }

    /** So many files cannot be read as they are. */
    void failing(int files) {
        failing = files;
    }

    int failing() {
        return failing;
    }

    /** What is left of an export need not be read. */
    void supersede(String export) {
        superseded.add(export);
    }

    boolean isSuperseded(String export) {
        return superseded.contains(export);
    }

    /** A file that is being fetched is given up. */
    void stop() {
        isStopped = true;
    }

    boolean isStopped() {
        return isStopped;
    }
}
