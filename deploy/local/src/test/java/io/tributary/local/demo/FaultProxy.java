package io.tributary.local.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stands between the job and a service, and passes bytes on, swallows them, or closes every connection. */
final class FaultProxy implements AutoCloseable {

    /** What happens to bytes. */
    enum Mode {
        PASS,
        /** As behind a firewall that drops packets: nothing arrives, nothing is closed. */
        SWALLOW,
        /** As when the service is not running. */
        REFUSE
    }

    private final ServerSocket server;
    private final InetSocketAddress target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile Mode mode = Mode.PASS;

    private FaultProxy(ServerSocket server, InetSocketAddress target) {
        this.server = server;
        this.target = target;
    }

    static FaultProxy before(String host, int port) throws IOException {
        FaultProxy proxy = new FaultProxy(
                new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), new InetSocketAddress(host, port));
        start("proxy before " + port, proxy::accept);
        return proxy;
    }

    int port() {
        return server.getLocalPort();
    }

    void set(Mode mode) {
        this.mode = mode;
        if (mode == Mode.REFUSE) {
            closeAll();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                open.add(client);
                if (mode == Mode.REFUSE) {
                    close(client);
                    continue;
                }
                start("proxy", () -> connect(client));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void connect(Socket client) {
        Socket service = new Socket();
        open.add(service);
        try {
            service.connect(target);
            start("proxy back", () -> copy(service, client));
            copy(client, service);
        } catch (IOException e) {
            close(client);
        }
    }

    private void copy(Socket from, Socket to) {
        byte[] buffer = new byte[65_536];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (mode == Mode.PASS) {
                    out.write(buffer, 0, read);
                    out.flush();
                    continue;
                }
                // What was swallowed once would be missing in the middle: this connection never passes anything again.
                drain(in, buffer);
                return;
            }
            close(to);
        } catch (IOException e) {
            close(to);
        } finally {
            close(from);
        }
    }

    private static void drain(InputStream in, byte[] buffer) throws IOException {
        while (in.read(buffer) >= 0) {
            // Nobody gets it.
        }
    }

    private void closeAll() {
        open.forEach(this::close);
    }

    private void close(Socket socket) {
        open.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            // It is of no use any more.
        }
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        closeAll();
    }
}
