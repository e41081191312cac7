package io.tributary.capture.postgres;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;

/** A server that follows another one: at first a cold copy of it, then by streaming, with a slot that keeps the WAL for it. */
public final class Standby implements AutoCloseable {

    /** From then on it gets copies of slots. */
    private static final int FAILOVER_SLOTS = 170_000;

    private final OwnServer primary;
    private final OwnServer server;

    private Standby(OwnServer primary, OwnServer server) {
        this.primary = primary;
        this.server = server;
    }

    /** Both run afterwards. The primary, which is stopped for a moment, is to be closed by whoever made it. */
    public static Standby of(OwnServer primary, Path folder) throws IOException, SQLException {
        primary.run("SELECT pg_create_physical_replication_slot('standby')");
        boolean copiesSlots = Integer.parseInt(primary.ask("SHOW server_version_num")) >= FAILOVER_SLOTS;
        primary.stop();
        OwnServer server = primary.standby(folder).with("primary_slot_name", "standby");
        if (copiesSlots) {
            server.with("sync_replication_slots", "on");
        }
        primary.start();
        return new Standby(primary, server.start());
    }

    public OwnServer server() {
        return server;
    }

    /** Until it has all that the primary has by now. */
    public void catchUp() throws SQLException {
        server.await("pg_last_wal_replay_lsn() >= '" + primary.ask("SELECT pg_current_wal_lsn()") + "'");
    }

    /** Which transactions run: without that a slot of the standby is not made, from version 16 on. An idle primary tells it seldom. */
    public void tellRunning() throws SQLException {
        primary.run("SELECT pg_log_standby_snapshot()");
    }

    /** It gets a copy of the primary's slot when what the slot needs is no older than what it has kept for it. */
    public void copySlot(String slot) throws SQLException {
        TestDatabase.await("the slot is copied", () -> {
            tellRunning();
            return server.ask("SELECT coalesce(bool_and(synced AND NOT temporary), false) FROM pg_replication_slots"
                    + " WHERE slot_name = '" + slot + "'");
        });
    }

    /** It stops following. What it has not read by then is lost. */
    public void leave() throws IOException {
        server.stop();
        server.with("primary_conninfo", "").start();
    }

    public void promote() throws IOException {
        server.promote();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
