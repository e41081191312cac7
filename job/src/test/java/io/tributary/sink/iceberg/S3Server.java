package io.tributary.sink.iceberg;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** S3Proxy in a process of its own, with one bucket, and objects in memory. It checks signatures. */
final class S3Server implements AutoCloseable {

    static final String USER = "local";
    static final String SECRET = "s3cret";
    static final String BUCKET = "lake";

    private static final Path CLASSPATH = Path.of("../deploy/local/s3/target/classpath");

    private final Process process;
    private final URI address;

    private S3Server(Process process, URI address) {
        this.process = process;
        this.address = address;
    }

    /** Skips the test where Maven has not put the server's class path there. */
    static S3Server start(Path folder) throws Exception {
        assumeThat(CLASSPATH).as("what mvn -Pall makes").exists();
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        URI address = URI.create("http://127.0.0.1:" + port);
        Path settings = Files.writeString(folder.resolve("s3proxy.conf"), """
                s3proxy.authorization=aws-v2-or-v4
                s3proxy.identity=%s
                s3proxy.credential=%s
                s3proxy.endpoint=%s
                jclouds.provider=transient-nio2
                jclouds.identity=none
                jclouds.credential=none
                LOG_LEVEL=warn
                """.formatted(USER, SECRET, address));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-DLOG_LEVEL=warn",
                        "-cp",
                        Files.readString(CLASSPATH).trim(),
                        "org.gaul.s3proxy.Main",
                        "--properties",
                        settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("s3proxy.log").toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        S3Server server = new S3Server(process, address);
        try {
            server.await(folder);
            server.makeBucket();
            return server;
        } catch (Exception e) {
            server.close();
            throw e;
        }
    }

    private void await(Path folder) throws Exception {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (true) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), address.getPort())) {
                return;
            } catch (ConnectException e) {
                if (!process.isAlive() || System.nanoTime() > end) {
                    throw new IllegalStateException(
                            "S3Proxy does not start: " + Files.readString(folder.resolve("s3proxy.log")), e);
                }
                Thread.sleep(100);
            }
        }
    }

    private void makeBucket() {
        try (S3Client client = S3Client.builder()
                .endpointOverride(address)
                .forcePathStyle(true)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(USER, SECRET)))
                .build()) {
            client.createBucket(bucket -> bucket.bucket(BUCKET));
        }
    }

    String address() {
        return address.toString();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
