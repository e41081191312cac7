package io.tributary.capture.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.postgres.plan.PostgresPlan;
import io.tributary.settings.Problems;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Something that speaks PostgreSQL's protocol and leaves out what a session asks for, as poolers do, is refused. */
class PoolerTest {

    private static final int SSL_REQUEST = 80_877_103;

    @AutoClose
    private final TestDatabase database = TestDatabase.create();

    @Test
    void aPoolerBetweenIsRefusedBeforeAnythingIsMade() throws Exception {
        database.run("CREATE TABLE t (id int PRIMARY KEY)");
        try (ServerSocket door = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Wire.run(() -> accept(door, database.port()));
            Map<String, String> settings = database.settings("public.t");
            settings.put("postgres.port", String.valueOf(door.getLocalPort()));
            Problems problems = new Problems();
            PostgresPlan.of(TestDatabase.settings(settings)).check(problems);
            assertThat(problems.sentences())
                    .singleElement()
                    .asString()
                    .contains(
                            "what answers at localhost:" + door.getLocalPort() + " ignores the options of a session",
                            "PgBouncer");
        }
    }

    private static void accept(ServerSocket door, int port) throws IOException {
        while (!door.isClosed()) {
            Socket client = door.accept();
            Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
            Wire.run(() -> {
                startup(new DataInputStream(client.getInputStream()), client, server);
                Wire.run(() -> server.getInputStream().transferTo(client.getOutputStream()));
                client.getInputStream().transferTo(server.getOutputStream());
                server.close();
            });
        }
    }

    /** Hands on the first message without the parameters that are not for poolers. */
    private static void startup(DataInputStream in, Socket client, Socket server) throws IOException {
        int length = in.readInt();
        int version = in.readInt();
        if (version == SSL_REQUEST) {
            client.getOutputStream().write('N');
            length = in.readInt();
            version = in.readInt();
        }
        String[] parameters = new String(in.readNBytes(length - 2 * Integer.BYTES), UTF_8).split("\0");
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        for (int i = 0; i + 1 < parameters.length; i += 2) {
            if (!Set.of("options", "replication").contains(parameters[i])) {
                kept.writeBytes((parameters[i] + '\0' + parameters[i + 1] + '\0').getBytes(UTF_8));
            }
        }
        kept.write(0);
        DataOutputStream out = new DataOutputStream(server.getOutputStream());
        out.writeInt(kept.size() + 2 * Integer.BYTES);
        out.writeInt(version);
        kept.writeTo(out);
    }
}
