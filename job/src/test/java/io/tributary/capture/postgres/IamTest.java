package io.tributary.capture.postgres;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.capture.postgres.plan.Grants;
import io.tributary.capture.postgres.server.JdbcOptions;
import io.tributary.capture.postgres.server.PasswordPlugin;
import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.plugin.AuthenticationRequestType;

/** There is no RDS here: what a connection would be made with, and what is said of settings. */
class IamTest {

    private static final String HOST = "shop.abc123.eu-central-1.rds.amazonaws.com";

    private final Problems problems = new Problems();

    private static Map<String, String> settings() {
        return new HashMap<>(Map.of(
                "postgres.hostname", HOST,
                "postgres.database", "shop",
                "postgres.username", "tributary",
                "postgres.authentication", "iam",
                "postgres.tables", "public.orders"));
    }

    private PostgresSettings read(Map<String, String> settings) {
        return PostgresSettings.from(
                Given.of(Configuration.fromMap(settings), new Secrets(name -> "secret", name -> null), problems));
    }

    @AfterEach
    void leaveNoCredentials() {
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }

    @Test
    void eachConnectionHasATokenOfItsOwnAndIsSafe() throws Exception {
        PostgresSettings settings = read(settings());
        assertThat(problems.sentences()).isEmpty();
        Map<String, String> options = JdbcOptions.of(settings);
        assertThat(options).containsEntry("sslmode", "require");
        Properties properties = new Properties();
        properties.putAll(options);
        for (String key : new String[] {"AKIDONE", "AKIDOTHER"}) {
            System.setProperty("aws.accessKeyId", key);
            System.setProperty("aws.secretAccessKey", "a secret");
            String token = new String(requireNonNull(
                    new PasswordPlugin(properties).getPassword(AuthenticationRequestType.CLEARTEXT_PASSWORD)));
            assertThat(token)
                    .startsWith(HOST + ":5432/?DBUser=tributary&Action=connect&")
                    .contains("X-Amz-Credential=" + key + "%2F")
                    .contains("%2Feu-central-1%2Frds-db%2Faws4_request")
                    .contains("X-Amz-Expires=900");
        }
        assertThat(settings.server().password()).hasToString("the IAM token of tributary");
    }

    @Test
    void aTokenThatCannotBeMadeIsNoConnection() {
        // Credentials of half a pair are an error wherever others could be found.
        System.setProperty("aws.accessKeyId", "AKID");
        System.setProperty("aws.secretAccessKey", "");
        Properties properties = new Properties();
        properties.putAll(JdbcOptions.of(read(settings())));
        PasswordPlugin plugin = new PasswordPlugin(properties);
        assertThatThrownBy(() -> plugin.getPassword(AuthenticationRequestType.CLEARTEXT_PASSWORD))
                .hasMessageStartingWith("No token of IAM can be made: ");
    }

    @Test
    void theRegionIsThatOfTheHostUnlessItIsSaid() {
        Map<String, String> china = settings();
        china.put("postgres.hostname", "a.cluster-ro-b.cn-north-1.rds.amazonaws.com.cn");
        read(china);
        Map<String, String> said = settings();
        said.put("postgres.hostname", "db.example.org");
        said.put("postgres.region", "us-east-1");
        read(said);
        assertThat(problems.sentences()).isEmpty();
        said.remove("postgres.region");
        read(said);
        assertThat(problems.sentences())
                .containsExactly(
                        "postgres.region is missing: postgres.authentication is iam, and postgres.hostname does not"
                                + " say the region. It has to be the name that RDS gave to the host");
    }

    @Test
    void whatContradictsItIsSaid() {
        Map<String, String> settings = settings();
        settings.put("postgres.password", "env:PASSWORD");
        settings.put("postgres.jdbc.sslmode", "prefer");
        settings.put("postgres.reader", "flink-cdc");
        read(settings);
        assertThat(problems.sentences())
                .containsExactly(
                        "postgres.password is set in vain: postgres.authentication is iam. Take it out",
                        "postgres.jdbc.sslmode is prefer, and RDS takes tokens of IAM over TLS only: write verify-full, and"
                                + " postgres.jdbc.sslrootcert for it, or require",
                        "postgres.authentication is iam, and connections of the reader flink-cdc may outlive its tokens: set"
                                + " postgres.reader to native, or use a password");
    }

    @Test
    void theUserGetsTheRolesOfRds() {
        List<String> grants = Grants.of(List.of(read(settings())));
        assertThat(grants.subList(0, 2))
                .containsExactly(
                        "CREATE ROLE \"tributary\" WITH LOGIN;", "GRANT rds_iam, rds_replication TO \"tributary\";");
    }
}
