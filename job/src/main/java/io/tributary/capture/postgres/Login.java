package io.tributary.capture.postgres;

import io.tributary.settings.Given;
import io.tributary.settings.Secret;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.jspecify.annotations.Nullable;

/** How the user logs in to the server: what the settings say of tokens in place of a password. */
final class Login {

    /** In place of what. */
    enum Authentication {
        PASSWORD("password"),
        IAM("iam");

        private final String spelled;

        Authentication(String spelled) {
            this.spelled = spelled;
        }

        @Override
        public String toString() {
            return spelled;
        }
    }

    static final ConfigOption<Authentication> AUTHENTICATION = ConfigOptions.key("postgres.authentication")
            .enumType(Authentication.class)
            .defaultValue(Authentication.PASSWORD)
            .withDescription(
                    "How the user logs in: password, or iam, with a token of AWS IAM for Amazon RDS and Aurora that is"
                            + " made for each connection. postgres.password is not set then, and connections have TLS.");

    static final ConfigOption<String> REGION = ConfigOptions.key("postgres.region")
            .stringType()
            .noDefaultValue()
            .withDescription(
                    "With postgres.authentication iam, the AWS region of the database. By default the one in the"
                            + " name that RDS gave to the host.");

    /** As RDS names hosts: what is in front of it may be anything. */
    private static final Pattern OF_REGION =
            Pattern.compile(".+\\.([a-z]{2}(-[a-z]+)+-\\d)\\.rds\\.amazonaws\\.com(\\.cn)?");

    /** Without TLS, or perhaps without. */
    private static final Set<String> UNSAFE = Set.of("disable", "allow", "prefer");

    private Login() {}

    static boolean isIam(Given given) {
        return given.get(AUTHENTICATION) == Authentication.IAM;
    }

    static Secret token(Given given) {
        boolean isForOthers = given.isInherited(ServerSettings.PASSWORD) && !given.isInherited(AUTHENTICATION);
        if (given.has(ServerSettings.PASSWORD) && !isForOthers) {
            given.problem(
                    ServerSettings.PASSWORD, " is set in vain: " + given.key(AUTHENTICATION) + " is iam. Take it out");
        }
        String hostname = given.find(ServerSettings.HOSTNAME);
        String username = given.find(ServerSettings.USERNAME);
        return Secret.rdsToken(
                hostname == null ? "" : hostname,
                given.get(ServerSettings.PORT),
                username == null ? "" : username,
                region(hostname == null ? "" : hostname, given));
    }

    private static String region(String hostname, Given given) {
        String region = given.find(REGION);
        if (region != null) {
            return region;
        }
        Matcher ofRegion = OF_REGION.matcher(hostname);
        if (ofRegion.matches()) {
            return String.valueOf(ofRegion.group(1));
        }
        if (!hostname.isEmpty()) {
            given.problem(
                    REGION,
                    " is missing: " + given.key(AUTHENTICATION) + " is iam, and " + given.key(ServerSettings.HOSTNAME)
                            + " does not say the region. It has to be the name that RDS gave to the host");
        }
        return "";
    }

    /**
     * RDS takes tokens over TLS only.
     *
     * @param sslMode as the driver is to have it; null if nothing is said
     */
    static void checkIsSafe(Given given, ConfigOption<Map<String, String>> options, @Nullable String sslMode) {
        if (isIam(given) && sslMode != null && UNSAFE.contains(sslMode)) {
            given.problem(
                    options,
                    "sslmode",
                    " is " + sslMode + ", and RDS takes tokens of IAM over TLS only: write verify-full, and "
                            + given.key(options, "sslrootcert") + " for it, or require");
        }
    }
}
