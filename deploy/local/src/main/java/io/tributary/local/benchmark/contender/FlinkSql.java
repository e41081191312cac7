package io.tributary.local.benchmark.contender;

import io.tributary.local.benchmark.flink.SqlJob;
import io.tributary.local.benchmark.flink.Tuning;
import io.tributary.local.service.PostgresServer.Login;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * What one does without us: Flink SQL alone, from a postgres-cdc table into an Iceberg table in upsert mode.
 *
 * <p>By default everything is as the connectors come, but for what they do not run without: the incremental snapshot, which
 * is what their documentation recommends; pgoutput, the decoding plug-in that every PostgreSQL has; a publication that is
 * there already. Tuned it has what {@link Tuning} says, Flink's object reuse and mini-batches, and no heartbeats.
 */
record FlinkSql(boolean isTuned) implements Contender {

    private static final List<String> TUNED_FLINK = List.of(
            "pipeline.object-reuse=true",
            "table.exec.mini-batch.enabled=true",
            "table.exec.mini-batch.allow-latency=1 s",
            "table.exec.mini-batch.size=5000",
            "table.exec.sink.upsert-materialize=NONE");

    @Override
    public String name() {
        return isTuned ? "flink-sql-tuned" : "flink-sql-default";
    }

    @Override
    public boolean isWholeJob() {
        return true;
    }

    @Override
    public Attempt enter(Bench bench, Task task, Path folder) throws Exception {
        String namespace = Lake.namespace(folder);
        List<Slot> slots = new ArrayList<>();
        for (String table : task.flow().captured()) {
            Slot slot = new Slot(bench.source(), namespace + "_" + table);
            slot.publish(table);
            slots.add(slot);
        }
        List<String> arguments = new ArrayList<>(
                List.of(script(bench, task, folder, slots, namespace).toString()));
        if (isTuned) {
            arguments.addAll(TUNED_FLINK);
        }
        return new FlinkAttempt(
                bench,
                folder,
                slots,
                phase -> Program.ofConnector(bench, SqlJob.class, arguments),
                new IcebergGoal(bench.lake(), namespace, task, task.items().oldRows() ? 2 : 1));
    }

    private Path script(Bench bench, Task task, Path folder, List<Slot> slots, String namespace) throws IOException {
        Flow flow = task.flow();
        StringBuilder script = new StringBuilder();
        for (int i = 0; i < slots.size(); i++) {
            String table = flow.captured().get(i);
            String columns = table.equals(Flow.CUSTOMERS) ? Items.CUSTOMER_COLUMNS : Items.COLUMNS;
            script.append("CREATE TABLE %s (%s, PRIMARY KEY (id) NOT ENFORCED) WITH (%s);\n"
                    .formatted(table, columns, options(source(bench.source(), task.items(), table, slots.get(i)))));
        }
        Map<String, String> catalog = new LinkedHashMap<>();
        catalog.put("type", "iceberg");
        catalog.put("catalog-type", "hadoop");
        catalog.put("io-impl", Lake.FILES);
        catalog.put("warehouse", bench.lake().warehouse());
        String select = flow.select();
        String target = "lake." + namespace + "." + flow.made();
        script.append("""
                CREATE CATALOG lake WITH (%s);
                CREATE DATABASE IF NOT EXISTS lake.%s;
                CREATE TABLE IF NOT EXISTS %s (%s, PRIMARY KEY (id) NOT ENFORCED)
                  WITH ('format-version' = '2', 'write.upsert.enabled' = 'true');
                INSERT INTO %s %s;
                """.formatted(
                        options(catalog),
                        namespace,
                        target,
                        flow.columns(),
                        target,
                        select == null ? "SELECT * FROM " + flow.captured().get(0) : select));
        return Files.writeString(folder.resolve("job.sql"), script);
    }

    private Map<String, String> source(Login login, Items items, String table, Slot slot) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("connector", "postgres-cdc");
        options.put("hostname", "127.0.0.1");
        options.put("port", String.valueOf(login.port()));
        options.put("database-name", login.database());
        options.put("username", login.username());
        options.put("password", login.password());
        options.put("schema-name", "public");
        options.put("table-name", table);
        options.put("slot.name", slot.name());
        options.put("decoding.plugin.name", "pgoutput");
        options.put("debezium.publication.name", slot.name());
        options.put("debezium.publication.autocreate.mode", "disabled");
        options.put("scan.incremental.snapshot.enabled", "true");
        options.put("changelog-mode", items.oldRows() ? "all" : "upsert");
        if (isTuned) {
            options.put("scan.incremental.snapshot.chunk.size", String.valueOf(Tuning.CHUNK_ROWS));
            options.put("scan.incremental.snapshot.backfill.skip", "true");
            options.put("scan.snapshot.fetch.size", String.valueOf(Tuning.FETCH_ROWS));
            options.put("heartbeat.interval.ms", "0 s");
            Tuning.DEBEZIUM.forEach((name, value) -> options.put("debezium." + name, value));
        }
        return options;
    }

    private static String options(Map<String, String> options) {
        StringJoiner joined = new StringJoiner(",\n  ", "\n  ", "");
        options.forEach((key, value) -> joined.add("'" + key + "' = '" + value.replace("'", "''") + "'"));
        return joined.toString();
    }
}
