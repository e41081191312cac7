package io.tributary.capture.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.MetricsPage;
import io.tributary.capture.postgres.server.SlotWatch;
import io.tributary.metrics.Exposition;
import io.tributary.metrics.MetricsServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A slot as it is seen from beside the job. */
final class SlotWatchTest {

    @AutoClose
    private final TestDatabase database = TestDatabase.create();

    private final Map<String, String> settings = database.settings("public.t");

    @Test
    void walPilesUpWhereEverybodySeesItThoughNoJobRuns() throws Exception {
        database.run("CREATE TABLE t (id int PRIMARY KEY, a text)");
        CaptureJob.plan(settings);
        try (SlotWatch watch = new SlotWatch(TestDatabase.settings(settings));
                MetricsServer server = MetricsServer.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), List.of(watch::expose))) {
            long before = value(shown(server), "tributary_slot_wal_bytes");
            database.run("INSERT INTO t SELECT i, repeat('x', 1000) FROM generate_series(1, 2000) i");
            String after = shown(server);

            assertThat(value(after, "tributary_slot_wal_bytes")).isGreaterThan(before + 2_000_000);
            assertThat(value(after, "tributary_slot_reachable")).isEqualTo(1);
            assertThat(value(after, "tributary_slot_active")).isZero();
            assertThat(value(after, "tributary_slot_lost")).isZero();
            Exposition exposed = new Exposition();
            watch.expose(exposed);
            MetricsPage.assertThatSectionTells("Slot", exposed);
        }
    }

    @Test
    void aDatabaseThatCannotBeAskedIsSaidToBeAway() throws Exception {
        Map<String, String> away = new HashMap<>(settings);
        away.put("postgres.port", "1");
        try (SlotWatch watch = new SlotWatch(TestDatabase.settings(away))) {
            Exposition exposed = new Exposition();
            watch.expose(exposed);

            assertThat(exposed.toString().lines().filter(line -> !line.startsWith("#")))
                    .containsExactly(
                            "tributary_slot_reachable{source=\"postgres\",slot=\"" + database.slot() + "\"} 0");
        }
    }

    private static String shown(MetricsServer server) throws Exception {
        URI address = URI.create("http://127.0.0.1:" + server.port() + "/metrics");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
                .body();
    }

    private static long value(String shown, String metric) {
        return shown.lines()
                .filter(line -> line.startsWith(metric + "{"))
                .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow();
    }
}
