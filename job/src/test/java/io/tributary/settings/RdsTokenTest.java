package io.tributary.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

class RdsTokenTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2016-11-07T17:39:33Z"), ZoneOffset.UTC);

    private static List<String> parts(String token) {
        URI uri = URI.create("https://" + token);
        assertThat(uri.getPath()).isEqualTo("/");
        return List.of(uri.getRawQuery().split("&"));
    }

    /** What the AWS CLI and botocore make for these in their own tests. */
    @Test
    void tokensAreThoseOfOtherClientsOfAws() {
        String cli = new RdsToken("host.us-east-1.amazonaws.com", 3306, "us-east-1")
                .of("mySQLUser", AwsBasicCredentials.create("access_key", "secret_key"), CLOCK);
        assertThat(cli).startsWith("host.us-east-1.amazonaws.com:3306/?");
        assertThat(parts(cli))
                .containsExactlyInAnyOrder(
                        "DBUser=mySQLUser",
                        "Action=connect",
                        "X-Amz-Algorithm=AWS4-HMAC-SHA256",
                        "X-Amz-Date=20161107T173933Z",
                        "X-Amz-SignedHeaders=host",
                        "X-Amz-Expires=900",
                        "X-Amz-Credential=access_key%2F20161107%2Fus-east-1%2Frds-db%2Faws4_request",
                        "X-Amz-Signature=87ab58107ef49f1c311a412f98b7f976b0b5152ffb559f0d36c6c9a0c5e0e362");
        String botocore = new RdsToken("prod-instance.us-east-1.rds.amazonaws.com", 3306, "us-east-1")
                .of("someusername", AwsBasicCredentials.create("akid", "skid"), CLOCK);
        assertThat(parts(botocore))
                .contains("X-Amz-Signature=d1138cdbc0ca63eec012ec0fc6c2267e03642168f5884a7795320d4c18374c61");
    }

    @Test
    void whatARoleGivesForAWhileGoesWithIt() {
        String token = new RdsToken("db.eu-central-1.rds.amazonaws.com", 5432, "eu-central-1")
                .of("trib utary", AwsSessionCredentials.create("id", "key", "of/the+session"), CLOCK);
        assertThat(parts(token)).contains("X-Amz-Security-Token=of%2Fthe%2Bsession", "DBUser=trib%20utary");
    }
}
