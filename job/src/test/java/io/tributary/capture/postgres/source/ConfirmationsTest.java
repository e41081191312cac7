package io.tributary.capture.postgres.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConfirmationsTest {

    @Test
    void onlyACompleteCheckpointIsConfirmed() {
        Confirmations confirmations = new Confirmations(0);
        confirmations.taken(1, 100);
        confirmations.taken(2, 200);
        assertThat(confirmations.complete(1)).isEqualTo(100);
        assertThat(confirmations.complete(2)).isEqualTo(200);
    }

    @Test
    void aPositionIsConfirmedWhenSoManyNewerCheckpointsAreComplete() {
        Confirmations confirmations = new Confirmations(2);
        for (long checkpoint = 1; checkpoint <= 4; checkpoint++) {
            confirmations.taken(checkpoint, 100 * checkpoint);
        }
        assertThat(confirmations.complete(1)).isNull();
        assertThat(confirmations.complete(2)).isNull();
        assertThat(confirmations.complete(3)).isEqualTo(100);
        assertThat(confirmations.complete(4)).isEqualTo(200);
    }

    @Test
    void aCheckpointWhoseEndWasNeverToldDoesNotCount() {
        Confirmations confirmations = new Confirmations(1);
        confirmations.taken(1, 100);
        confirmations.taken(2, 200);
        confirmations.taken(3, 300);
        confirmations.taken(4, 400);
        assertThat(confirmations.complete(1)).isNull();
        // 2 and 3 failed, or were savepoints.
        assertThat(confirmations.complete(4)).isEqualTo(100);
        assertThat(confirmations.complete(3)).as("told too late").isNull();
    }

    @Test
    void aCheckpointWithoutTheSlotConfirmsNothing() {
        assertThat(new Confirmations(0).complete(1)).isNull();
    }
}
