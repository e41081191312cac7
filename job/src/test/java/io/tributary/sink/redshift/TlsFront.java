package io.tributary.sink.redshift;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * SSL in front of the stand-in, which has none: the driver insists on it where the password comes from AWS. What the driver
 * sends is passed on as {@link StandInSocketFactory} does.
 */
final class TlsFront implements AutoCloseable {

    private static final String STORE_PASSWORD = "of-the-tests";

    private final SSLContext keys;
    private final int port;
    private final ServerSocket server;

    /** @param port of the stand-in at this host */
    TlsFront(Path folder, int port) throws IOException, GeneralSecurityException, InterruptedException {
        this.port = port;
        this.keys = keys(folder);
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        begin(() -> {
            while (true) {
                Socket client = server.accept();
                begin(() -> serve(client));
            }
        });
    }

    int port() {
        return server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void serve(Socket client) throws IOException {
        client.getInputStream().readNBytes(8);
        client.getOutputStream().write('S');
        try (SSLSocket secured =
                        (SSLSocket) keys.getSocketFactory().createSocket(client, null, client.getPort(), true);
                Socket warehouse = new StandInSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
            secured.setUseClientMode(false);
            OutputStream out = warehouse.getOutputStream();
            begin(() -> {
                pump(secured.getInputStream(), out);
                warehouse.close();
            });
            pump(warehouse.getInputStream(), secured.getOutputStream());
        }
    }

    private static void pump(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[8192];
        for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
            to.write(buffer, 0, read);
            to.flush();
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    /** A connection that ends ends its threads. */
    private static void begin(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // The other side is gone.
                    }
                },
                "tls-front");
        thread.setDaemon(true);
        thread.start();
    }

    private static SSLContext keys(Path folder) throws IOException, GeneralSecurityException, InterruptedException {
        Path file = folder.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=warehouse",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        STORE_PASSWORD)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.txt").toFile())
                .start();
        if (keytool.waitFor() != 0) {
            throw new IOException(Files.readString(folder.resolve("keytool.txt")));
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, STORE_PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, STORE_PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }
}
