package io.tributary.capture.dynamodb.export.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.capture.dynamodb.TableIdentity;
import io.tributary.capture.dynamodb.export.ExportLocation;
import io.tributary.capture.dynamodb.export.ExportedTable;
import io.tributary.capture.dynamodb.export.find.DataFile;
import io.tributary.capture.dynamodb.export.find.Export;
import io.tributary.capture.dynamodb.export.find.Window;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Times are small numbers, and deletes are remembered for 100 of them. */
class LedgerTest {

    private static final TableIdentity ONE = TableIdentity.of("arn:aws:dynamodb:us-east-1:1:table/Orders", "1");
    private static final TableIdentity OTHER = TableIdentity.of("arn:aws:dynamodb:us-east-1:1:table/Orders", "2");

    private final List<Export> exports = new ArrayList<>();
    private final List<Ledger.Left> left = new ArrayList<>();
    private Ledger ledger = new Ledger();
    private ExportedTable table = table(false, false);
    private Standstill standstill = Standstill.before(1);
    private long now = 50;
    private int parts;

    @Test
    void theNewestFullExportIsLoadedFirstAndThenWhatGoesOnFromIt() {
        full("old", 10);
        full("new", 20);
        incremental("covered", 10, 20);
        incremental("second", 30, 40);
        incremental("first", 20, 30);

        assertThat(loadAll()).containsExactly("new", "first", "second");
        assertThat(ledger.through()).isEqualTo(40);
        assertThat(left).allMatch(Ledger.Left::isHarmless).hasSize(2);
    }

    @Test
    void aGapIsSaidAndIsNotLoadedUntilItIsFilled() {
        full("full", 10);
        incremental("late", 21, 30);

        assertThat(loadAll()).containsExactly("full");
        assertThat(left).singleElement().satisfies(one -> {
            assertThat(one.isHarmless()).isFalse();
            assertThat(one.reason())
                    .contains("late")
                    .contains("loaded up to 1970-01-01T00:00:00.010Z")
                    .contains("changes between the two would be missing");
        });
        assertThat(ledger.isSettled("late")).isFalse();

        incremental("filler", 9, 21);
        assertThat(loadAll()).containsExactly("filler", "late");
    }

    @Test
    void anIncrementalExportAloneWaitsForAFullOne() {
        incremental("alone", 10, 20);

        assertThat(loadAll()).isEmpty();
        assertThat(left)
                .singleElement()
                .satisfies(one -> assertThat(one.reason()).contains("there is no full export before it"));
    }

    @Test
    void aStreamLeavesNoGaps() {
        table = table(false, true);
        full("full", 10);
        incremental("late", 21, 30);

        assertThat(loadAll()).containsExactly("full", "late");
        assertThat(left).isEmpty();
    }

    @Test
    void aLaterFullExportKnowsOfNoDeletesUnlessItReplacesTheTable() {
        full("first", 10);
        assertThat(loadAll()).containsExactly("first");
        full("second", 30);
        incremental("deletes", 10, 20);
        assertThat(loadAll()).containsExactly("second", "deletes");
        assertThat(ledger.through()).isEqualTo(20);

        table = table(true, false);
        full("replacing", 40);
        incremental("covered", 20, 40);
        assertThat(loadAll()).containsExactly("replacing");
        assertThat(ledger.through()).isEqualTo(40);
    }

    @Test
    void anExportThatOutlivesWhatIsKnownOfDeletesIsLeftOut() {
        table = table(false, true);
        full("full", 10);
        assertThat(loadAll()).containsExactly("full");

        now = 200;
        full("stale", 90);
        incremental("stale too", 80, 90);
        full("fresh", 150);
        assertThat(loadAll()).containsExactly("fresh");
        assertThat(left)
                .filteredOn(one -> !one.isHarmless())
                .extracting(Ledger.Left::reason)
                .hasSize(2)
                .allMatch(reason -> reason.contains("older than dynamodb.exports.max-age"));
    }

    @Test
    void aJobThatWasJustStartedMayLoadWhatIsOld() {
        table = table(false, true);
        standstill = Standstill.before(190);
        now = 200;
        full("old", 10);
        incremental("next", 10, 20);

        assertThat(loadAll()).containsExactly("old", "next");
    }

    @Test
    void whatWasExportedWhileNothingWasReadMayBeOld() {
        table = table(false, true);
        full("full", 10);
        loadAll();
        now = 200;
        standstill = Standstill.of(60, 190);
        incremental("before", 40, 59);
        incremental("across", 50, 60);
        incremental("meanwhile", 60, 80);

        assertThat(loadAll()).containsExactly("across", "meanwhile");
        assertThat(left)
                .filteredOn(one -> !one.isHarmless())
                .extracting(one -> one.export().id())
                .containsExactly("before");
    }

    @Test
    void withoutAStreamAChainMayBeOld() {
        full("full", 10);
        assertThat(loadAll()).containsExactly("full");
        now = 1000;
        incremental("next", 10, 20);
        assertThat(loadAll()).containsExactly("next");
    }

    @Test
    void aNewerFullExportTakesThePlaceOfOneThatIsBeingLoaded() {
        full("broken", 10);
        begin(next());
        assertThat(next()).isNull();
        full("whole", 20);

        Export whole = next();
        begin(whole);
        assertThat(whole.id()).isEqualTo("whole");
        assertThat(ledger.isPreceded(part("broken", Window.full(10), 0))).isTrue();
        assertThat(ledger.isPreceded(part("whole", Window.full(20), 1))).isFalse();
        ledger.loaded(table);
        assertThat(loadAll()).isEmpty();
        assertThat(ledger.isSettled("broken")).isTrue();
    }

    @Test
    void aFullExportOfAStreamedTableDoesNotStandForAnEarlierRepair() {
        table = table(false, true);
        full("full", 20);
        incremental("repair", 5, 15);

        assertThat(loadAll()).containsExactly("full", "repair");
        assertThat(left).isEmpty();
    }

    @Test
    void anIncrementalExportBringsDeletesOnlyWhereANewerFullOneIsLoaded() {
        table = table(false, true);
        full("full", 20);
        begin(next());
        assertThat(ledger.bringsDeletesOnly(Window.incremental(5, 20)))
                .as("rows of the full one may still be missing")
                .isFalse();
        ledger.loaded(table);

        assertThat(ledger.bringsDeletesOnly(Window.incremental(5, 20))).isTrue();
        assertThat(ledger.bringsDeletesOnly(Window.incremental(5, 21))).isFalse();
        assertThat(ledger.bringsDeletesOnly(Window.full(20))).isFalse();
    }

    @Test
    void aNewerFullExportGoesBeforeAnIncrementalOneThatIsBeingLoaded() throws IOException {
        for (boolean isStreamed : List.of(true, false)) {
            exports.clear();
            ledger = new Ledger();
            table = table(false, isStreamed);
            full("full", 10);
            assertThat(loadAll()).containsExactly("full");
            incremental("broken", 10, 20);
            begin(next());
            full("older", 15);
            assertThat(next()).isNull();
            full("newer", 30);
            parts = 7;
            begin(next());
            ledger = copy(ledger);

            assertThat(ledger.active()).isEqualTo("newer");
            assertThat(ledger.isPreceded(part("broken", Window.incremental(10, 20), 6)))
                    .isTrue();
            ledger.loaded(table);
            assertThat(loadAll()).as("its deletes are needed").containsExactly("broken");
            assertThat(ledger.isPreceded(part("broken", Window.incremental(10, 20), 7)))
                    .as("a part of the second attempt")
                    .isFalse();
        }
    }

    @Test
    void anExportFromBeforeTheTableWasListedInAJobThatResumesIsLeftOut() throws IOException {
        table = table(false, true);
        ledger = copy(Ledger.listed(30));
        full("before", 20);
        incremental("before, too", 20, 29);

        assertThat(loadAll()).isEmpty();
        assertThat(left).hasSize(2).allSatisfy(one -> {
            assertThat(one.isHarmless()).isFalse();
            assertThat(one.reason())
                    .contains("before")
                    .contains("resumed at 1970-01-01T00:00:00.030Z with table orders")
                    .endsWith("Export the table again, now that the job runs");
        });
        full("after", 30);
        assertThat(loadAll()).containsExactly("after");
    }

    @Test
    void aTableThatWasTakenOutAndPutBackMissesWhatTheStreamHadMeanwhile() {
        table = table(false, true);
        full("full", 10);
        assertThat(loadAll()).containsExactly("full");
        ledger.listedAgain(15);
        ledger.unlisted();
        ledger.listedAgain(30);
        ledger.listedAgain(40);
        full("meanwhile", 20);
        full("after", 35);

        assertThat(loadAll()).containsExactly("after");
        assertThat(ledger.isSettled("meanwhile")).isTrue();
        assertThat(left)
                .filteredOn(one -> !one.isHarmless())
                .extracting(one -> one.export().id())
                .containsExactly("meanwhile");
    }

    @Test
    void withoutAStreamATableMayBeListedLate() {
        ledger = Ledger.listed(30);
        full("full", 10);
        incremental("next", 10, 20);

        assertThat(loadAll()).containsExactly("full", "next");
    }

    @Test
    void deletesSinceAFullExportThatWasBegunAreLoadedAfterTheNextOne() throws IOException {
        full("superseded", 10);
        begin(next());
        full("skipped", 20);
        begin(next());
        ledger.abandoned();
        ledger = copy(ledger);
        full("whole", 30);
        incremental("before", 5, 10);
        incremental("first", 10, 20);
        incremental("second", 20, 30);
        incremental("late", 31, 40);

        assertThat(loadAll()).containsExactly("whole", "first", "second");
        assertThat(ledger.through()).isEqualTo(30);
        assertThat(ledger.isSettled("before")).isTrue();
        assertThat(left)
                .filteredOn(one -> !one.isHarmless())
                .extracting(one -> one.export().id())
                .contains("late");
    }

    @Test
    void afterAReplacingExportNothingIsLeftOfOneThatWasBegun() {
        table = table(true, false);
        full("superseded", 10);
        begin(next());
        full("whole", 30);
        incremental("covered", 10, 30);
        incremental("next", 30, 40);

        assertThat(loadAll()).containsExactly("whole", "next");
        assertThat(ledger.through()).isEqualTo(40);
    }

    @Test
    void nothingIsLoadedTwice() throws IOException {
        full("full", 10);
        incremental("next", 10, 20);
        loadAll();
        ledger = copy(ledger);

        assertThat(loadAll()).isEmpty();
        assertThat(ledger.through()).isEqualTo(20);
    }

    @Test
    void aTableThatWasMadeAgainIsReplacedByItsFirstFullExport() throws IOException {
        for (boolean isStreamed : List.of(true, false)) {
            exports.clear();
            left.clear();
            ledger = new Ledger();
            table = table(false, isStreamed);
            full("full", 10, ONE);
            incremental("goes on", 10, 20, ONE);
            incremental("of the other", 20, 30, OTHER);
            assertThat(loadAll()).containsExactly("full", "goes on");
            assertThat(left)
                    .singleElement()
                    .satisfies(
                            one -> assertThat(one.reason())
                                    .contains("of the other")
                                    .contains(
                                            "dropped and made again since the exports that were loaded (its id was 1 and is 2)"));
            assertThat(ledger.isSettled("of the other")).isFalse();

            full("late", 15, ONE);
            full("whole", 25, OTHER);
            Export whole = next();
            assertThat(whole.id()).isEqualTo("whole");
            assertThat(ledger.replaces(whole, table, false)).isTrue();
            begin(whole);
            ledger = copy(ledger);
            ledger.loaded(table);
            assertThat(loadAll()).containsExactly("of the other");
            full("again", 40, OTHER);
            assertThat(ledger.replaces(next(), table, false)).isFalse();
        }
    }

    /** Of a job that knows nothing of the rows that its targets have. */
    @Test
    void theFirstFullExportReplacesWhatTargetsMayHave() throws IOException {
        full("first", 10);
        Export first = next();
        assertThat(ledger.replaces(first, table, true)).isTrue();
        ledger.begin(first, true, 1);
        ledger = copy(ledger);
        ledger.loaded(table);
        incremental("incremental", 10, 20);
        assertThat(ledger.replaces(next(), table, true)).isFalse();
        loadAll();
        full("second", 30);
        assertThat(ledger.replaces(next(), table, true)).isFalse();
    }

    @Test
    void aFullExportReplacesTheTableBeforeUntilOneIsLoadedWhole() throws IOException {
        full("full", 10, ONE);
        loadAll();
        full("given up", 20, OTHER);
        begin(next());
        ledger.abandoned();
        ledger = copy(ledger);
        full("whole", 30, OTHER);

        Export whole = next();
        assertThat(ledger.replaces(whole, table, false)).isTrue();
        begin(whole);
        ledger.loaded(table);
        assertThat(ledger.through()).isEqualTo(30);
    }

    @Test
    void exportsOfATableThatWasDroppedAreLeftOutAndSaidOnce() {
        table = table(false, true);
        assertThat(ledger.met(table, OTHER, 45)).isNull();
        full("full", 10, ONE);
        incremental("goes on", 10, 20, ONE);

        assertThat(loadAll()).isEmpty();
        assertThat(left)
                .filteredOn(one -> !one.isHarmless())
                .singleElement()
                .satisfies(
                        one -> assertThat(one.reason())
                                .contains("goes on")
                                .contains(
                                        "of a table that was dropped, with the id 1, and the one that has its name since has the id 2"));

        left.clear();
        full("whole", 50, OTHER);
        full("forgotten", 30, ONE);
        assertThat(loadAll()).containsExactly("whole");
        assertThat(left).singleElement().matches(Ledger.Left::isHarmless);
    }

    @Test
    void aTableThatIsMetUnderTheNameOfTheOneThatWasLoadedIsSaid() throws IOException {
        full("full", 10, ONE);
        loadAll();
        assertThat(ledger.met(table, ONE, 15)).isNull();
        ledger = copy(ledger);

        assertThat(ledger.met(table, OTHER, 20))
                .isEqualTo(
                        "Table orders was dropped and made again (its id was 1 and is 2), and rows of the one before are"
                                + " still there. Export the whole table, and they go: dynamodb export --table orders --full");
        full("whole", 30, OTHER);
        assertThat(loadAll()).containsExactly("whole");
        assertThat(ledger.met(table, OTHER, 40)).isNull();
        assertThat(ledger.met(table, ONE, 35)).as("asked before").isNull();
    }

    @Test
    void ofExportsFromElsewhereOrWithoutAnIdNothingIsSaid() {
        ledger.met(table, ONE, 5);
        full("full", 10, TableIdentity.of("arn:aws:dynamodb:eu-west-1:1:table/Orders", "2"));
        incremental("next", 10, 20, TableIdentity.UNKNOWN);
        incremental("last", 20, 30, ONE);

        assertThat(loadAll()).containsExactly("full", "next", "last");
        assertThat(left).isEmpty();
    }

    private void full(String id, long time, TableIdentity identity) {
        exports.add(Export.of(id, "Orders", Window.full(time), List.of()).of(identity));
    }

    private void incremental(String id, long from, long to, TableIdentity identity) {
        exports.add(
                Export.of(id, "Orders", Window.incremental(from, to), List.of()).of(identity));
    }

    private static Ledger copy(Ledger ledger) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ledger.write(new DataOutputStream(bytes));
        return Ledger.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())), 4);
    }

    private void begin(Export export) {
        ledger.begin(export, ledger.replaces(export, table, false), parts);
    }

    private static ExportSplit part(String export, Window window, int number) {
        return ExportSplit.file(
                        Export.of(export, "Orders", window, List.of()), "orders", DataFile.of("data/f.gz", "bWQ1", 7))
                .numbered(number);
    }

    private List<String> loadAll() {
        List<String> loaded = new ArrayList<>();
        for (Export next = next(); next != null; next = next()) {
            begin(next);
            ledger.loaded(table);
            loaded.add(next.id());
        }
        return loaded;
    }

    private Export next() {
        return ledger.next(exports, table, standstill, now - 100, left);
    }

    private void full(String id, long time) {
        exports.add(Export.of(id, "Orders", Window.full(time), List.of()));
    }

    private void incremental(String id, long from, long to) {
        exports.add(Export.of(id, "Orders", Window.incremental(from, to), List.of()));
    }

    private static ExportedTable table(boolean isReplaced, boolean isStreamed) {
        return ExportedTable.of("orders", "Orders", ExportLocation.of("/exports", null, null), isReplaced, isStreamed);
    }
}
