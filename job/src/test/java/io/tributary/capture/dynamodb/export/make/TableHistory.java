package io.tributary.capture.dynamodb.export.make;

import io.tributary.capture.dynamodb.TableIdentity;
import io.tributary.capture.dynamodb.export.ExportLocation;
import io.tributary.capture.dynamodb.export.ExportWriter;
import io.tributary.capture.dynamodb.export.Orders;
import io.tributary.capture.dynamodb.export.find.Window;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Orders that are written and deleted as time goes by, and their exports, which are as those of DynamoDB: the items at the time of
 * the export, or the last write of each in a span.
 */
final class TableHistory implements ExportService {

    private record Write(Instant at, String id, @Nullable Integer quantity) {}

    private final List<Write> writes = new ArrayList<>();
    private final Set<String> asked = new HashSet<>();
    private final List<String> spans = new ArrayList<>();
    private Instant now = Instant.parse("2030-01-01T00:00:00.500Z");
    private Duration recoverable = Duration.ofDays(10_000);
    private boolean isFailing;
    private int tables = 1;

    TableHistory pass(Duration duration) {
        now = now.plus(duration);
        return this;
    }

    TableHistory write(String id, int quantity) {
        writes.add(new Write(now, id, quantity));
        return this;
    }

    TableHistory delete(String id) {
        writes.add(new Write(now, id, null));
        return this;
    }

    /** The table is dropped with all its rows, and one of its name is made. */
    TableHistory makeAgain() {
        at(Instant.MAX).keySet().forEach(this::delete);
        tables++;
        return this;
    }

    private String tableId() {
        return "table " + tables;
    }

    Clock clock() {
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now;
            }
        };
    }

    /** The rows that there are now, as {@link Orders#newest} has them. */
    Map<String, String> rows() {
        Map<String, String> rows = new TreeMap<>();
        at(Instant.MAX).forEach((id, quantity) -> rows.put(id, Orders.row(id, quantity)));
        return rows;
    }

    private Map<String, Integer> at(Instant end) {
        Map<String, Integer> items = new TreeMap<>();
        for (Write write : writes) {
            if (!write.at.isBefore(end)) {
                continue;
            }
            if (write.quantity == null) {
                items.remove(write.id);
            } else {
                items.put(write.id, write.quantity);
            }
        }
        return items;
    }

    /** Exports that are started from now on fail, or no longer. */
    void failing(boolean newFailing) {
        isFailing = newFailing;
    }

    /** Spans that begin longer ago are refused. */
    void recoverableFor(Duration duration) {
        recoverable = duration;
    }

    /** What was exported, in this order. */
    List<String> spans() {
        return spans;
    }

    @Override
    public TableIdentity identity(String table) {
        return TableIdentity.of(ExportWriter.arn(table), tableId());
    }

    @Override
    public String start(String table, ExportLocation location, @Nullable Window window) throws IOException {
        if (isFailing) {
            return "arn:aws:dynamodb:us-east-1:000000000000:table/Orders/export/failing";
        }
        ExportWriter writer = ExportWriter.of(location, table).tableId(tableId());
        String id;
        if (window == null) {
            spans.add("full " + now);
            List<String> lines = new ArrayList<>();
            at(now).forEach((item, quantity) -> lines.add(Orders.item(item, quantity)));
            id = writer.file(lines.subList(0, lines.size() / 2))
                    .file(lines.subList(lines.size() / 2, lines.size()))
                    .full(now);
        } else {
            Instant from = Instant.ofEpochMilli(window.from());
            Instant to = Instant.ofEpochMilli(window.to());
            if (from.isBefore(now.minus(recoverable))) {
                throw new IOException("DynamoDB does not export table " + table + ": the time is out of its range");
            }
            spans.add(from + " " + to);
            Map<String, String> lines = new TreeMap<>();
            for (Write write : writes) {
                if (!write.at.isBefore(from) && write.at.isBefore(to)) {
                    lines.put(
                            write.id,
                            write.quantity == null
                                    ? Orders.deleted(write.at, write.id)
                                    : Orders.written(write.at, write.id, write.quantity));
                }
            }
            id = writer.file(List.copyOf(lines.values())).incremental(from, to);
        }
        return "arn:aws:dynamodb:us-east-1:000000000000:table/Orders/export/" + id;
    }

    /** The second time that it is asked. */
    @Override
    public boolean isComplete(String export) throws IOException {
        if (export.endsWith("failing")) {
            throw new ExportFailedException("DynamoDB gave the export up");
        }
        return !asked.add(export);
    }

    @Override
    public void close() {
        // There is nothing to close.
    }
}
