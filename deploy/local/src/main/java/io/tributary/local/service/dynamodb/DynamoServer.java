package io.tributary.local.service.dynamodb;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.local.service.Child;
import io.tributary.local.service.Guard;
import io.tributary.local.service.JavaProcess;
import io.tributary.local.service.Waiting;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** DynamoDB Local, in a process of its own. Its tables are in memory, and each has a stream of its changes. */
public final class DynamoServer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Child process;
    private final Dynamo dynamo;

    private DynamoServer(Child process, URI address) {
        this.process = process;
        this.dynamo = Dynamo.at(address);
    }

    /** {@code classpath} has DynamoDB Local and the class that starts it. */
    public static DynamoServer start(Guard guard, Path folder, String classpath) throws Exception {
        int port = Waiting.freePort();
        Child process = Child.start(
                guard,
                "DynamoDB Local",
                folder.resolve("dynamodb.log"),
                Map.of(),
                JavaProcess.command(
                        List.of("-Xmx512m", "-XX:+UseSerialGC"),
                        classpath,
                        "io.tributary.local.dynamodb.LoopbackServer",
                        List.of(String.valueOf(port))));
        DynamoServer server = new DynamoServer(process, URI.create("http://127.0.0.1:" + port));
        try {
            Waiting.until("DynamoDB answers", PATIENCE, () -> {
                process.checkAlive();
                return server.dynamo.ask("ListTables", JSON.createObjectNode()).has("TableNames");
            });
            return server;
        } catch (Exception e) {
            process.close();
            throw e;
        }
    }

    public URI endpoint() {
        return dynamo.address();
    }

    /** Its tables. */
    public Dynamo dynamo() {
        return dynamo;
    }

    @Override
    public void close() {
        process.close();
    }
}
