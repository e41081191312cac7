package io.tributary.capture.kafka;

import io.tributary.capture.debezium.DebeziumRecord;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/** A real broker in this process, which is its own controller, on free ports and in a folder that is removed. */
final class Broker implements AutoCloseable {

    private final Path folder;
    private final String address;
    private final KafkaRaftServer server;
    private final Admin admin;
    private final KafkaProducer<byte[], byte[]> producer;

    private Broker(Path folder, String address, KafkaRaftServer server) {
        this.folder = folder;
        this.address = address;
        this.server = server;
        this.admin = Admin.create(Map.of("bootstrap.servers", address));
        ByteArraySerializer bytes = new ByteArraySerializer();
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", address, "linger.ms", "0", "compression.type", "zstd"), bytes, bytes);
    }

    static Broker start() throws IOException {
        Path folder = Files.createTempDirectory("broker");
        Files.writeString(
                folder.resolve("meta.properties"), "version=1\ncluster.id=5L6g3nShT-eMCtK--X86sw\nnode.id=1\n");
        List<Integer> ports = freePorts();
        String address = "localhost:" + ports.get(0);
        String controller = "localhost:" + ports.get(1);
        Properties config = new Properties();
        config.putAll(Map.of(
                "process.roles", "broker,controller",
                "node.id", "1",
                "controller.quorum.voters", "1@" + controller,
                "controller.listener.names", "CONTROLLER",
                "listeners", "PLAINTEXT://" + address + ",CONTROLLER://" + controller,
                "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "log.dirs", folder.toString(),
                "auto.create.topics.enable", "false",
                "num.network.threads", "1",
                "num.io.threads", "2"));
        config.putAll(Map.of(
                "offsets.topic.replication.factor", "1",
                "offsets.topic.num.partitions", "1",
                "transaction.state.log.replication.factor", "1",
                "transaction.state.log.min.isr", "1",
                "transaction.state.log.num.partitions", "1",
                "group.initial.rebalance.delay.ms", "0",
                "log.cleaner.enable", "false"));
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(config), Time.SYSTEM);
        server.startup();
        return new Broker(folder, address, server);
    }

    private static List<Integer> freePorts() throws IOException {
        try (ServerSocket one = new ServerSocket(0);
                ServerSocket other = new ServerSocket(0)) {
            return List.of(one.getLocalPort(), other.getLocalPort());
        }
    }

    String address() {
        return address;
    }

    /** The settings of a job that reads these topics. */
    Map<String, String> settings(String topics) {
        Map<String, String> settings = new HashMap<>();
        settings.put("kafka.bootstrap-servers", address);
        settings.put("kafka.topics", topics);
        return settings;
    }

    void topic(String name, int partitions) throws Exception {
        admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1)))
                .all()
                .get();
    }

    Admin admin() {
        return admin;
    }

    /** Puts a record at the end of a partition. */
    void send(String topic, int partition, byte @Nullable [] key, byte @Nullable [] value) {
        producer.send(new ProducerRecord<>(topic, partition, key, value));
    }

    void send(DebeziumRecord record) {
        producer.send(new ProducerRecord<>(
                record.topic(), record.partition(), record.timestamp(), record.key(), record.value()));
    }

    /** All that was sent is in its topics. */
    void flush() {
        producer.flush();
    }

    @Override
    public void close() throws IOException {
        producer.close();
        admin.close();
        server.shutdown();
        server.awaitShutdown();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
