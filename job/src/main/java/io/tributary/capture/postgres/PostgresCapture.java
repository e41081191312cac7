package io.tributary.capture.postgres;

import io.tributary.capture.Capture;
import io.tributary.change.Captured;
import io.tributary.change.WireType;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The tables of one PostgreSQL database: their rows, then their changes. */
public final class PostgresCapture implements Capture {

    private final PostgresSettings settings;
    private final SlotPosition start;

    PostgresCapture(PostgresSettings settings, SlotPosition start) {
        this.settings = settings;
        this.start = start;
    }

    SlotPosition start() {
        return start;
    }

    @Override
    public DataStream<Captured> open(StreamExecutionEnvironment environment, String uid) {
        return environment
                .fromSource(
                        Source.of(settings, start),
                        WatermarkStrategy.noWatermarks(),
                        "Postgres " + settings.database(),
                        WireType.CAPTURED)
                .uid(uid);
    }
}
