package io.tributary.local.service;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What {@code mvn package} has put where in the project's folder. */
public final class Built {

    private Built() {}

    /** The jar that is shipped. */
    public static Path jobJar(Path home) throws IOException {
        try (Stream<Path> files = Files.list(home.resolve("job/target"))) {
            return files.filter(file -> file.getFileName().toString().matches("tributary-job-[0-9.]+\\.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("There is no job jar yet: run mvn package"));
        }
    }

    /** What stands in the lib folder of Flink's distribution. */
    public static String flink(Path home) throws IOException {
        return classpath(home, "flink");
    }

    /** What stands in the libs folder of Kafka's distribution, and Debezium beside it. */
    public static String kafka(Path home) throws IOException {
        return classpath(home, "kafka");
    }

    /** DynamoDB Local and the class that starts it. */
    public static String dynamodb(Path home) throws IOException {
        return home.resolve("deploy/local/dynamodb/target/classes") + File.pathSeparator + classpath(home, "dynamodb");
    }

    /** Spark or Trino, and the class that runs queries there; only the profile {@code long} builds them. */
    public static String reader(Path home, String engine) throws IOException {
        return home.resolve("deploy/local/" + engine + "/target/classes")
                + File.pathSeparator
                + classpath(home, engine);
    }

    private static String classpath(Path home, String service) throws IOException {
        return Files.readString(home.resolve("deploy/local/" + service + "/target/classpath"));
    }
}
