package io.tributary.capture.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecureConnectionsTest {

    private static final String KEY_PASSWORD = "changeit";

    @TempDir
    private Path folder;

    /** The server lets the job in with SCRAM and over TLS only. */
    @Test
    void everySessionOfTheJobIsEncryptedAndTheServerIsVerified() throws Exception {
        Path certificate = makeCertificate("server");
        try (OwnServer server = OwnServer.in(folder.resolve("data"))
                .with("ssl", "on")
                .with("ssl_cert_file", certificate.toString())
                .with("ssl_key_file", folder.resolve("server.key").toString())) {
            Files.writeString(
                    server.data().resolve("pg_hba.conf"),
                    "host all postgres all trust\nhostssl all all all scram-sha-256\n");
            server.start();
            server.run("CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)");

            Map<String, String> settings = server.settings("public.t");
            settings.put("postgres.jdbc.sslmode", "disable");
            assertThatThrownBy(() -> CaptureJob.plan(settings)).hasMessageContaining("does not let user reader in");

            settings.put("postgres.jdbc.sslmode", "verify-full");
            settings.put(
                    "postgres.jdbc.sslrootcert", makeCertificate("stranger").toString());
            assertThatThrownBy(() -> CaptureJob.plan(settings))
                    .hasMessageContaining("postgres.jdbc.sslmode, postgres.jdbc.sslrootcert: no safe connection");

            settings.put("postgres.jdbc.sslrootcert", certificate.toString());
            reads(server, settings);
            settings.put("postgres.jdbc.sslmode", "require");
            settings.remove("postgres.jdbc.sslrootcert");
            server.run("SELECT pg_drop_replication_slot('slot')");
            reads(server, settings);
        }
    }

    private static void reads(OwnServer server, Map<String, String> settings) throws Exception {
        try (CaptureJob job = CaptureJob.of(settings).held().start()) {
            String sessions =
                    " FROM pg_stat_activity JOIN pg_stat_ssl USING (pid) WHERE application_name = 'tributary slot'";
            server.await(
                    "count(DISTINCT backend_type) = 2 AND bool_or(query LIKE '%COPY%' OR query = 'COMMIT')" + sessions);
            assertThat(server.ask("SELECT bool_and(ssl)" + sessions)).isEqualTo("t");
            job.release();
            Target target = new Target();
            server.run("INSERT INTO t SELECT max(id) + 1 FROM t");
            job.awaitRows(target, () -> server.ask(Target.query("t", "id")));
        }
        server.await("NOT active FROM pg_replication_slots");
    }

    /** Signed by itself, for localhost; the key stands beside it. */
    private Path makeCertificate(String name) throws Exception {
        Path store = folder.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        name,
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=dns:localhost",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        KEY_PASSWORD,
                        "-keystore",
                        store.toString())
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, KEY_PASSWORD.toCharArray());
        }
        Path key = folder.resolve(name + ".key");
        Files.writeString(
                key,
                pem("PRIVATE KEY", keys.getKey(name, KEY_PASSWORD.toCharArray()).getEncoded()));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        return Files.writeString(
                folder.resolve(name + ".crt"),
                pem("CERTIFICATE", keys.getCertificate(name).getEncoded()));
    }

    private static String pem(String kind, byte[] bytes) {
        return "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes) + "\n-----END " + kind + "-----\n";
    }
}
