package io.tributary.local.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.local.service.Built;
import io.tributary.local.service.Guard;
import io.tributary.local.service.Waiting;
import io.tributary.local.service.dynamodb.Dynamo;
import io.tributary.local.service.dynamodb.DynamoServer;
import io.tributary.local.shop.CartWork;
import io.tributary.local.shop.Carts;
import io.tributary.local.shop.Load;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The load on DynamoDB beside a comparison. */
final class RestingCartsTest {

    private static final Path HOME = Path.of(System.getProperty("tributary.home"));
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @Test
    void atRestNothingChangesAndNothingThatHasExpiredIsLeft(@TempDir Path folder) throws Exception {
        try (Guard guard = Guard.start();
                DynamoServer server = DynamoServer.start(guard, folder, Built.dynamodb(HOME))) {
            Dynamo dynamo = server.dynamo();
            Carts.create(dynamo);
            Rest rest = new Rest();
            RestingCarts work = new RestingCarts(new CartWork(dynamo, 1), dynamo, rest);
            while (items(dynamo).stream().noneMatch(item -> item.has("expires_at"))) {
                work.next();
            }
            try (Load load = Load.start("The load", () -> work, 1_000)) {
                Waiting.until("they work", PATIENCE, () -> load.changes() > 0);

                rest.begin();
                long changes = load.changes();
                List<JsonNode> items = items(dynamo);

                assertThat(items).isNotEmpty().noneMatch(item -> item.has("expires_at"));
                assertThat(items(dynamo)).isEqualTo(items);
                assertThat(load.changes()).isEqualTo(changes);

                rest.end();
                Waiting.until("they go on", PATIENCE, () -> load.changes() > changes);
                load.stop();
            }
        }
    }

    private static List<JsonNode> items(Dynamo dynamo) throws Exception {
        List<JsonNode> items = new ArrayList<>();
        dynamo.scan(Carts.CARTS).read(page -> page.forEach(items::add));
        return items;
    }
}
