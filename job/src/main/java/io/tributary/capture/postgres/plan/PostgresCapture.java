package io.tributary.capture.postgres.plan;

import io.tributary.capture.Capture;
import io.tributary.capture.postgres.PostgresSettings;
import io.tributary.capture.postgres.connector.ConnectorSource;
import io.tributary.capture.postgres.server.Era;
import io.tributary.capture.postgres.server.ServerIdentity;
import io.tributary.capture.postgres.server.SlotPosition;
import io.tributary.capture.postgres.source.PostgresSource;
import io.tributary.capture.postgres.source.Tables;
import io.tributary.change.Captured;
import io.tributary.change.WireType;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The tables of one PostgreSQL database: their rows, then their changes. */
public final class PostgresCapture implements Capture {

    private final PostgresSettings settings;
    private final SlotPosition start;
    private final Era era;
    private final ServerIdentity server;
    private final Tables tables;

    PostgresCapture(PostgresSettings settings, SlotPosition start, Era era, ServerIdentity server, Tables tables) {
        this.settings = settings;
        this.start = start;
        this.era = era;
        this.server = server;
        this.tables = tables;
    }

    public SlotPosition start() {
        return start;
    }

    @Override
    public DataStream<Captured> open(StreamExecutionEnvironment environment, String uid) {
        return environment
                .fromSource(source(), WatermarkStrategy.noWatermarks(), name(), WireType.CAPTURED)
                .uid(uid);
    }

    /** For people; metrics have it, too. */
    private String name() {
        String database = settings.server().database();
        return settings.source().isNamed()
                ? "Postgres " + settings.source().name() + " (" + database + ")"
                : "Postgres " + database;
    }

    private Source<Captured, ?, ?> source() {
        switch (settings.reader()) {
            case FLINK_CDC:
                return ConnectorSource.of(settings, start);
            case NATIVE:
                return new PostgresSource(settings, start, era, server, tables);
            default:
                throw new IllegalStateException("There is no reader " + settings.reader());
        }
    }
}
