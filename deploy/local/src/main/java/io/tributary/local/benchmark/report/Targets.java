package io.tributary.local.benchmark.report;

import static io.tributary.local.benchmark.measure.Quantity.CPU_PER_MILLION;
import static io.tributary.local.benchmark.measure.Quantity.CPU_SECONDS;
import static io.tributary.local.benchmark.measure.Quantity.P95_MILLIS;
import static io.tributary.local.benchmark.measure.Quantity.ROWS_PER_SECOND;
import static io.tributary.local.benchmark.measure.Quantity.ROW_BYTES;
import static io.tributary.local.benchmark.measure.Quantity.STATE_BYTES_PER_KEY;
import static io.tributary.local.benchmark.report.Target.atLeast;
import static io.tributary.local.benchmark.report.Target.atMost;
import static io.tributary.local.benchmark.report.Target.difference;
import static io.tributary.local.benchmark.report.Target.figure;
import static io.tributary.local.benchmark.report.Target.ratio;

import io.tributary.local.benchmark.measure.Quantity;
import java.util.List;

/** What Tributary wants to reach, as ratios of medians of one run. */
final class Targets {

    private static final String CONNECTOR = "connector";
    private static final String CLIENT = "pgoutput-client";
    private static final String TUNED = "flink-sql-tuned";
    private static final String PASSING = "-passing";
    private static final String DEFAULT = "flink-sql-default";

    private Targets() {}

    /** For the reader that a job has by default. */
    static List<Target> of(String ourReader) {
        String reader = "reader-" + ourReader;
        String job = "tributary-" + ourReader;
        return List.of(
                atLeast(
                        5,
                        "reader alone, snapshot: times the connector's source, tuned",
                        rates("snapshot", reader, CONNECTOR)),
                atLeast(
                        1.5,
                        "reader alone, changes: times the connector's source, tuned",
                        rates("changes", reader, CONNECTOR)),
                atLeast(
                        0.85,
                        "reader alone, changes: share of the bare pgoutput client",
                        rates("changes", reader, CLIENT)),
                atLeast(2.2, "whole job, snapshot: times Flink SQL, tuned", rates("snapshot", job, TUNED)),
                atLeast(6, "whole job, snapshot: times Flink SQL, default", rates("snapshot", job, DEFAULT)),
                atLeast(2, "whole job, changes: times Flink SQL, tuned", rates("changes", job, TUNED)),
                atMost(0.5, "job CPU per million rows: share of Flink SQL, tuned", cpu("snapshot", job)),
                atMost(0.5, "job CPU per million changes: share of Flink SQL, tuned", cpu("changes", job)),
                atMost(
                        1.15,
                        "SQL row by row, CPU per million rows: times the table passing through, kept whole",
                        shares("sql-stateless-snapshot", job, job + PASSING, CPU_PER_MILLION)),
                atMost(
                        1.15,
                        "SQL row by row, CPU per million changes: times the table passing through, kept whole",
                        shares("sql-stateless-changes", job, job + PASSING, CPU_PER_MILLION)),
                atMost(
                        0.5,
                        "SQL with a join, CPU per million rows: share of Flink SQL, tuned",
                        cpu("sql-join-snapshot", job)),
                atMost(
                        0.5,
                        "SQL with a join, CPU per million changes: share of Flink SQL, tuned",
                        cpu("sql-join-changes", job)),
                atMost(
                        0.5,
                        "SQL with sums, CPU per million rows: share of Flink SQL, tuned",
                        cpu("sql-aggregate-snapshot", job)),
                atMost(
                        0.5,
                        "SQL with sums, CPU per million changes: share of Flink SQL, tuned",
                        cpu("sql-aggregate-changes", job)),
                atMost(
                        12_000,
                        "freshness in Iceberg, p95, ms, commits every 10 s",
                        figure("freshness", "iceberg", P95_MILLIS)),
                atMost(
                        3_000,
                        "freshness in the warehouse, p95, ms, merges every second",
                        figure("freshness", "warehouse", P95_MILLIS)),
                atMost(
                        40,
                        "state per key, whole row kept: bytes beyond the binary row",
                        difference(
                                figure("state", "whole rows", STATE_BYTES_PER_KEY),
                                figure("state", "whole rows", ROW_BYTES))),
                atMost(
                        64,
                        "state per key, row not needed: bytes",
                        figure("state", "pass-through", STATE_BYTES_PER_KEY)),
                atMost(
                        2,
                        "freshness in Iceberg while a changed SQL file is filled, p95: times that of before",
                        ratio(figure("replay", "during", P95_MILLIS), figure("replay", "before", P95_MILLIS))),
                atMost(
                        1.2,
                        "100 tables: CPU seconds, times those of one table",
                        ratio(figure("tables", "100 tables", CPU_SECONDS), figure("tables", "1 table", CPU_SECONDS))));
    }

    private static Target.Value rates(String scenario, String ours, String other) {
        return shares(scenario, ours, other, ROWS_PER_SECOND);
    }

    private static Target.Value cpu(String scenario, String ours) {
        return shares(scenario, ours, TUNED, CPU_PER_MILLION);
    }

    private static Target.Value shares(String scenario, String ours, String other, Quantity quantity) {
        return ratio(figure(scenario, ours, quantity), figure(scenario, other, quantity));
    }
}
