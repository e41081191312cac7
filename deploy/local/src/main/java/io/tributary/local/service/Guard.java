package io.tributary.local.service;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Ends the processes that were put under it when this JVM ends without having done so, killed or crashed.
 *
 * <p>It is a shell that waits on its standard input, which closes with the JVM. It ignores Ctrl-C, which reaches it too.
 */
public final class Guard implements AutoCloseable {

    private static final String SCRIPT = """
            trap '' INT TERM HUP
            pids=
            while read -r pid; do pids="$pids $pid"; done
            [ -n "$pids" ] || exit 0
            kill -INT $pids 2>/dev/null; kill -TERM $pids 2>/dev/null
            sleep 5
            kill -KILL $pids 2>/dev/null
            exit 0
            """;

    private final Process shell;
    private final OutputStream pids;

    private Guard(Process shell) {
        this.shell = shell;
        this.pids = shell.getOutputStream();
    }

    public static Guard start() throws IOException {
        return new Guard(new ProcessBuilder("sh", "-c", SCRIPT)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    public synchronized void watch(long pid) throws IOException {
        pids.write((pid + "\n").getBytes(StandardCharsets.US_ASCII));
        pids.flush();
    }

    /** What the end of this JVM does. */
    void abandon() throws IOException {
        pids.close();
    }

    /** The processes were ended by those who started them. */
    @Override
    public void close() {
        shell.destroyForcibly();
    }
}
