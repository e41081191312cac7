package io.tributary.capture.postgres.connector;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.replication.fluent.logical.LogicalStreamBuilder;

class SlotDecoderTest {

    /** Else the slot would get ahead of the job's checkpoints, and the job could never be resumed. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void onlyCheckpointsAreConfirmedWithHeartbeatsAndWithout(boolean messages) {
        LogicalStreamBuilder builder = new LogicalStreamBuilder(options -> {
            throw new AssertionError("nothing is to be started");
        });
        SlotDecoder.options(builder, "tributary", messages);
        assertThat(builder.getAutomaticFlush()).isFalse();
        assertThat(builder.getSlotOptions().containsKey("messages")).isEqualTo(messages);
    }
}
