package io.tributary.capture.postgres.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.change.Captured;
import io.tributary.change.Position;
import io.tributary.change.Rejected;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class BatchTest {

    private static Captured row(int number) {
        return Rejected.of("postgres", "t", 0, "row " + number, new byte[0], Position.of(1, number));
    }

    @Test
    void rowsComeOutAsTheyWentIn() {
        Batch batch = new Batch("slot", () -> {});
        List<Captured> rows = new ArrayList<>();
        // More than a batch is to have: a message of many rows is not torn.
        for (int i = 0; i < 3 * Batch.ROWS; i++) {
            rows.add(row(i));
            batch.add(rows.get(i));
        }
        assertThat(batch.nextSplit()).isEqualTo("slot");
        for (Captured row : rows) {
            assertThat(batch.nextRecordFromSplit()).isSameAs(row);
        }
        assertThat(batch.nextRecordFromSplit()).isNull();
        assertThat(batch.nextSplit()).isNull();
        assertThat(batch.finishedSplits()).isEmpty();
    }

    @Test
    void aBatchIsFullWhenAMessageOfTwoRowsJustFits() {
        Batch batch = new Batch("slot", () -> {});
        for (int i = 0; i < Batch.ROWS - 2; i++) {
            assertThat(batch.isFull()).isFalse();
            batch.add(row(i));
        }
        assertThat(batch.isFull()).isTrue();
    }

    @Test
    void aBatchOfLargeRowsIsFullByTheirBytes() {
        Batch batch = new Batch("slot", () -> {});
        batch.read(Batch.BYTES - 1);
        assertThat(batch.isFull()).isFalse();
        batch.read(1);
        assertThat(batch.isFull()).isTrue();
    }

    @Test
    void whatIsToBeDoneAfterwardsIsDoneWhenTheRowsAreHandedOn() {
        List<String> done = new ArrayList<>();
        Batch batch = new Batch("t#1", () -> done.add("recycled"));
        assertThat(batch.isEmpty()).isTrue();
        batch.afterwards(() -> done.add("done"));
        batch.end();
        assertThat(batch.isEmpty()).isFalse();
        assertThat(batch.finishedSplits()).containsExactly("t#1");
        assertThat(done).isEmpty();
        batch.recycle();
        assertThat(done).containsExactly("done", "recycled");
    }

    @Test
    void soManyBatchesMayBeUnderWay() throws Exception {
        AtomicBoolean isOver = new AtomicBoolean();
        UnderWay underWay = new UnderWay(isOver::get);
        Batch first = underWay.next("slot");
        for (int i = 1; i < UnderWay.BATCHES; i++) {
            underWay.next("slot");
        }
        CompletableFuture<Batch> more = CompletableFuture.supplyAsync(() -> underWay.next("slot"));
        assertThat(more).isNotDone();
        first.recycle();
        more.get();

        CompletableFuture<Batch> last = CompletableFuture.supplyAsync(() -> underWay.next("slot"));
        assertThat(last).isNotDone();
        isOver.set(true);
        last.get();
    }
}
