package io.tributary.capture.kafka;

import io.tributary.change.RawRecord;
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
public final class Broker implements AutoCloseable {

    /** Of the user reader, where one has to say who one is. */
    static final String PASSWORD = "pass-word";

    private final Path folder;
    private final String address;
    private final String secured;
    private final KafkaRaftServer server;
    private final Admin admin;
    private final KafkaProducer<byte[], byte[]> producer;

    private Broker(Path folder, String address, String secured, KafkaRaftServer server) {
        this.folder = folder;
        this.address = address;
        this.secured = secured;
        this.server = server;
        this.admin = Admin.create(Map.of("bootstrap.servers", address));
        ByteArraySerializer bytes = new ByteArraySerializer();
        // One request at a time: a new topic may refuse the first and take the second, after which it never takes the
        // first.
        this.producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers", address,
                        "linger.ms", "0",
                        "compression.type", "zstd",
                        "max.in.flight.requests.per.connection", "1"),
                bytes,
                bytes);
    }

    public static Broker start() throws IOException {
        Path folder = Files.createTempDirectory("broker");
        Files.writeString(
                folder.resolve("meta.properties"), "version=1\ncluster.id=5L6g3nShT-eMCtK--X86sw\nnode.id=1\n");
        List<Integer> ports = freePorts();
        String address = "localhost:" + ports.get(0);
        String controller = "localhost:" + ports.get(1);
        String secured = "localhost:" + ports.get(2);
        Properties config = new Properties();
        config.putAll(Map.of(
                "process.roles", "broker,controller",
                "node.id", "1",
                "controller.quorum.voters", "1@" + controller,
                "controller.listener.names", "CONTROLLER",
                "listeners", "PLAINTEXT://" + address + ",SECURED://" + secured + ",CONTROLLER://" + controller,
                "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,SECURED:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
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
                "log.cleaner.enable", "false",
                // Records of tests are of 1970.
                "log.retention.ms", "-1",
                "controlled.shutdown.enable", "false"));
        config.putAll(Map.of(
                "inter.broker.listener.name", "PLAINTEXT",
                "listener.name.secured.sasl.enabled.mechanisms", "PLAIN",
                "listener.name.secured.plain.sasl.jaas.config",
                        "org.apache.kafka.common.security.plain.PlainLoginModule required user_reader=\"" + PASSWORD
                                + "\";"));
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(config), Time.SYSTEM);
        server.startup();
        return new Broker(folder, address, secured, server);
    }

    private static List<Integer> freePorts() throws IOException {
        try (ServerSocket one = new ServerSocket(0);
                ServerSocket other = new ServerSocket(0);
                ServerSocket third = new ServerSocket(0)) {
            return List.of(one.getLocalPort(), other.getLocalPort(), third.getLocalPort());
        }
    }

    /** Where one has to say who one is. */
    String secured() {
        return secured;
    }

    /** The settings of a job that reads these topics. */
    public Map<String, String> settings(String topics) {
        Map<String, String> settings = new HashMap<>();
        settings.put("kafka.bootstrap-servers", address);
        settings.put("kafka.topics", topics);
        return settings;
    }

    public void topic(String name, int partitions) throws Exception {
        topic(name, partitions, Map.of());
    }

    public void topic(String name, int partitions, Map<String, String> configuration) throws Exception {
        admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1).configs(configuration)))
                .all()
                .get();
    }

    public Admin admin() {
        return admin;
    }

    /** Puts a record at the end of a partition. */
    public void send(String topic, int partition, byte @Nullable [] key, byte @Nullable [] value) {
        producer.send(new ProducerRecord<>(topic, partition, key, value));
    }

    void send(RawRecord record) {
        producer.send(new ProducerRecord<>(
                record.topic(), record.partition(), record.timestamp(), record.key(), record.value()));
    }

    /** All that was sent is in its topics. */
    public void flush() {
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
