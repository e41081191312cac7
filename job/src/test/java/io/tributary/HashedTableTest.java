package io.tributary;

import io.tributary.capture.postgres.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table that passed through, of which the job kept hashes, and that SQL files begin to read. */
class HashedTableTest {

    @AutoClose
    private final TestDatabase database = TestDatabase.create();

    @TempDir
    private Path folder;

    private Map<String, String> settings() {
        Map<String, String> settings = WholeJob.settings(database, "public.orders", folder);
        settings.put("sql.pass-through", "orders");
        return settings;
    }

    private Map<String, String> withFiles() {
        Map<String, String> settings = settings();
        settings.put("sql.directory", folder.resolve("sql").toString());
        return settings;
    }

    private void file(String name, String text) throws IOException {
        Files.writeString(Files.createDirectories(folder.resolve("sql")).resolve(name + ".sql"), text);
    }

    @Test
    void isReadAgainForTheFilesAloneAndTheyHaveAllOfIt() throws Exception {
        database.run(
                "CREATE TABLE orders (id int PRIMARY KEY, customer int NOT NULL, amount int NOT NULL)",
                "INSERT INTO orders SELECT i, i % 2, i FROM generate_series(1, 6) i");
        String savepoint;
        try (WholeJob job = WholeJob.start(settings())) {
            job.await(
                    "orders",
                    "{amount=1, customer=1, id=1}",
                    "{amount=2, customer=0, id=2}",
                    "{amount=3, customer=1, id=3}",
                    "{amount=4, customer=0, id=4}",
                    "{amount=5, customer=1, id=5}",
                    "{amount=6, customer=0, id=6}");
            savepoint = job.stop(folder);
        }
        database.run(
                "UPDATE orders SET amount = 100 WHERE id = 1",
                "DELETE FROM orders WHERE id = 2",
                "INSERT INTO orders VALUES (7, 1, 7)");
        file("spending", """
                -- How much has each customer spent?
                -- key: customer
                SELECT COALESCE(customer, 0) AS customer, SUM(amount) AS spent FROM orders GROUP BY COALESCE(customer, 0)
                """);
        try (WholeJob job = WholeJob.resume(withFiles(), savepoint)) {
            job.await("spending", "{customer=0, spent=10}", "{customer=1, spent=115}");
            database.run(
                    "UPDATE orders SET amount = amount + 1, customer = 0 WHERE id = 3",
                    "DELETE FROM orders WHERE id = 5");
            job.await("spending", "{customer=0, spent=14}", "{customer=1, spent=107}");
            savepoint = job.stop(folder);
        }
        file("largest", """
                -- What is the largest order of each customer?
                -- key: customer
                SELECT COALESCE(customer, 0) AS customer, MAX(amount) AS largest FROM orders GROUP BY COALESCE(customer, 0)
                """);
        try (WholeJob job = WholeJob.resume(withFiles(), savepoint)) {
            job.await("largest", "{customer=0, largest=6}", "{customer=1, largest=100}");
            job.await("spending", "{customer=0, spent=14}", "{customer=1, spent=107}");
            job.await(
                    "orders",
                    "{amount=100, customer=1, id=1}",
                    "{amount=4, customer=0, id=3}",
                    "{amount=4, customer=0, id=4}",
                    "{amount=6, customer=0, id=6}",
                    "{amount=7, customer=1, id=7}");
        }
    }
}
