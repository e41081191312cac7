package io.tributary.local.service.kafka;

import io.tributary.local.service.Child;
import io.tributary.local.service.Guard;
import io.tributary.local.service.JavaProcess;
import io.tributary.local.service.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A Kafka broker that is its own controller. Topics are made when they are written, with two partitions. */
public final class KafkaBroker implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final String HOST = "127.0.0.1";

    private final Child process;
    private final String address;

    private KafkaBroker(Child process, String address) {
        this.process = process;
        this.address = address;
    }

    public static KafkaBroker start(Guard guard, Path folder, String classpath) throws Exception {
        int port = Waiting.freePort();
        Path properties = write(folder, port, Waiting.freePort());
        Child process = Child.start(
                guard,
                "the Kafka broker",
                folder.resolve("broker.log"),
                Map.of(),
                JavaProcess.command(
                        List.of("-Xmx384m", "-XX:+UseSerialGC", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"),
                        classpath,
                        "kafka.Kafka",
                        List.of(properties.toString())));
        try {
            Waiting.until("the Kafka broker answers", PATIENCE, () -> {
                process.checkAlive();
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                return true;
            });
            return new KafkaBroker(process, HOST + ":" + port);
        } catch (Exception e) {
            process.close();
            throw e;
        }
    }

    /** Its settings, and what kafka-storage would write into its folder of data. */
    private static Path write(Path folder, int port, int controllerPort) throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(data.resolve("meta.properties"), """
                version=1
                cluster.id=dHJpYnV0YXJ5LWRlbW8tMQ
                node.id=1
                """);
        return Files.writeString(folder.resolve("server.properties"), """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@%1$s:%3$d
                listeners=PLAINTEXT://%1$s:%2$d,CONTROLLER://%1$s:%3$d
                advertised.listeners=PLAINTEXT://%1$s:%2$d
                controller.listener.names=CONTROLLER
                inter.broker.listener.name=PLAINTEXT
                listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
                log.dirs=%4$s
                num.partitions=2
                offsets.topic.num.partitions=1
                offsets.topic.replication.factor=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                group.initial.rebalance.delay.ms=0
                log.segment.bytes=67108864
                """.formatted(HOST, port, controllerPort, data));
    }

    /** Host and port, as clients want them in {@code bootstrap.servers}. */
    public String address() {
        return address;
    }

    @Override
    public void close() {
        process.close();
    }
}
