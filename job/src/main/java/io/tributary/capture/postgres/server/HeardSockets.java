package io.tributary.capture.postgres.server;

import static java.util.Objects.requireNonNull;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.SocketFactory;

/**
 * Makes sockets that tell a {@link LastHeard} when something has come. The driver makes a factory for each connection, by its
 * name, with a ticket as the argument.
 */
public final class HeardSockets extends SocketFactory {

    private static final Map<String, LastHeard> TICKETS = new ConcurrentHashMap<>();

    private final LastHeard lastHeard;

    public HeardSockets(String ticket) {
        this.lastHeard = requireNonNull(TICKETS.get(ticket));
    }

    /** What the driver has to be given; valid until it is {@link #torn}. */
    static String ticket(LastHeard lastHeard) {
        String ticket = UUID.randomUUID().toString();
        TICKETS.put(ticket, lastHeard);
        return ticket;
    }

    static void torn(String ticket) {
        TICKETS.remove(ticket);
    }

    @Override
    public Socket createSocket() {
        lastHeard.now();
        return new HeardSocket(lastHeard);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort) throws IOException {
        return createSocket(InetAddress.getByName(host), port, from, fromPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) throws IOException {
        Socket socket = createSocket();
        socket.bind(new InetSocketAddress(from, fromPort));
        socket.connect(new InetSocketAddress(host, port));
        return socket;
    }

    private Socket connected(InetSocketAddress address) throws IOException {
        Socket socket = createSocket();
        socket.connect(address);
        return socket;
    }

    private static final class HeardSocket extends Socket {
        private final LastHeard lastHeard;

        private HeardSocket(LastHeard lastHeard) {
            this.lastHeard = lastHeard;
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return new HeardStream(super.getInputStream(), lastHeard);
        }
    }

    private static final class HeardStream extends FilterInputStream {
        private final LastHeard lastHeard;

        private HeardStream(InputStream in, LastHeard lastHeard) {
            super(in);
            this.lastHeard = lastHeard;
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            lastHeard.now();
            return read;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            lastHeard.now();
            return read;
        }
    }
}
