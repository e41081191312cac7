package io.tributary.query;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RepeatsTest {

    private final Repeats repeats = new Repeats();

    private void start() {
        repeats.at(1);
        repeats.complete(1);
        assertThat(repeats.areCertain()).isTrue();
    }

    @Test
    void theFirstIntervalOfAStartWaitsForItsCheckpoint() {
        assertThat(repeats.areCertain()).isFalse();
        repeats.at(1);
        assertThat(repeats.areCertain()).isFalse();
        repeats.complete(1);
        assertThat(repeats.areCertain()).isTrue();
    }

    @Test
    void whatComesAfterARowThatWasReadWaitsUntilThatIsInACheckpoint() {
        start();
        repeats.reads();
        assertThat(repeats.areCertain()).isFalse();
        repeats.at(2);
        repeats.at(3);
        repeats.complete(1);
        assertThat(repeats.areCertain()).isFalse();
        repeats.complete(3);
        assertThat(repeats.areCertain())
                .as("checkpoint 2 was given up, 3 has its rows")
                .isTrue();
    }

    @Test
    void rowsMayBeShownUntilTheEndOfTheNextInterval() {
        start();
        repeats.shows();
        repeats.at(2);
        repeats.complete(2);
        assertThat(repeats.areCertain()).isFalse();
        repeats.at(3);
        assertThat(repeats.areCertain()).isFalse();
        repeats.complete(3);
        assertThat(repeats.areCertain()).isTrue();
    }
}
