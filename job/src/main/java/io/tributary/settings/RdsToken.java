package io.tributary.settings;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * What stands in the place of a password of Amazon RDS and Aurora for a user of IAM: the URL of a connection, signed for a quarter
 * of an hour (AWS Signature Version 4, in the query), without its https://. It is made anew for each connection, by the credentials
 * that the AWS SDK finds where it is made; whether they may connect as that user only the server says.
 */
final class RdsToken implements Secrets.Store {

    private static final long serialVersionUID = 1L;

    private static final Duration VALID = Duration.ofMinutes(15);
    private static final String SCHEME = "https://";

    private final String hostname;
    private final int port;
    private final String region;

    /** @param hostname as RDS names it: the token is for that name */
    RdsToken(String hostname, int port, String region) {
        this.hostname = hostname;
        this.port = port;
        this.region = region;
    }

    @Override
    public String find(String username) throws IOException {
        try (DefaultCredentialsProvider provider =
                DefaultCredentialsProvider.builder().build()) {
            return of(username, provider.resolveCredentials(), Clock.systemUTC());
        } catch (SdkException e) {
            throw new IOException("No token of IAM can be made: " + e.getMessage(), e);
        }
    }

    String of(String username, AwsCredentialsIdentity credentials, Clock clock) {
        SdkHttpRequest connection = SdkHttpRequest.builder()
                .method(SdkHttpMethod.GET)
                .protocol("https")
                .host(hostname)
                .port(port)
                .encodedPath("/")
                .putRawQueryParameter("DBUser", username)
                .putRawQueryParameter("Action", "connect")
                .build();
        SdkHttpRequest signed = AwsV4HttpSigner.create()
                .sign(request -> request.request(connection)
                        .identity(credentials)
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "rds-db")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                        .putProperty(AwsV4HttpSigner.AUTH_LOCATION, AwsV4HttpSigner.AuthLocation.QUERY_STRING)
                        .putProperty(AwsV4HttpSigner.EXPIRATION_DURATION, VALID)
                        .putProperty(HttpSigner.SIGNING_CLOCK, clock))
                .request();
        return signed.getUri().toString().substring(SCHEME.length());
    }
}
