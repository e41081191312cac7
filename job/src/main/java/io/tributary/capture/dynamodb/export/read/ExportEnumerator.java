package io.tributary.capture.dynamodb.export.read;

import static java.util.Objects.requireNonNull;

import io.tributary.capture.Asking;
import io.tributary.capture.SplitsHeld;
import io.tributary.capture.dynamodb.LiveTables;
import io.tributary.capture.dynamodb.export.ExportSettings;
import io.tributary.capture.dynamodb.export.ExportedTable;
import io.tributary.capture.dynamodb.export.find.DataFile;
import io.tributary.capture.dynamodb.export.find.Discovery;
import io.tributary.capture.dynamodb.export.find.Export;
import io.tributary.capture.dynamodb.export.find.Finding;
import io.tributary.capture.dynamodb.export.find.UnusableException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.util.FlinkRuntimeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for exports, and hands out their files to the readers that ask: one export of a table at a time, in the order that the
 * table's {@link Ledger} says. What cannot be loaded becomes a dead letter, once, and is looked at again.
 */
final class ExportEnumerator implements SplitEnumerator<ExportSplit, ExportState> {

    private static final Logger LOG = LoggerFactory.getLogger(ExportEnumerator.class);

    private static final byte[] NOTHING = {};

    private final SplitEnumeratorContext<ExportSplit> context;
    private final boolean compares;
    private final ExportSettings settings;
    private final Discovery discovery;
    private final Standstill standstill;
    private final Map<String, Ledger> ledgers;
    private final Set<String> reported;
    private final Parts parts;

    /** What was found and is not settled, by table. */
    private final Map<String, Map<String, Finding>> found = new HashMap<>();

    private final Asking<ExportSplit> asking;

    /** What could not be used the last time it was looked at: it may have been in the making. */
    private Set<String> unusable = new HashSet<>();

    /** What would have left a gap the last time: the export that fills it may have been in the making. */
    private Set<String> gapsBefore = new HashSet<>();

    private Set<String> gaps = new HashSet<>();

    private volatile long filesLeft;
    private volatile long exportsLeft;
    private volatile long exportsWaiting;
    private volatile boolean isUnreachable;

    ExportEnumerator(
            SplitEnumeratorContext<ExportSplit> context,
            ExportSettings settings,
            LiveTables live,
            boolean compares,
            ExportState state) {
        this.context = context;
        this.compares = compares;
        this.asking = new Asking<>(context);
        this.settings = settings;
        this.ledgers = new TreeMap<>(state.ledgers());
        this.reported = new TreeSet<>(state.reported());
        this.parts = new Parts(state.splits(), state.waiting());
        this.discovery = new Discovery(
                settings.tables().stream().map(ExportedTable::location).collect(Collectors.toSet()),
                settings::isSkipped);
        long now = System.currentTimeMillis();
        this.standstill = state.standstill().then(state.savedAt(), now, settings.maxAge());
        for (ExportedTable table : settings.tables()) {
            Ledger ledger = ledgers.computeIfAbsent(table.name(), name -> Ledger.listed(now));
            ledger.listedAgain(now);
            found.put(table.name(), new TreeMap<>());
            String remade =
                    ledger.met(table, live.of(table.name()), live.askedAt().toEpochMilli());
            if (remade != null) {
                report("", table.name(), remade, NOTHING);
            }
        }
        ledgers.forEach((name, ledger) -> {
            String active = ledger.active();
            if (active != null && settings.isSkipped(active)) {
                parts.drop(active);
            }
            if (settings.table(name) != null) {
                return;
            }
            ledger.unlisted();
            if (active != null) {
                throw new FlinkRuntimeException("dynamodb.tables: an export of table " + name
                        + " is being loaded, so the table and the location of its exports cannot be left out: put them"
                        + " back, or start the job anew, without state");
            }
        });
    }

    @Override
    public void start() {
        context.metricGroup().gauge("exportFilesLeft", () -> filesLeft);
        context.metricGroup().gauge("exportsLeft", () -> exportsLeft);
        context.metricGroup().gauge("exportsWaiting", () -> exportsWaiting);
        context.metricGroup().gauge("exportsUnreachable", () -> isUnreachable ? 1 : 0);
        context.callAsync(discovery::look, this::saw, 0, settings.pollInterval().toMillis());
    }

    private void saw(Discovery.@Nullable Sight sight, @Nullable Throwable failure) {
        if (sight == null) {
            LOG.error("Exports cannot be looked for", failure);
            isUnreachable = true;
            return;
        }
        isUnreachable = !sight.isWhole();
        Set<String> stillUnusable = new HashSet<>();
        for (Finding finding : sight.findings()) {
            take(finding, stillUnusable);
        }
        unusable = stillUnusable;
        gapsBefore = gaps;
        gaps = new HashSet<>();
        if (sight.isWhole()) {
            ledgers.values().forEach(ledger -> ledger.keepOnly(sight.ids()));
            reported.removeIf(report ->
                    !report.startsWith(" ") && sight.ids().stream().noneMatch(id -> report.startsWith(id + " ")));
        }
        proceed();
    }

    private void take(Finding finding, Set<String> stillUnusable) {
        if (settings.isSkipped(finding.id())) {
            return;
        }
        Export export = finding.export();
        UnusableException problem = finding.problem();
        if (export == null && problem != null) {
            stillUnusable.add(finding.id());
            if (problem.isFinal() || unusable.contains(finding.id())) {
                report(finding.id(), "", problem.sentence(), finding.summary());
            }
            return;
        }
        for (ExportedTable table : settings.tables()) {
            if (export != null
                    && table.source().equals(export.table())
                    && table.location().equals(finding.location())
                    && !ledger(table).isSettled(export.id())) {
                foundOf(table).put(export.id(), finding);
            }
        }
    }

    /** What is done is settled, what is next begins, and whoever asks gets a part. */
    private void proceed() {
        int readers = context.currentParallelism();
        long left = 0;
        for (ExportedTable table : settings.tables()) {
            Ledger ledger = ledger(table);
            String active = ledger.active();
            if (active != null && parts.isDone(active, readers)) {
                settle(table, ledger, active);
            }
            next(table, ledger);
            foundOf(table).keySet().removeIf(ledger::isSettled);
            left += foundOf(table).size();
        }
        exportsLeft = left;
        exportsWaiting = (long) gaps.size() + unusable.size();
        filesLeft = parts.filesLeft();
        assign();
    }

    private void settle(ExportedTable table, Ledger ledger, String active) {
        if (settings.isSkipped(active)) {
            ledger.abandoned();
            LOG.warn("Table {}: the export {} was given up, as {} says", table, active, ExportSettings.SKIP.key());
            return;
        }
        ledger.loaded(table);
        LOG.info("Table {}: the export {} is loaded", table, active);
        parts.held().forEach(this::dropIfPreceded);
    }

    private void next(ExportedTable table, Ledger ledger) {
        Map<String, Finding> open = foundOf(table);
        List<Export> exports = new ArrayList<>();
        open.values().forEach(finding -> {
            if (finding.export() != null) {
                exports.add(finding.export());
            }
        });
        List<Ledger.Left> left = new ArrayList<>();
        long forgetting = System.currentTimeMillis() - settings.maxAge().toMillis();
        String active = ledger.active();
        Export next = ledger.next(exports, table, standstill, forgetting, left);
        for (Ledger.Left one : left) {
            Finding finding = open.get(one.export().id());
            if (one.isHarmless() || finding == null) {
                LOG.info("Table {}: the export {} is passed over: {}", table, one.export(), one.reason());
                continue;
            }
            boolean isGap = !ledger.isSettled(one.export().id());
            if (isGap) {
                gaps.add(one.export().id());
            }
            if (!isGap || gapsBefore.contains(one.export().id())) {
                report(one.export().id(), table.name(), one.reason(), finding.summary());
            }
        }
        if (next != null) {
            if (active != null) {
                LOG.warn("Table {}: {} is loaded in place of {}", table, next, active);
                parts.drop(active);
                tell(active, parts.count());
            }
            begin(table, ledger, next);
        }
    }

    private void begin(ExportedTable table, Ledger ledger, Export export) {
        LOG.info(
                "Table {}: {} is loaded, {} files",
                table,
                export,
                export.files().size());
        boolean isOfDeletes = ledger.bringsDeletesOnly(export.window());
        boolean isReplacing = ledger.replaces(export, table, compares);
        ledger.begin(export, isReplacing, parts.count());
        parts.add(ExportSplit.announcement(Phase.BEGIN, export, table.name()));
        for (DataFile file : export.files()) {
            parts.add(
                    isOfDeletes
                            ? ExportSplit.deletes(export, table.name(), file)
                            : ExportSplit.file(export, table.name(), file));
        }
        if (isReplacing) {
            parts.add(ExportSplit.announcement(Phase.TRUNCATION, export, table.name()));
        }
        parts.add(ExportSplit.announcement(Phase.END, export, table.name()));
    }

    private void tell(String superseded, int before) {
        asking.tell(new Superseded(superseded, before));
    }

    private void report(String export, String table, String reason, byte[] summary) {
        if (reported.add(export + " " + reason)) {
            LOG.error("{}", reason);
            parts.add(ExportSplit.report(export, table, reason, summary));
        }
    }

    private Ledger ledger(ExportedTable table) {
        return requireNonNull(ledgers.get(table.name()));
    }

    private Map<String, Finding> foundOf(ExportedTable table) {
        return found.computeIfAbsent(table.name(), name -> new TreeMap<>());
    }

    @Override
    public void handleSplitRequest(int reader, @Nullable String host) {
        asking.add(reader);
        proceed();
    }

    private void assign() {
        asking.serve(() -> parts.take(context.currentParallelism()));
    }

    @Override
    public void handleSourceEvent(int reader, SourceEvent event) {
        if (event instanceof SplitsHeld) {
            told(reader, ((SplitsHeld) event).splits(ExportSplitSerializer.INSTANCE));
        } else if (event instanceof SplitDone) {
            parts.done(((SplitDone) event).id());
        } else {
            throw new IllegalStateException("An event of " + event.getClass());
        }
        proceed();
    }

    private void told(int reader, List<ExportSplit> splits) {
        parts.told(reader, splits);
        splits.forEach(this::dropIfPreceded);
    }

    private void dropIfPreceded(ExportSplit split) {
        Ledger ledger = ledgers.get(split.table());
        if (split.phase() != Phase.REPORT && ledger != null && ledger.isPreceded(split)) {
            parts.drop(split.export(), split.number() + 1);
            tell(split.export(), split.number() + 1);
        }
    }

    @Override
    public void addReader(int reader) {
        // It tells what it has, which comes as an event.
    }

    @Override
    public void addSplitsBack(List<ExportSplit> splits, int reader) {
        parts.lost(reader, splits);
        splits.forEach(this::dropIfPreceded);
        asking.lost(reader);
    }

    @Override
    public ExportState snapshotState(long checkpoint) {
        return new ExportState(
                standstill,
                System.currentTimeMillis(),
                parts.count(),
                new TreeMap<>(ledgers),
                parts.waiting(),
                new TreeSet<>(reported));
    }

    @Override
    public void close() {
        discovery.close();
    }
}
