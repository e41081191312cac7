package io.tributary.sink.redshift;

import static io.tributary.sink.redshift.StandInWarehouse.row;
import static io.tributary.sink.redshift.StandInWarehouse.schema;
import static io.tributary.sink.redshift.StandInWarehouse.told;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazon.redshift.ssl.NonValidatingFactory;
import io.tributary.change.Schema;
import io.tributary.settings.Given;
import io.tributary.settings.Problems;
import io.tributary.settings.Secrets;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The warehouse is reached with a user and a password that AWS hands out: the driver's own way, against an API of ours. */
@Tag("slow")
final class IamLoginTest {

    private static final Map<String, String> CREDENTIALS =
            Map.of("aws.accessKeyId", "AKID", "aws.secretAccessKey", "wJalrXUtnFEMI");

    /** The driver keeps what it was handed out, by the name of the cluster or the workgroup. */
    private final String name = "shop-" + UUID.randomUUID();

    private final Map<String, @Nullable String> before = new HashMap<>();
    private StandInWarehouse warehouse;
    private TlsFront front;
    private LoginApi api;

    @BeforeEach
    void open(@TempDir Path folder) throws Exception {
        CREDENTIALS.forEach((key, value) -> before.put(key, System.setProperty(key, value)));
        warehouse = StandInWarehouse.open();
        front = new TlsFront(
                folder,
                URI.create(warehouse.settings().url().substring("jdbc:".length()))
                        .getPort());
        api = new LoginApi("loader", StandInWarehouse.PASSWORD);
    }

    @AfterEach
    void close() throws Exception {
        before.forEach((key, value) -> {
            if (value == null) {
                System.clearProperty(key);
            } else {
                System.setProperty(key, value);
            }
        });
        api.close();
        front.close();
        warehouse.close();
    }

    @Test
    void aClusterHandsOutAPasswordForTheUserThatTheSettingsNameAndItsTablesAreMerged() throws SQLException {
        RedshiftSettings settings = settings("ClusterID=" + name, "loader");
        Schema orders = schema("orders", "id", "id BIGINT NOT NULL", "state STRING");
        Problems problems = new Problems();
        new RedshiftScript(settings).apply(List.of(orders), problems);
        problems.throwIfAny();
        warehouse.land(told(orders, 1));
        warehouse.land(row("orders", "c", 1, 1, "\"id\":1,\"state\":\"new\""));
        try (RedshiftRunner runner = new RedshiftRunner(settings, Set.of("orders"))) {
            runner.mergeOnce();
        }
        assertThat(warehouse.query("SELECT id, state FROM " + warehouse.target("orders")))
                .containsExactly("1|new");
        assertThat(api.requests())
                .filteredOn(request -> !request.get("Action").startsWith("Describe"))
                .as("kept for all connections")
                .singleElement()
                .satisfies(request -> assertThat(request)
                        .containsEntry("Action", "GetClusterCredentials")
                        .containsEntry("For", "eu-central-1/redshift")
                        .containsEntry("ClusterIdentifier", name)
                        .containsEntry("DbName", "postgres")
                        .containsEntry("DbUser", "loader")
                        .doesNotContainKeys("AutoCreate", "DbGroups.DbGroup.1"));
    }

    @Test
    void withoutAUserAClusterIsAskedForTheRoles() throws SQLException {
        assertThat(user(settings("ClusterID=" + name, null))).isEqualTo("loader");
        assertThat(api.requests().get(api.requests().size() - 1))
                .containsEntry("Action", "GetClusterCredentialsWithIAM")
                .containsEntry("ClusterIdentifier", name)
                .doesNotContainKey("DbUser");
    }

    @Test
    void aWorkgroupIsAskedForTheRolesUser() throws SQLException {
        assertThat(user(settings("isServerless=true;ServerlessWorkGroup=" + name, null)))
                .isEqualTo("loader");
        assertThat(api.requests())
                .singleElement()
                .satisfies(request -> assertThat(request)
                        .containsEntry("Action", "RedshiftServerless.GetCredentials")
                        .containsEntry("For", "eu-central-1/redshift-serverless")
                        .containsEntry("workgroupName", name)
                        .containsEntry("dbName", "postgres"));
    }

    @Test
    void whatHasExpiredIsAskedForAgain() throws SQLException {
        api.handsOutFor(Duration.ofSeconds(-1));
        RedshiftSettings settings = settings("isServerless=true;ServerlessWorkGroup=" + name, null);
        user(settings);
        api.handsOutFor(Duration.ofHours(1));
        user(settings);
        user(settings);
        assertThat(api.requests()).hasSize(2);
    }

    @Test
    void aRoleThatMayNotIsToldWhatItMayNot() {
        api.denies();
        assertThatThrownBy(() -> user(settings("ClusterID=" + name, "loader")))
                .isInstanceOf(SQLException.class)
                .hasMessageStartingWith("Cannot connect to jdbc:redshift:iam://127.0.0.1:" + front.port()
                        + "/postgres as loader: User: arn:aws:sts::123456789012:assumed-role/merge/i-1 is not authorized"
                        + " to perform: redshift:GetClusterCredentials")
                .hasMessageNotContaining("EndpointUrl")
                .hasNoCause();
    }

    @Test
    void whatTheWarehouseRefusesIsNoMatterOfThePasswordInTheSettings() throws Exception {
        try (LoginApi other = new LoginApi("guest", "wrong")) {
            api.close();
            api = other;
            assertThatThrownBy(() -> user(settings("isServerless=true;ServerlessWorkGroup=" + name, null)))
                    .hasMessageContaining("as the user of the role: ")
                    .hasMessageEndingWith("Check redshift.username, and the role that is used here.");
        }
    }

    private RedshiftSettings settings(String where, @Nullable String username) {
        Configuration configuration = new Configuration();
        configuration.setString(
                "redshift.url",
                "jdbc:redshift:iam://127.0.0.1:" + front.port() + "/postgres?Region=eu-central-1;" + where
                        + ";EndpointUrl=" + api.address() + ";ssl=true;sslfactory="
                        + NonValidatingFactory.class.getName());
        if (username != null) {
            configuration.setString("redshift.username", username);
        }
        configuration.setString("redshift.dialect", "postgres");
        configuration.setString("redshift.schema", warehouse.settings().schema());
        Problems problems = new Problems();
        RedshiftSettings settings =
                RedshiftSettings.from(Given.of(configuration, new Secrets(key -> null, key -> null), problems));
        problems.throwIfAny();
        return settings;
    }

    private static String user(RedshiftSettings settings) throws SQLException {
        try (Connection connection = settings.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT CURRENT_USER")) {
            rows.next();
            return rows.getString(1);
        }
    }
}
