package io.tributary.query;

import static io.tributary.query.Rows.after;
import static io.tributary.query.Rows.delete;
import static io.tributary.query.Rows.insert;
import static io.tributary.query.ShopTables.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.ChangelogRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that group rows, while rows come, change, move to other groups and go, and the job is stopped and resumed with more
 * subtasks or fewer: what targets have is what the rows add up to, step by step.
 */
@Tag("slow")
final class SumsRandomTest {

    private static final int RUNS = 4;
    private static final int STEPS = 150;
    private static final String[] STATES = {"new", "paid", "sent", "-"};

    @TempDir
    private Path temporary;

    private Path sql;

    private record Order(long customer, String status) {}

    private final Map<Long, Order> orders = new TreeMap<>();

    @BeforeEach
    void writeFiles() throws IOException {
        sql = Files.createDirectory(temporary.resolve("sql"));
        write("per_status", "status", """
                SELECT COALESCE(status, 'none') AS status, COUNT(*) AS orders, SUM(customer_id) AS total, MIN(id) AS least,
                    COUNT(DISTINCT customer_id) AS customers
                FROM orders GROUP BY COALESCE(status, 'none')""");
        write("in_groups", "status", """
                SELECT COALESCE(status, 'none') AS status, COUNT(*) AS orders
                FROM orders GROUP BY COALESCE(status, 'none') HAVING COUNT(*) > 3""");
        write("per_total", "total", """
                SELECT total, COUNT(*) AS times FROM (
                    SELECT COALESCE(SUM(customer_id), 0) AS total FROM orders GROUP BY COALESCE(status, 'none'))
                GROUP BY total""");
        write("sums_of_sums", "parity", """
                SELECT total - total / 2 * 2 AS parity, COUNT(*) AS times FROM per_total GROUP BY total - total / 2 * 2""");
        write("shares", "status", """
                SELECT COALESCE(status, 'none') AS status, 100 / (COUNT(*) - 2) AS share
                FROM orders GROUP BY COALESCE(status, 'none')""");
    }

    private void write(String file, String key, String select) throws IOException {
        Files.writeString(sql.resolve(file + ".sql"), "-- What do orders add up to?\n-- key: " + key + "\n" + select);
    }

    @Test
    void addUpWhateverComes() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        List<ChangelogRow> earlier = new ArrayList<>();
        String savepoint = null;
        for (int run = 0; run < RUNS; run++) {
            try (SqlJob job = savepoint == null
                    ? SqlJob.start(settings(), ShopTables.ALL)
                    : SqlJob.resume(settings(), ShopTables.ALL, savepoint, 1 + random.nextInt(3))) {
                for (int step = 0; step < STEPS; step++) {
                    job.send(List.of(next(random)));
                    if (random.nextInt(40) == 0) {
                        Thread.sleep(random.nextInt(60));
                    }
                }
                try {
                    job.awaitAfter(earlier, this::isRight);
                } catch (AssertionError e) {
                    throw new AssertionError("seed " + seed + ", run " + run + ", expected " + expected(), e);
                }
                savepoint = job.stopWithSavepoint(temporary);
                earlier.addAll(job.entries());
            }
        }
        assertThat(isRight(MaterializedTable.of(earlier))).as("seed " + seed).isTrue();
    }

    private Map<String, String> settings() {
        return Map.of("sql.directory", sql.toString(), "sql.bundle-interval", "30 ms", "sql.bundle-rows", "20");
    }

    /** Ids are few, so that rows that were deleted come again. */
    private ChangelogRow next(Random random) {
        long id = random.nextInt(40);
        if (orders.containsKey(id) && random.nextInt(3) == 0) {
            orders.remove(id);
            return delete(ORDERS, id + "|-|-");
        }
        Order order = new Order(random.nextInt(5), STATES[random.nextInt(STATES.length)]);
        String row = id + "|" + order.customer + "|" + order.status;
        return orders.put(id, order) == null ? insert(ORDERS, row) : after(ORDERS, row);
    }

    private boolean isRight(MaterializedTable target) {
        return expected()
                .equals(expected().keySet().stream()
                        .collect(Collectors.toMap(
                                Function.identity(), target::rows, (one, other) -> one, TreeMap::new)));
    }

    private Map<String, List<String>> expected() {
        Map<String, List<Map.Entry<Long, Order>>> groups = orders.entrySet().stream()
                .collect(Collectors.groupingBy(
                        order -> order.getValue().status.equals("-") ? "none" : order.getValue().status));
        List<String> perStatus = new ArrayList<>();
        List<String> inGroups = new ArrayList<>();
        List<String> shares = new ArrayList<>();
        Map<Long, Long> perTotal = new TreeMap<>();
        groups.forEach((status, rows) -> {
            int count = rows.size();
            long total = rows.stream().mapToLong(row -> row.getValue().customer).sum();
            long least = rows.stream().mapToLong(Map.Entry::getKey).min().orElseThrow();
            long customers =
                    rows.stream().map(row -> row.getValue().customer).distinct().count();
            perStatus.add(status + "|" + count + "|" + total + "|" + least + "|" + customers);
            perTotal.merge(total, 1L, Long::sum);
            if (count > 3) {
                inGroups.add(status + "|" + count);
            }
            if (count != 2) {
                shares.add(status + "|" + 100 / (count - 2));
            }
        });
        Map<Long, Long> parities = new TreeMap<>();
        perTotal.keySet().forEach(total -> parities.merge(total % 2, 1L, Long::sum));
        return new TreeMap<>(Map.of(
                "per_status", sorted(perStatus),
                "in_groups", sorted(inGroups),
                "shares", sorted(shares),
                "per_total", counted(perTotal),
                "sums_of_sums", counted(parities)));
    }

    private static List<String> counted(Map<Long, Long> counts) {
        return sorted(counts.entrySet().stream()
                .map(count -> count.getKey() + "|" + count.getValue())
                .toList());
    }

    private static List<String> sorted(List<String> rows) {
        return rows.stream().sorted().toList();
    }
}
