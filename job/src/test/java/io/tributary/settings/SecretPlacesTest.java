package io.tributary.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of properties as Iceberg, Kafka, the AWS SDK, Hadoop, the drivers and Flink have them. */
final class SecretPlacesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Ours
                "columns.hash-key",
                // Iceberg
                "token",
                "credential",
                "s3.secret-access-key",
                "s3.session-token",
                "s3.sse.key",
                "rest.secret-access-key",
                "client.credentials-provider.secret-access-key",
                "jdbc.password",
                "header.Authorization",
                "header.X-Api-Key",
                "adls.sas-token.myaccount",
                "adls.auth.shared-key.account.key",
                "gcs.oauth2.token",
                "gcs.encryption-key",
                "gcs.decryption-key",
                "nessie.authentication.token",
                "nessie.authentication.oauth2.client-secret",
                "client.access-key-secret",
                // Kafka
                "sasl.jaas.config",
                "listener.name.x.plain.sasl.jaas.config",
                "ssl.key.password",
                "ssl.keystore.password",
                "ssl.keystore.key",
                "ssl.truststore.password",
                "basic.auth.user.info",
                "bearer.auth.token",
                "sasl.oauthbearer.client.credentials.client.secret",
                // The AWS SDK, and the connectors that configure it
                "aws.credentials.provider.basic.secretkey",
                "aws.secretAccessKey",
                "AWS_SECRET_ACCESS_KEY",
                "SecretAccessKey",
                "SessionToken",
                "aws.sessionToken",
                // Hadoop
                "fs.s3a.access.key",
                "fs.s3a.secret.key",
                "fs.s3a.session.token",
                "fs.s3a.bucket.lake.secret.key",
                "fs.s3a.encryption.key",
                "fs.azure.account.key.lake.dfs.core.windows.net",
                "fs.azure.account.oauth2.client.secret",
                "fs.azure.sas.fixed.token",
                "fs.gs.auth.service.account.private.key",
                "javax.jdo.option.ConnectionPassword",
                // The PostgreSQL driver
                "password",
                "PASSWORD",
                "sslpassword",
                "sslPassword",
                // Flink
                "s3.access-key",
                "s3.secret-key",
                "security.ssl.internal.key-password",
                "security.ssl.rest.truststore-password",
                "metrics.reporter.dghttp.apikey",
                "pwd",
                "PWD",
                "passphrase"
            })
    void isASecret(String property) {
        assertThat(SecretPlaces.isSecret(property)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Iceberg
                "type",
                "uri",
                "warehouse",
                "io-impl",
                "s3.access-key-id",
                "client.credentials-provider",
                "client.refresh-credentials-endpoint",
                "token-refresh-enabled",
                "token-refresh-interval",
                "token-expires-in-ms",
                "token-exchange-enabled",
                "oauth2-server-uri",
                "gcs.oauth2.token-expires-at",
                "gcs.oauth2.refresh-credentials-endpoint",
                "encryption.key-id",
                "adls.auth.shared-key.account.name",
                "write.metadata.metrics.column.password",
                "write.parquet.bloom-filter-enabled.column.token",
                "write.parquet.page-size-bytes",
                // Kafka and Kafka Connect
                "key.converter",
                "key.deserializer",
                "sasl.mechanism",
                "sasl.client.callback.handler.class",
                "sasl.oauthbearer.token.endpoint.url",
                "sasl.oauthbearer.scope.claim.name",
                "ssl.keystore.location",
                "ssl.keystore.type",
                "ssl.truststore.certificates",
                "basic.auth.credentials.source",
                "partition-key",
                // AWS
                "aws.region",
                "aws.credentials.provider",
                "aws.credentials.provider.basic.accesskeyid",
                "aws.credentials.provider.profile.name",
                "aws.credentials.provider.webIdentityToken.file",
                "AWS_ACCESS_KEY_ID",
                "AccessKeyID",
                "aws.web.identity.token.file",
                // Hadoop
                "fs.s3a.aws.credentials.provider",
                "fs.s3a.delegation.token.binding",
                "fs.s3a.endpoint",
                "hadoop.security.credential.provider.path",
                "hadoop.security.credential.clear-text-fallback",
                "hadoop.http.authentication.signature.secret.file",
                "hadoop.http.authentication.token.validity",
                "hadoop.http.authentication.cookie.domain",
                "dfs.encryption.key.provider.uri",
                "dfs.block.access.token.enable",
                "dfs.block.access.key.update.interval",
                "fs.azure.account.oauth2.client.id",
                "fs.gs.auth.service.account.private.key.id",
                // The PostgreSQL driver
                "user",
                "sslkey",
                "sslcert",
                "sslpasswordcallback",
                "authenticationPluginClassName",
                // Flink
                "security.delegation.tokens.enabled",
                "security.delegation.tokens.renewal.time-ratio",
                "security.delegation.token.provider.hadoopfs.enabled",
                "security.kerberos.login.keytab",
                "kubernetes.secrets",
                "kubernetes.env.secretKeyRef",
                "state.backend.type",
                "monkey",
                "tokenizer"
            })
    void isNone(String property) {
        assertThat(SecretPlaces.isSecret(property)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:redshift://host:5439/dev?password=x",
                "jdbc:redshift://host:5439/dev;PWD=x",
                "jdbc:redshift:iam://host:5439/dev?AccessKeyID=AKIA&SecretAccessKey=x",
                "jdbc:redshift:iam://host:5439/dev?accesskeyid=AKIA",
                "jdbc:redshift:iam://host:5439/dev?SESSIONTOKEN=x",
                "jdbc:postgresql://host/db?user=a&pass%77ord=x",
                "jdbc:postgresql://host/db?sslpassword=x",
                "jdbc:postgresql://user:pass@host/db",
                "jdbc:mysql://address=(host=h)(password=x)/db",
                "jdbc:sqlserver://host:1433;databaseName=a;Password = x",
                "jdbc:oracle:thin:scott/tiger@host:1521/db",
                "jdbc:db2://host:50000/db:user=a;password=x;",
                "https://user:pa:ss@registry:8081",
                "HTTPS://registry/?Access_Token=x",
                "s3://lake/?X-Amz-Signature=x",
                "https://account.blob.core.windows.net/lake?sv=1&sig=x"
            })
    void aUrlCarriesASecret(String url) {
        assertThat(SecretPlaces.isUrlWithSecret(url)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:redshift://host:5439/dev?ssl=true",
                "jdbc:redshift:iam://cluster:eu-central-1/dev?DbUser=merger&AutoCreate=false",
                "jdbc:postgresql://host:5432/db?currentSchema=a&sslmode=require",
                "jdbc:oracle:thin:@//host:1521/db",
                "jdbc:sqlserver://host:1433;databaseName=passwords",
                "https://registry:8081/a@b",
                "https://catalog/v1?tokenType=x&warehouse=secret",
                "s3://secret-bucket/token=1/password",
                "file:///home/a:b@c/lake",
                "thrift://one:9083,thrift://two:9083",
                "org.apache.kafka.common.security.plain.PlainLoginModule required password=\"x\";",
                "env:PASSWORD"
            })
    void aUrlCarriesNone(String url) {
        assertThat(SecretPlaces.isUrlWithSecret(url)).isFalse();
    }
}
