package io.tributary.capture.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Captured;
import io.tributary.change.ChangelogRow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A target that takes nothing back, and of each version of a row keeps what came first, as the warehouse does: what an attempt that was
 * lost has shipped stays, and what the next one ships has to lead to the same rows.
 */
class LostAttemptTest {

    @AutoClose
    private final TestDatabase database = TestDatabase.create();

    /** By key, the last that was shipped. */
    private final Map<String, ChangelogRow> target = new HashMap<>();

    private void ship(ChangelogRow entry) {
        if (entry.kind() == RowKind.UPDATE_BEFORE) {
            return;
        }
        String key = String.valueOf(entry.row().getInt(0));
        ChangelogRow known = target.get(key);
        if (known == null || entry.version().isAfter(known.version())) {
            target.put(key, entry);
        }
    }

    private Map<String, String> settings() {
        Map<String, String> settings = database.settings("public.t");
        settings.put("postgres.watch-interval", "200 ms");
        return settings;
    }

    @Test
    void valuesThatWereAskedForMayBeOthersInTheNextAttempt(@TempDir Path savepoints) throws Exception {
        database.run(
                "CREATE TABLE t (id int PRIMARY KEY, n int, doc text)",
                "ALTER TABLE t ALTER doc SET STORAGE EXTERNAL",
                "INSERT INTO t SELECT i, 0, repeat('old', 1000) FROM generate_series(1, 3) i");
        List<Captured> before = new ArrayList<>();
        String savepoint;
        try (CaptureJob job = CaptureJob.start(settings())) {
            before.addAll(job.take(3));
            job.awaitSnapshot();
            savepoint = job.stop(savepoints);
            before.addAll(job.rest());
        }
        // Its large value is known under the old key only.
        database.run("UPDATE t SET id = id + 10", "UPDATE t SET n = 1 WHERE id = 12");
        try (Mirror lost = Mirror.ofWholeRows().to(this::ship);
                CaptureJob job = CaptureJob.resume(settings(), savepoint)) {
            lost.take(before);
            lost.await(job, database, "t");
        }
        assertThat(target).containsKeys("11", "12", "13");
        database.run(
                "UPDATE t SET doc = repeat('new', 1000) WHERE id < 13", "UPDATE t SET doc = doc || '!' WHERE id = 13");
        try (Mirror next = Mirror.ofWholeRows();
                CaptureJob job = CaptureJob.resume(settings(), savepoint)) {
            next.take(before);
            next.to(this::ship);
            next.await(job, database, "t");
            database.run("INSERT INTO t VALUES (99, 0, '')");
            next.await(job, database, "t");
        }
        StringBuilder rows = new StringBuilder();
        for (String id : new String[] {"11", "12", "13"}) {
            ChangelogRow row = target.get(id);
            String doc = String.valueOf(row.row().getString(2));
            rows.append(id)
                    .append(' ')
                    .append(doc.substring(0, 3))
                    .append(doc.length())
                    .append('\n');
        }
        assertThat(rows).hasToString("11 new3000\n12 new3000\n13 old3001\n");
    }
}
