package io.tributary;

import io.tributary.capture.postgres.server.SlotWatch;
import io.tributary.metrics.Exposition;
import io.tributary.metrics.MetricsServer;
import io.tributary.settings.Problems;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Metrics of what stands outside of the job, which are needed most while there is none: what the source keeps for it. */
final class Watch implements AutoCloseable {

    private final MetricsServer server;
    private final List<SlotWatch> slots;

    private Watch(MetricsServer server, List<SlotWatch> slots) {
        this.server = server;
        this.slots = slots;
    }

    /** Until the process is told to stop. */
    static void run(Arguments arguments, Settings settings, Problems problems) throws InterruptedException {
        InetSocketAddress address = arguments.metrics();
        if (settings.postgres().isEmpty() || address == null) {
            problems.add("postgres.hostname is missing: the command watch looks at the slots of PostgreSQL");
            throw problems.exception();
        }
        try (Watch watch = at(address, settings, List.of(), problems)) {
            watch.untilStopped();
        }
    }

    private void untilStopped() throws InterruptedException {
        CountDownLatch stop = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(stop::countDown, "stop"));
        stop.await();
    }

    /** Shows what the parts say, and the slots that sources have. */
    static Watch at(InetSocketAddress address, Settings settings, List<Consumer<Exposition>> parts, Problems problems) {
        problems.throwIfAny();
        List<SlotWatch> slots = settings.postgres().stream().map(SlotWatch::new).collect(Collectors.toList());
        List<Consumer<Exposition>> all = new ArrayList<>(parts);
        slots.forEach(slot -> all.add(slot::expose));
        try {
            return new Watch(MetricsServer.start(address, all), slots);
        } catch (IOException e) {
            problems.add("Metrics cannot be shown at " + address + ": " + e.getMessage());
            throw problems.exception();
        }
    }

    @Override
    public void close() {
        server.close();
        slots.forEach(SlotWatch::close);
    }
}
