package io.tributary.capture.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Change;
import io.tributary.change.Operation;
import java.util.List;
import org.junit.jupiter.api.Test;

class PostgresCaptureTest {

    @Test
    void readsTheRowsThenTheChanges() throws Exception {
        try (TestDatabase database = TestDatabase.create()) {
            database.run(
                    "CREATE TABLE customers (id int PRIMARY KEY, name text)",
                    "INSERT INTO customers VALUES (1, 'Ada'), (2, 'Grace')");
            try (CaptureJob job = CaptureJob.start(database.settings("public.customers"))) {
                List<Change> rows = job.changes(2);
                assertThat(rows).allMatch(change -> change.operation() == Operation.READ);
                database.run(
                        "INSERT INTO customers VALUES (3, 'Barbara')",
                        "UPDATE customers SET name = 'Ada L.' WHERE id = 1",
                        "DELETE FROM customers WHERE id = 2");
                List<Change> changes = job.changes(3);
                assertThat(changes)
                        .extracting(Change::operation)
                        .containsExactly(Operation.INSERT, Operation.UPDATE, Operation.DELETE);
                assertThat(changes)
                        .isSortedAccordingTo(java.util.Comparator.comparing(Change::position))
                        .allMatch(
                                change -> change.position().isAfter(rows.get(0).position()));
                assertThat(changes.get(0).schema()).isEqualTo(rows.get(0).schema());
            }
        }
    }
}
