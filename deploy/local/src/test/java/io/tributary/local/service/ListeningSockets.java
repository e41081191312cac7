package io.tributary.local.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Where processes wait for connections, as Linux shows it in /proc. */
public final class ListeningSockets {

    private static final String LISTEN = "0A";

    private ListeningSockets() {}

    /** Of what this JVM has started and of these processes: every socket is reached from this machine alone, and there are some. */
    public static void assertLocal(long... pids) throws IOException {
        Assumptions.assumeTrue(Files.exists(Path.of("/proc/net/tcp")), "only Linux shows it");
        Map<String, String> addresses = new HashMap<>();
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            addresses.putAll(addresses(Path.of(table)));
        }
        Stream<ProcessHandle> processes = Stream.concat(
                ProcessHandle.current().descendants(),
                LongStream.of(pids)
                        .mapToObj(pid -> ProcessHandle.of(pid).orElseThrow())
                        .flatMap(process -> Stream.concat(Stream.of(process), process.descendants())));
        Map<String, String> found = new HashMap<>();
        for (ProcessHandle process : processes.toList()) {
            Set<String> sockets = sockets(process.pid());
            sockets.retainAll(addresses.keySet());
            for (String socket : sockets) {
                found.put(process.pid() + " at " + addresses.get(socket), addresses.get(socket));
            }
        }
        assertThat(found).as("listening sockets").isNotEmpty();
        Set<String> open = new TreeSet<>();
        for (Map.Entry<String, String> socket : found.entrySet()) {
            String host = socket.getValue().substring(0, socket.getValue().lastIndexOf(':'));
            if (!InetAddress.getByName(host).isLoopbackAddress()) {
                open.add(socket.getKey());
            }
        }
        assertThat(open).as("processes that other machines reach").isEmpty();
    }

    /** Of every listening socket its address and port, by inode. */
    private static Map<String, String> addresses(Path table) throws IOException {
        Map<String, String> addresses = new HashMap<>();
        for (String line : Files.readAllLines(table)) {
            String[] fields = line.strip().split("\\s+");
            if (fields[3].equals(LISTEN)) {
                String[] local = fields[1].split(":");
                String host = InetAddress.getByAddress(bytes(local[0])).getHostAddress();
                addresses.put(fields[9], host + ":" + Integer.parseInt(local[1], 16));
            }
        }
        return addresses;
    }

    /** They are shown as numbers of the machine, four bytes each. */
    private static byte[] bytes(String hex) {
        ByteBuffer words = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
        ByteBuffer bytes = ByteBuffer.allocate(words.capacity()).order(ByteOrder.nativeOrder());
        while (words.hasRemaining()) {
            bytes.putInt(words.getInt());
        }
        return bytes.array();
    }

    /** The inodes of a process's sockets. */
    private static Set<String> sockets(long pid) throws IOException {
        Set<String> sockets = new HashSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
            for (Path file : files) {
                try {
                    String target = Files.readSymbolicLink(file).toString();
                    if (target.startsWith("socket:[")) {
                        sockets.add(target.substring("socket:[".length(), target.length() - 1));
                    }
                } catch (NoSuchFileException e) {
                    // It was closed meanwhile.
                }
            }
        } catch (NoSuchFileException e) {
            // The process has ended.
        }
        return sockets;
    }
}
