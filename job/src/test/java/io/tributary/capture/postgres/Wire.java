package io.tributary.capture.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** An address in front of servers: which one answers there may change, and what runs over it may be cut. */
final class Wire implements AutoCloseable {

    private final ServerSocket door;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile int target;

    private Wire(int target) throws IOException {
        this.target = target;
        this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        run(this::accept);
    }

    static Wire to(int port) throws IOException {
        return new Wire(port);
    }

    int port() {
        return door.getLocalPort();
    }

    /** Another server answers from now on; what is open stays. 0: nobody does. */
    void turn(int port) {
        target = port;
    }

    /** What is open breaks. */
    void cut() throws IOException {
        for (Socket socket : open) {
            try {
                socket.setSoLinger(true, 0);
            } catch (SocketException e) {
                // It was closed meanwhile.
            }
            socket.close();
        }
    }

    private void accept() throws IOException {
        while (!door.isClosed()) {
            Socket client = door.accept();
            open.add(client);
            try {
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                open.add(server);
                run(() -> pump(client, server));
                run(() -> pump(server, client));
            } catch (IOException | IllegalArgumentException e) {
                client.close();
            }
        }
    }

    private void pump(Socket from, Socket to) throws IOException {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } finally {
            open.remove(from);
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void run(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // The connection is over.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        door.close();
        cut();
    }
}
