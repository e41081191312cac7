package io.tributary.sink.redshift;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Lets the Redshift driver speak with PostgreSQL: the driver names parameters at start-up that only Redshift knows, and
 * PostgreSQL refuses a connection that names a parameter it does not know. They are taken out of the start-up message;
 * everything after it passes as it is.
 *
 * <p>The driver speaks no SCRAM, so PostgreSQL has to ask for trust, password or md5. Public because the driver makes it by
 * its name.
 */
public final class StandInSocketFactory extends SocketFactory {

    public StandInSocketFactory() {}

    @Override
    public Socket createSocket() {
        return new StartupSocket();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        return createSocket(address, port);
    }

    private static Socket connected(InetSocketAddress address) throws IOException {
        Socket socket = new StartupSocket();
        socket.connect(address);
        return socket;
    }

    private static final class StartupSocket extends Socket {

        private @Nullable OutputStream filter;

        /** The same one each time: the driver asks more than once, and the first message is sent once. */
        @Override
        public synchronized OutputStream getOutputStream() throws IOException {
            if (filter == null) {
                filter = new StartupFilter(super.getOutputStream());
            }
            return filter;
        }
    }

    /** Holds the first message back until it is whole, and sends it without what PostgreSQL does not know. */
    static final class StartupFilter extends FilterOutputStream {

        /** The version in the start-up message of protocol 3; requests for SSL and to cancel carry other numbers. */
        private static final int PROTOCOL_3 = 3 << 16;

        /** What follows a request for SSL is a secret of the driver and the server. */
        private static final int SSL_REQUEST = 80_877_103;

        private static final Set<String> KNOWN = Set.of(
                "user",
                "database",
                "options",
                "replication",
                "application_name",
                "client_encoding",
                "DateStyle",
                "TimeZone",
                "extra_float_digits",
                "search_path");

        private final ByteArrayOutputStream first = new ByteArrayOutputStream();
        private boolean started;

        StartupFilter(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (started) {
                out.write(bytes, offset, length);
                return;
            }
            first.write(bytes, offset, length);
            if (first.size() < 8) {
                return;
            }
            byte[] sent = first.toByteArray();
            int size = ByteBuffer.wrap(sent).getInt(0);
            if (sent.length < size) {
                return;
            }
            first.reset();
            int version = ByteBuffer.wrap(sent).getInt(4);
            started = version == PROTOCOL_3 || version == SSL_REQUEST;
            if (version == PROTOCOL_3) {
                out.write(startup(sent, size));
            } else {
                out.write(sent, 0, size);
            }
            if (sent.length > size) {
                write(sent, size, sent.length - size);
            }
        }

        private static byte[] startup(byte[] message, int size) {
            ByteArrayOutputStream kept = new ByteArrayOutputStream();
            String[] words = new String(message, 8, size - 8, StandardCharsets.UTF_8).split("\0", -1);
            for (int i = 0; i + 1 < words.length && !words[i].isEmpty(); i += 2) {
                if (KNOWN.contains(words[i])) {
                    kept.writeBytes((words[i] + "\0" + words[i + 1] + "\0").getBytes(StandardCharsets.UTF_8));
                }
            }
            kept.write(0);
            return ByteBuffer.allocate(8 + kept.size())
                    .putInt(8 + kept.size())
                    .putInt(PROTOCOL_3)
                    .put(kept.toByteArray())
                    .array();
        }
    }
}
