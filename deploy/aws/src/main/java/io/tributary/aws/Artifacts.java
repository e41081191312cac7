package io.tributary.aws;

import java.nio.file.Path;

/** What was built and goes to AWS: the job's jar, and the folder of what runs in functions. */
final class Artifacts {

    private final Path jobJar;
    private final Path functions;

    Artifacts(Path jobJar, Path functions) {
        this.jobJar = jobJar;
        this.functions = functions;
    }

    /** The jar that is submitted, with all but Flink. */
    Path jobJar() {
        return jobJar;
    }

    /** Has {@code lib}: the job's jar, Flink's, and this module's. */
    Path functions() {
        return functions;
    }
}
