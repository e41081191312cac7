package io.tributary.local.benchmark.contender;

import io.tributary.local.benchmark.flink.Account;
import io.tributary.local.benchmark.measure.Meter;
import io.tributary.local.benchmark.measure.Timing;
import io.tributary.local.service.Child;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A client that reads and throws away, in a JVM of its own, whose start is no part of its time. */
final class ClientAttempt {

    private static final Duration PATIENCE = Duration.ofMinutes(30);

    private ClientAttempt() {}

    static Timing run(Bench bench, Path folder, Class<?> client, List<String> arguments, long rows) throws Exception {
        try (Child child = bench.client(folder.resolve("client.log"), client.getName(), arguments);
                Meter meter = Meter.start(List.of(), bench.sourcePids())) {
            int code = child.await(PATIENCE);
            if (code != 0) {
                throw new IOException("The client ended with exit code " + code + ": " + child.output());
            }
            Account account = Account.parse(child.output());
            if (account.rows() != rows) {
                throw new IllegalStateException("It has read " + account.rows() + " rows of " + rows);
            }
            Timing timing = meter.between(account.beginMillis(), account.endMillis());
            return new Timing(timing.seconds(), account.cpuNanos() / 1e9, timing.postgresCpuSeconds());
        }
    }
}
