package io.tributary.capture.dynamodb.export.read;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What a reader and its reading thread tell each other. */
final class Course {

    private final Runnable onFailure;
    private final Map<String, Integer> superseded = new ConcurrentHashMap<>();
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

    /** What is left of the parts of an export whose numbers are lower need not be read. */
    void supersede(String export, int before) {
        superseded.merge(export, before, Math::max);
    }

    boolean isSuperseded(ExportSplit split) {
        return split.number() < superseded.getOrDefault(split.export(), 0);
    }

    /** A file that is being fetched is given up. */
    void stop() {
        isStopped = true;
    }

    boolean isStopped() {
        return isStopped;
    }
}
