package io.tributary;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.postgres.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.table.functions.ScalarFunction;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SQL files that are edited between a savepoint and the start that resumes it. */
@Tag("slow")
class SqlEditsTest {

    @AutoClose
    private final TestDatabase database = TestDatabase.create();

    @TempDir
    private Path folder;

    @BeforeEach
    void fill() throws Exception {
        database.run(
                "CREATE TABLE orders (id int PRIMARY KEY, customer int, status text)",
                "CREATE TABLE customers (id int PRIMARY KEY, name text)",
                "INSERT INTO customers VALUES (1, 'Ann'), (2, 'Bob')",
                "INSERT INTO orders VALUES (10, 1, 'new'), (11, 2, 'paid'), (12, 9, 'new')");
        Files.createDirectory(folder.resolve("sql"));
        write("named", "-- key: id\nSELECT o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer");
    }

    private void write(String table, String text) throws IOException {
        Files.writeString(folder.resolve("sql").resolve(table + ".sql"), text);
    }

    private Map<String, String> settings() {
        Map<String, String> settings = WholeJob.settings(database, "public.orders;public.customers", folder);
        settings.put("sql.directory", folder.resolve("sql").toString());
        return settings;
    }

    /** With a table that no file need read. */
    private Map<String, String> passing() {
        Map<String, String> settings = settings();
        settings.put("sql.pass-through", "customers");
        return settings;
    }

    private String first() throws Exception {
        try (WholeJob job = WholeJob.start(settings())) {
            job.await("named", "{id=10, name=Ann}", "{id=11, name=Bob}");
            return job.stop(folder);
        }
    }

    @Test
    void aChangedFileReplacesWhatItMadeInOneCommit() throws Exception {
        String savepoint = first();
        write(
                "named",
                "-- key: id\nSELECT o.id, UPPER(c.name) AS name FROM orders o JOIN customers c ON c.id = o.customer"
                        + " WHERE o.status = 'new'");
        database.run("INSERT INTO customers VALUES (9, 'Eve')");
        try (WholeJob job = WholeJob.resume(settings(), savepoint)) {
            job.await("named", "{id=10, name=ANN}", "{id=12, name=EVE}");
            assertThat(job.contents("named"))
                    .as("no reader saw a part of the new result")
                    .isSubsetOf(
                            "[]",
                            "[{id=10, name=Ann}]",
                            "[{id=11, name=Bob}]",
                            "[{id=10, name=Ann}, {id=11, name=Bob}]",
                            "[{id=10, name=ANN}]",
                            "[{id=10, name=ANN}, {id=12, name=EVE}]");
            database.run("UPDATE orders SET status = 'new'");
            job.await("named", "{id=10, name=ANN}", "{id=11, name=BOB}", "{id=12, name=EVE}");
        }
    }

    @Test
    void aColumnMoreIsInAllRows() throws Exception {
        String savepoint = first();
        write("named", "-- key: id\nSELECT o.id, c.name, o.status FROM orders o JOIN customers c ON c.id = o.customer");
        try (WholeJob job = WholeJob.resume(settings(), savepoint)) {
            job.await("named", "{id=10, name=Ann, status=new}", "{id=11, name=Bob, status=paid}");
            database.run("UPDATE orders SET status = 'sent' WHERE id = 10", "DELETE FROM orders WHERE id = 11");
            job.await("named", "{id=10, name=Ann, status=sent}");
        }
    }

    /** A file that computes row by row keeps nothing, and what it has shown is replaced as a whole. */
    @Test
    void aFileMayComeToKeepStateAndNoneAgain() throws Exception {
        write("named", "-- key: id\nSELECT id, status AS name FROM orders WHERE status <> 'paid'");
        String savepoint;
        try (WholeJob job = WholeJob.start(passing())) {
            job.await("named", "{id=10, name=new}", "{id=12, name=new}");
            database.run(
                    "UPDATE orders SET status = 'paid' WHERE id = 10",
                    "UPDATE orders SET status = 'sent' WHERE id = 11",
                    "UPDATE orders SET status = 'back' WHERE id = 12");
            job.await("named", "{id=11, name=sent}", "{id=12, name=back}");
            savepoint = job.stop(folder);
        }
        write("named", "-- key: id\nSELECT o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer");
        try (WholeJob job = WholeJob.resume(passing(), savepoint)) {
            job.await("named", "{id=10, name=Ann}", "{id=11, name=Bob}");
            database.run("DELETE FROM orders WHERE id = 10");
            job.await("named", "{id=11, name=Bob}");
            savepoint = job.stop(folder);
        }
        write("named", "-- key: id\nSELECT id, UPPER(status) AS name FROM orders");
        try (WholeJob job = WholeJob.resume(passing(), savepoint)) {
            job.await("named", "{id=11, name=SENT}", "{id=12, name=BACK}");
            database.run("UPDATE orders SET status = 'lost' WHERE id = 12", "INSERT INTO orders VALUES (13, 1, 'new')");
            job.await("named", "{id=11, name=SENT}", "{id=12, name=LOST}", "{id=13, name=NEW}");
            savepoint = job.stop(folder);
        }
        write("ids", "-- key: id\nSELECT id, name FROM named WHERE id > 11");
        try (WholeJob job = WholeJob.resume(passing(), savepoint)) {
            job.await("ids", "{id=12, name=LOST}", "{id=13, name=NEW}");
            database.run("DELETE FROM orders WHERE id = 12");
            job.await("ids", "{id=13, name=NEW}");
            job.await("named", "{id=11, name=SENT}", "{id=13, name=NEW}");
            assertThat(job.contents("named"))
                    .as("no reader saw a part of any result")
                    .doesNotContain("[{id=11, name=SENT}]", "[{id=12, name=BACK}]", "[{id=13, name=NEW}]");
        }
    }

    @Test
    void aFileThatKeepsNoRowsGivesThemToATargetThatHasNone() throws Exception {
        write("named", "-- key: id\nSELECT id, UPPER(status) AS name FROM orders WHERE customer < 9");
        String savepoint;
        try (WholeJob job = WholeJob.start(passing())) {
            job.await("named", "{id=10, name=NEW}", "{id=11, name=PAID}");
            savepoint = job.stop(folder);
        }
        WholeJob.drop(passing(), "named");
        Map<String, String> settings = passing();
        settings.put("tables.named.iceberg.partition-by", "bucket(4, id)");
        database.run("UPDATE orders SET status = 'sent' WHERE id = 11");
        try (WholeJob job = WholeJob.resume(settings, savepoint)) {
            job.await("named", "{id=10, name=NEW}", "{id=11, name=SENT}");
            database.run("DELETE FROM orders WHERE id = 10");
            job.await("named", "{id=11, name=SENT}");
            assertThat(job.partitions("named")).containsExactly("id_bucket");
        }
    }

    @Test
    void anotherKeyIsAnotherTable() throws Exception {
        String savepoint = first();
        write(
                "named",
                "-- key: name\nSELECT COALESCE(c.name, '-') AS name, COUNT(*) AS orders FROM orders o"
                        + " JOIN customers c ON c.id = o.customer GROUP BY COALESCE(c.name, '-')");
        try (WholeJob job = WholeJob.resume(settings(), savepoint)) {
            job.await("named", "{name=Ann, orders=1}", "{name=Bob, orders=1}");
            database.run("UPDATE orders SET customer = 1");
            job.await("named", "{name=Ann, orders=3}");
        }
    }

    @Test
    void aNewFileIsFilledAndARemovedOnesTableStays() throws Exception {
        write("people", "-- key: id\nSELECT id, name FROM customers");
        String savepoint = first();
        Files.delete(folder.resolve("sql/named.sql"));
        write("statuses", "-- key: id\nSELECT id, status FROM orders");
        try (WholeJob job = WholeJob.resume(settings(), savepoint)) {
            job.await("statuses", "{id=10, status=new}", "{id=11, status=paid}", "{id=12, status=new}");
            database.run("DELETE FROM orders WHERE id = 10");
            job.await("statuses", "{id=11, status=paid}", "{id=12, status=new}");
            assertThat(job.rows("named")).containsExactly("{id=10, name=Ann}", "{id=11, name=Bob}");
            savepoint = job.stop(folder);
        }
        write("named", "-- key: id\nSELECT o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer");
        try (WholeJob job = WholeJob.resume(settings(), savepoint)) {
            job.await("named", "{id=11, name=Bob}");
            database.run("UPDATE orders SET customer = 1");
            job.await("named", "{id=11, name=Ann}", "{id=12, name=Ann}");
        }
    }

    private Map<String, String> settings(String onRemovedFile) {
        Map<String, String> settings = settings();
        settings.put("sql.on-removed-file", onRemovedFile);
        return settings;
    }

    @Test
    void theTableOfARemovedFileIsEmptiedIfThatIsWanted() throws Exception {
        write("people", "-- key: id\nSELECT id, name FROM customers");
        write("ids", "-- key: id\nSELECT id FROM orders");
        String savepoint = first();
        Files.delete(folder.resolve("sql/named.sql"));
        try (WholeJob job = WholeJob.resume(settings("delete"), savepoint)) {
            job.await("named");
            assertThat(job.contents("named"))
                    .as("all rows went at once")
                    .isSubsetOf(
                            "[]",
                            "[{id=10, name=Ann}]",
                            "[{id=11, name=Bob}]",
                            "[{id=10, name=Ann}, {id=11, name=Bob}]");
            job.await("people", "{id=1, name=Ann}", "{id=2, name=Bob}");
            savepoint = job.stop(folder);
        }
        write("named", "-- key: id\nSELECT o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer");
        database.run("UPDATE orders SET customer = 1 WHERE id = 12");
        try (WholeJob job = WholeJob.resume(settings("delete"), savepoint)) {
            job.await("named", "{id=10, name=Ann}", "{id=11, name=Bob}", "{id=12, name=Ann}");
            database.run("DELETE FROM orders WHERE id = 10");
            job.await("named", "{id=11, name=Bob}", "{id=12, name=Ann}");
            assertThat(job.rows("people")).containsExactly("{id=1, name=Ann}", "{id=2, name=Bob}");
        }
    }

    /** Once a job has gone on without the file, it is not there to be removed. */
    @Test
    void aJobWhoseFileWasRemovedIsRefusedIfThatIsWanted() throws Exception {
        write("people", "-- key: id\nSELECT id, name FROM customers");
        write("ids", "-- key: id\nSELECT id FROM orders");
        String savepoint = first();
        Files.delete(folder.resolve("sql/named.sql"));
        try (WholeJob job = WholeJob.resume(settings("fail"), savepoint)) {
            assertThat(job.failure())
                    .rootCause()
                    .hasMessageEndingWith(
                            "The SQL files of tables named were there when the state was written that the job was"
                                    + " resumed from, and are gone: put them back, or set sql.on-removed-file to keep or delete");
        }
        try (WholeJob job = WholeJob.resume(settings("keep"), savepoint)) {
            database.run("DELETE FROM customers WHERE id = 1");
            job.await("people", "{id=2, name=Bob}");
            savepoint = job.stop(folder);
        }
        try (WholeJob job = WholeJob.resume(settings("fail"), savepoint)) {
            database.run("INSERT INTO customers VALUES (3, 'Cy')");
            job.await("people", "{id=2, name=Bob}", "{id=3, name=Cy}");
            assertThat(job.rows("named")).containsExactly("{id=10, name=Ann}", "{id=11, name=Bob}");
        }
    }

    /** Nothing of the file is changed: the row is mended that its function did not take. */
    @Test
    void aFileThatWasSetAsideIsTriedAgainAtTheNextStart() throws Exception {
        write(
                "totals",
                "-- key: customer\nSELECT COALESCE(customer, 0) AS customer, total(status) AS total FROM orders"
                        + " GROUP BY COALESCE(customer, 0)");
        Map<String, String> settings = settings();
        settings.put("sql.functions.total", "io.tributary.query.BadValuesTest$Total");
        database.run("UPDATE orders SET status = '5'");
        String savepoint;
        try (WholeJob job = WholeJob.start(settings)) {
            job.await("totals", "{customer=1, total=5}", "{customer=2, total=5}", "{customer=9, total=5}");
            database.run("UPDATE orders SET status = 'many' WHERE id = 10");
            job.await("dead_letters", letters -> letters.size() == 1);
            database.run("UPDATE orders SET status = '7' WHERE id = 11", "INSERT INTO customers VALUES (9, 'Eve')");
            job.await("named", "{id=10, name=Ann}", "{id=11, name=Bob}", "{id=12, name=Eve}");
            assertThat(job.rows("totals"))
                    .containsExactly("{customer=1, total=5}", "{customer=2, total=5}", "{customer=9, total=5}");
            savepoint = job.stop(folder);
        }
        // It is as it was, so that it comes to the same.
        try (WholeJob job = WholeJob.resume(settings, savepoint)) {
            job.await("dead_letters", letters -> letters.size() == 2);
            assertThat(job.rows("totals"))
                    .containsExactly("{customer=1, total=5}", "{customer=2, total=5}", "{customer=9, total=5}");
            database.run("UPDATE orders SET status = '1' WHERE id = 10", "DELETE FROM orders WHERE id = 12");
            job.await("named", "{id=10, name=Ann}", "{id=11, name=Bob}");
            savepoint = job.stop(folder);
        }
        try (WholeJob job = WholeJob.resume(settings, savepoint)) {
            job.await("totals", "{customer=1, total=1}", "{customer=2, total=7}");
            database.run("UPDATE orders SET customer = 2 WHERE id = 10");
            job.await("totals", "{customer=2, total=8}");
            savepoint = job.stop(folder);
        }
        try (WholeJob job = WholeJob.resume(settings, savepoint)) {
            database.run("INSERT INTO orders VALUES (13, 2, '4')");
            job.await("totals", "{customer=2, total=12}");
            assertThat(job.rows("dead_letters")).hasSize(2);
        }
    }

    @Test
    void aTargetThatWasDroppedIsFilledAgain() throws Exception {
        String savepoint = first();
        WholeJob.drop(settings(), "named");
        database.run("UPDATE customers SET name = 'Bea' WHERE id = 2");
        try (WholeJob job = WholeJob.resume(settings(), savepoint)) {
            job.await("named", "{id=10, name=Ann}", "{id=11, name=Bea}");
            database.run("DELETE FROM orders WHERE id = 10");
            job.await("named", "{id=11, name=Bea}");
        }
    }

    @Test
    void otherPartitionsAreThoseOfAllRows() throws Exception {
        String savepoint = first();
        Map<String, String> settings = settings();
        settings.put("tables.named.iceberg.partition-by", "bucket(4, id)");
        try (WholeJob job = WholeJob.resume(settings, savepoint)) {
            database.run("UPDATE customers SET name = 'Bea' WHERE id = 2", "INSERT INTO orders VALUES (13, 1, 'new')");
            job.await("named", "{id=10, name=Ann}", "{id=11, name=Bea}", "{id=13, name=Ann}");
            assertThat(job.partitions("named")).containsExactly("id_bucket");
        }
    }

    @Test
    void aTableThatBeginsToPassThroughIsFilled() throws Exception {
        String savepoint = first();
        Map<String, String> settings = settings();
        settings.put("sql.pass-through", "customers");
        database.run("UPDATE customers SET name = 'Bea' WHERE id = 2");
        try (WholeJob job = WholeJob.resume(settings, savepoint)) {
            job.await("customers", "{id=1, name=Ann}", "{id=2, name=Bea}");
            database.run("DELETE FROM customers WHERE id = 1", "INSERT INTO customers VALUES (3, 'Cy')");
            job.await("customers", "{id=2, name=Bea}", "{id=3, name=Cy}");
        }
    }

    /** Of a file that computes row by row, while its table is read again in the new type. */
    @Test
    void aColumnOfAnotherTypeIsComputedAnewAlsoWhereRowsChangeMeanwhile() throws Exception {
        database.run("ALTER TABLE orders ADD COLUMN price numeric(8,2)", "UPDATE orders SET price = id - 9");
        write("named", "-- key: id\nSELECT id, price / 8 AS part FROM orders");
        write(
                "sums",
                "-- key: customer\nSELECT COALESCE(customer, 0) AS customer, SUM(price) AS total FROM orders GROUP BY COALESCE(customer, 0)");
        Map<String, String> settings = settings();
        settings.put("sql.pass-through", "orders;customers");
        String savepoint;
        try (WholeJob job = WholeJob.start(settings)) {
            job.await("named", rows -> rows.size() == 3 && rows.toString().contains("id=10, part=0.12500"));
            savepoint = job.stop(folder);
        }
        database.run(
                "ALTER TABLE orders ALTER COLUMN price TYPE numeric(12,3)",
                "UPDATE orders SET price = 40.008 WHERE id = 11");
        try (WholeJob job = WholeJob.resume(settings, savepoint)) {
            database.run("UPDATE orders SET price = 80 WHERE id = 12");
            job.await(
                    "named",
                    rows -> rows.size() == 3
                            && rows.toString().contains("id=10, part=0.125000")
                            && rows.toString().contains("id=11, part=5.001000")
                            && rows.toString().contains("id=12, part=10.00000"));
            job.await("sums", "{customer=1, total=1.000}", "{customer=2, total=40.008}", "{customer=9, total=80.000}");
            database.run("DELETE FROM orders WHERE id = 10");
            job.await("named", rows -> rows.size() == 2);
        }
    }

    /** A file that counts how often it computes a row. */
    private Map<String, String> counting() throws Exception {
        write("named", "-- key: id\nSELECT id, counted(customer) AS customer FROM orders");
        Map<String, String> settings = settings();
        settings.put("sql.functions.counted", Counted.class.getName());
        settings.put("sql.pass-through", "orders;customers");
        database.run("ALTER TABLE orders ADD COLUMN note text", "ALTER TABLE orders ADD COLUMN gone text");
        return settings;
    }

    @Test
    void columnsThatNoFileReadsComeGoAndChangeWithoutAWordToTheFile() throws Exception {
        Map<String, String> settings = counting();
        String savepoint;
        try (WholeJob job = WholeJob.start(settings)) {
            job.await("named", "{customer=1, id=10}", "{customer=2, id=11}", "{customer=9, id=12}");
            int computed = Counted.CALLS.get();
            database.run(
                    "UPDATE orders SET note = 'x'",
                    "ALTER TABLE orders ADD COLUMN more int NOT NULL DEFAULT 7",
                    "ALTER TABLE orders ALTER COLUMN note TYPE int USING 5",
                    "ALTER TABLE orders DROP COLUMN gone");
            job.await("orders", rows -> rows.size() == 3 && rows.toString().matches("(.*more=7.*note=5){3}.*"));
            assertThat(Counted.CALLS).as("while it runs").hasValue(computed);
            database.run("UPDATE orders SET customer = 3 WHERE id = 12");
            job.await("named", "{customer=1, id=10}", "{customer=2, id=11}", "{customer=3, id=12}");
            savepoint = job.stop(folder);
        }
        int computed = Counted.CALLS.get();
        database.run(
                "ALTER TABLE orders ADD COLUMN later text DEFAULT 'late'",
                "ALTER TABLE orders ALTER COLUMN note TYPE text",
                "ALTER TABLE orders DROP COLUMN more");
        try (WholeJob job = WholeJob.resume(settings, savepoint)) {
            job.await("orders", rows -> rows.size() == 3 && rows.toString().matches("(.*later=late.*){3}"));
            assertThat(Counted.CALLS).as("at a resume").hasValue(computed);
            database.run("UPDATE orders SET customer = 4 WHERE id = 12", "DELETE FROM orders WHERE id = 10");
            job.await("named", "{customer=2, id=11}", "{customer=4, id=12}");
        }
    }

    /** Counts its calls, of all jobs of this JVM. */
    public static final class Counted extends ScalarFunction {
        private static final long serialVersionUID = 1L;

        private static final AtomicInteger CALLS = new AtomicInteger();

        public Integer eval(Integer value) {
            CALLS.incrementAndGet();
            return value;
        }
    }
}
