package io.tributary.capture.kafka;

import io.tributary.settings.Given;
import io.tributary.settings.LibraryProperties;
import io.tributary.settings.Secret;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;

/** How brokers and the registry of schemas are reached. */
final class BrokerSettings implements Serializable {

    private static final long serialVersionUID = 1L;

    static final ConfigOption<String> BOOTSTRAP_SERVERS = ConfigOptions.key("kafka.bootstrap-servers")
            .stringType()
            .noDefaultValue()
            .withDescription("The brokers to begin with, as host:port, separated by commas.");

    static final ConfigOption<Authentication> AUTHENTICATION = ConfigOptions.key("kafka.authentication")
            .enumType(Authentication.class)
            .defaultValue(Authentication.CLIENT)
            .withDescription(
                    "How the client logs in to the brokers: as kafka.client says, or with AWS IAM at Amazon MSK, as the"
                            + " role that the job runs as.");

    static final ConfigOption<String> GROUP_ID = ConfigOptions.key("kafka.group-id")
            .stringType()
            .defaultValue("tributary")
            .withDescription("The consumer group. The offsets of complete checkpoints are committed to it for others to"
                    + " see; the job itself goes on from its checkpoint.");

    static final ConfigOption<String> REGISTRY_URL = ConfigOptions.key("kafka.registry.url")
            .stringType()
            .noDefaultValue()
            .withDescription("The schema registry of records in Avro: Confluent's, or another with its API.");

    static final ConfigOption<String> REGISTRY_USERNAME = ConfigOptions.key("kafka.registry.username")
            .stringType()
            .noDefaultValue()
            .withDescription("The user of the registry, if it asks for one.");

    static final ConfigOption<String> REGISTRY_PASSWORD = ConfigOptions.key("kafka.registry.password")
            .stringType()
            .noDefaultValue()
            .withDescription("A reference to that user's password: env:NAME, file:/path or secretsmanager:id#key.");

    static final ConfigOption<Duration> TIMEOUT = ConfigOptions.key("kafka.check-timeout")
            .durationType()
            .defaultValue(Duration.ofSeconds(15))
            .withDescription("How long the checks before the start wait for brokers and for the newest records.");

    static final ConfigOption<Map<String, String>> CLIENT = ConfigOptions.key("kafka.client")
            .mapType()
            .noDefaultValue()
            .withDescription("Passed to the Kafka consumer, for instance kafka.client.security.protocol and"
                    + " kafka.client.sasl.mechanism. Secrets among them, such as"
                    + " sasl.jaas.config and ssl.key.password, are references.");

    /** What the source sets itself. */
    private static final List<String> OURS = List.of(
            "bootstrap.servers",
            "group.id",
            "key.deserializer",
            "value.deserializer",
            "auto.offset.reset",
            "enable.auto.commit");

    private static final List<ConfigOption<?>> OPTIONS = List.of(
            BOOTSTRAP_SERVERS,
            AUTHENTICATION,
            GROUP_ID,
            REGISTRY_URL,
            REGISTRY_USERNAME,
            REGISTRY_PASSWORD,
            TIMEOUT,
            CLIENT);

    private final Configuration values;
    private final @Nullable Secret registryPassword;
    private final LibraryProperties client;

    private BrokerSettings(Given given) {
        values = given.values(OPTIONS);
        registryPassword = given.secret(REGISTRY_PASSWORD);
        client = given.properties(CLIENT);
    }

    static BrokerSettings from(Given given) {
        given.required(BOOTSTRAP_SERVERS, "");
        BrokerSettings settings = new BrokerSettings(given);
        if (!given.has(REGISTRY_URL) && (given.has(REGISTRY_USERNAME) || given.has(REGISTRY_PASSWORD))) {
            given.problem(REGISTRY_URL, " is missing, and a user of the registry is set");
        }
        given.atLeast(Duration.ofMillis(1), TIMEOUT);
        settings.client.names().stream().filter(OURS::contains).forEach(name -> {
            given.problem(CLIENT, "." + name + " is set by the job: take it out");
        });
        Authentication authentication = given.get(AUTHENTICATION);
        settings.client.names().stream()
                .filter(authentication.properties()::containsKey)
                .forEach(name -> given.problem(
                        CLIENT,
                        "." + name + " is set by " + AUTHENTICATION.key() + " " + authentication + ": take it out"));
        return settings;
    }

    String groupId() {
        return values.get(GROUP_ID);
    }

    @Nullable
    String registryUrl() {
        return values.get(REGISTRY_URL);
    }

    @Nullable
    String registryUsername() {
        return values.get(REGISTRY_USERNAME);
    }

    @Nullable
    Secret registryPassword() {
        return registryPassword;
    }

    /** How long checks may wait. */
    Duration timeout() {
        return values.get(TIMEOUT);
    }

    /** For a Kafka client, secrets included. */
    Properties client() {
        Properties copy = new Properties();
        // Debezium may write in transactions, of which those that were given up are no changes.
        copy.setProperty("isolation.level", "read_committed");
        copy.putAll(values.get(AUTHENTICATION).properties());
        copy.putAll(client.asMap());
        copy.setProperty("bootstrap.servers", toString());
        return copy;
    }

    @Override
    public String toString() {
        return values.getOptional(BOOTSTRAP_SERVERS).orElse("");
    }
}
