package io.tributary.capture.postgres;

import io.tributary.settings.Given;
import io.tributary.settings.LibraryProperties;
import io.tributary.settings.Secret;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;

/** Which PostgreSQL database to connect to, as whom, and for how long a connection is waited for. */
public final class ServerSettings implements Serializable {

    private static final long serialVersionUID = 1L;

    static final ConfigOption<String> HOSTNAME = ConfigOptions.key("postgres.hostname")
            .stringType()
            .noDefaultValue()
            .withDescription("The host of the database: the primary, or a standby where postgres.allow-standby says so,"
                    + " but not a connection pooler.");

    static final ConfigOption<Boolean> ALLOW_STANDBY = ConfigOptions.key("postgres.allow-standby")
            .booleanType()
            .defaultValue(false)
            .withDescription(
                    "Whether the server may be a standby: from PostgreSQL 16 on, with the reader native. If not,"
                            + " a standby is taken for one that is about to become the primary, and waited for.");

    static final ConfigOption<Integer> PORT = ConfigOptions.key("postgres.port")
            .intType()
            .defaultValue(5432)
            .withDescription("The port of the database.");

    static final ConfigOption<String> DATABASE = ConfigOptions.key("postgres.database")
            .stringType()
            .noDefaultValue()
            .withDescription("The name of the database.");

    static final ConfigOption<String> USERNAME = ConfigOptions.key("postgres.username")
            .stringType()
            .noDefaultValue()
            .withDescription(
                    "A user with REPLICATION and SELECT on the tables; the command grants prints the statements.");

    static final ConfigOption<String> PASSWORD = ConfigOptions.key("postgres.password")
            .stringType()
            .noDefaultValue()
            .withDescription("A reference to the user's password: env:NAME, file:/path or secretsmanager:id#key.");

    static final ConfigOption<Duration> CONNECT_TIMEOUT = ConfigOptions.key("postgres.connect-timeout")
            .durationType()
            .defaultValue(Duration.ofSeconds(15))
            .withDescription("How long to wait for a connection.");

    static final ConfigOption<Duration> READ_TIMEOUT = ConfigOptions.key("postgres.read-timeout")
            .durationType()
            .defaultValue(Duration.ofSeconds(60))
            .withDescription("How long a connection may be silent before it is given up and made anew: the server"
                    + " sends keep-alives over the slot's connection, so silence means that it is away. A"
                    + " statement has to return its first byte within this time, and waits for a lock for half"
                    + " of it at a time. In whole seconds.");

    static final ConfigOption<Duration> RECONNECT_TIMEOUT = ConfigOptions.key("postgres.reconnect-timeout")
            .durationType()
            .defaultValue(Duration.ofMinutes(5))
            .withDescription(
                    "How long the reader native tries to reach a server that does not answer, or whose slot another"
                            + " connection still has, before the job fails and Flink's restart strategy decides.");

    static final ConfigOption<Map<String, String>> JDBC = ConfigOptions.key("postgres.jdbc")
            .mapType()
            .noDefaultValue()
            .withDescription("Passed to the PostgreSQL driver, for instance postgres.jdbc.sslmode and"
                    + " postgres.jdbc.sslrootcert. User and"
                    + " password are not set here; other secrets, such as sslpassword, are references.");

    static final List<ConfigOption<?>> OPTIONS = List.of(
            HOSTNAME,
            ALLOW_STANDBY,
            PORT,
            DATABASE,
            USERNAME,
            PASSWORD,
            Login.AUTHENTICATION,
            Login.REGION,
            CONNECT_TIMEOUT,
            READ_TIMEOUT,
            RECONNECT_TIMEOUT,
            JDBC);

    /** Options of the driver that have settings of their own. */
    private static final List<String> NOT_PASSED_ON = List.of("user", "password");

    private final Configuration values;
    private final Secret password;
    private final LibraryProperties jdbc;

    private ServerSettings(Configuration values, Secret password, LibraryProperties jdbc) {
        this.values = values;
        this.password = password;
        this.jdbc = jdbc;
    }

    static ServerSettings from(Given given) {
        given.required(HOSTNAME, "");
        given.required(DATABASE, "");
        given.required(USERNAME, "");
        Secret password = Login.isIam(given) ? Login.token(given) : given.requiredSecret(PASSWORD);
        given.between(1, 65_535, PORT);
        given.atLeast(Duration.ofSeconds(1), CONNECT_TIMEOUT);
        given.atLeast(Duration.ofSeconds(1), READ_TIMEOUT);
        given.atLeast(Duration.ZERO, RECONNECT_TIMEOUT);
        return new ServerSettings(given.values(OPTIONS), password, jdbc(given));
    }

    private static LibraryProperties jdbc(Given given) {
        LibraryProperties jdbc = given.properties(JDBC);
        Login.checkIsSafe(given, JDBC, jdbc.asMap().get("sslmode"));
        for (String name : NOT_PASSED_ON) {
            if (jdbc.contains(name)) {
                given.problem(
                        JDBC, name, " is not passed on: set " + given.key(USERNAME) + " and " + given.key(PASSWORD));
            }
        }
        return jdbc;
    }

    public String hostname() {
        return values.get(HOSTNAME);
    }

    public boolean mayBeStandby() {
        return values.get(ALLOW_STANDBY);
    }

    public int port() {
        return values.get(PORT);
    }

    public String database() {
        return values.get(DATABASE);
    }

    public String username() {
        return values.get(USERNAME);
    }

    public Secret password() {
        return password;
    }

    /** Whether the password is a token of AWS IAM. */
    public boolean isIam() {
        return values.get(Login.AUTHENTICATION) == Login.Authentication.IAM;
    }

    public Duration connectTimeout() {
        return values.get(CONNECT_TIMEOUT);
    }

    public Duration readTimeout() {
        return values.get(READ_TIMEOUT);
    }

    public Duration reconnectTimeout() {
        return values.get(RECONNECT_TIMEOUT);
    }

    /** Options for the driver, sorted by name, secrets included. */
    public Map<String, String> jdbc() {
        return jdbc.asMap();
    }

    /** The names of those options for the driver that are secrets. */
    Set<String> secretOptions() {
        Set<String> names = new TreeSet<>(jdbc.secretNames());
        names.removeAll(NOT_PASSED_ON);
        return names;
    }

    @Override
    public String toString() {
        return username() + "@" + hostname() + ":" + port() + "/" + database();
    }
}
