package io.tributary.capture.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** An address in front of servers: which one answers there may change, and what runs over it may be cut. */
public final class Wire implements AutoCloseable {

    private final ServerSocket door;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile int target;
    private volatile boolean swallows;

    private Wire(int target) throws IOException {
        this.target = target;
        this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        run(this::accept);
    }

    public static Wire to(int port) throws IOException {
        return new Wire(port);
    }

    public int port() {
        return door.getLocalPort();
    }

    /** Another server answers from now on; what is open stays. 0: nobody does. */
    void turn(int port) {
        target = port;
    }

    /** What is sent over any connection, open or new, comes nowhere, and nobody is told. */
    public void swallow() {
        swallows = true;
    }

    /** New connections work again; those that were open before stay as they are. */
    public void pass() {
        swallows = false;
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
                AtomicBoolean dead = new AtomicBoolean();
                run(() -> pump(client, server, dead));
                run(() -> pump(server, client, dead));
            } catch (IOException | IllegalArgumentException e) {
                client.close();
            }
        }
    }

    private void pump(Socket from, Socket to, AtomicBoolean dead) throws IOException {
        try (from;
                to) {
            byte[] bytes = new byte[8192];
            int read;
            while ((read = from.getInputStream().read(bytes)) >= 0) {
                if (swallows) {
                    dead.set(true);
                }
                if (!dead.get()) {
                    to.getOutputStream().write(bytes, 0, read);
                }
            }
            while (dead.get() && !door.isClosed()) {
                // Even the end of one side is not told to the other.
                LockSupport.parkNanos(50_000_000);
            }
        } finally {
            open.remove(from);
        }
    }

    interface Work {
        void run() throws IOException;
    }

    /** In a thread of its own, until the connection is over. */
    static void run(Work work) {
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
